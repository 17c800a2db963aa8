// Uploaded films of a course, the pieces they came in, and the files made of them.
import { Migration } from '@mikro-orm/migrations';

const films = `
create table film (
  id uuid primary key, institution_id uuid not null references institution, course_id uuid not null references course,
  title text not null, mark text not null, uploaded_by uuid not null references person,
  size_bytes bigint not null check (size_bytes > 0), received_bytes bigint not null default 0 check (received_bytes between 0 and size_bytes),
  kind text check (kind in ('mov', 'matroska', 'mpegts', 'mpeg', 'avi')),
  status text not null check (status in ('uploading', 'checking', 'making', 'review', 'ready', 'refused')), refusal text,
  sha256 text, duration_ms int, progress float8 check (progress between 0 and 1), seconds_left int,
  created_at timestamptz not null, heard_at timestamptz not null, made_at timestamptz, settled_at timestamptz,
  reviewed_by uuid references person, reviewed_at timestamptz, review jsonb, cleaned_at timestamptz, removed_at timestamptz,
  check ((status = 'refused') = (refusal is not null)), check (status <> 'ready' or (made_at is not null and review is not null)));
create index film_course on film (course_id, created_at desc) where removed_at is null;
create index film_waiting on film (status, heard_at) where cleaned_at is null;
create table film_piece (
  film_id uuid not null references film on delete cascade, ordinal int not null check (ordinal >= 0), institution_id uuid not null references institution,
  size_bytes int not null, sha256 text not null, received_at timestamptz not null, primary key (film_id, ordinal));
create table film_file (
  id uuid primary key, institution_id uuid not null references institution, film_id uuid not null references film, ordinal int not null check (ordinal >= 1),
  unit int not null, part int not null, parts int not null, duration_ms int not null, size_bytes bigint not null, sha256 text not null, width int not null, height int not null,
  quality jsonb not null, hold_reasons jsonb not null, files jsonb not null, created_at timestamptz not null, unique (film_id, ordinal), check (part between 1 and parts));
`;

const privileges = `
grant select, insert, update, delete on film, film_piece to keshi_app;
grant select, insert on film_file to keshi_app;
`;

export class Migration0038Films extends Migration {
  override async up(): Promise<void> {
    for (const part of [films, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was taught is a record: restore a backup instead.');
  }
}
