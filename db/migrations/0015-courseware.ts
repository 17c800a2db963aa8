// Courseware of a course, what of it was shown in a session, and what was drawn on it.
import { Migration } from '@mikro-orm/migrations';

const files = `
create table courseware (
  id uuid primary key, institution_id uuid not null references institution, course_id uuid not null references course,
  title text not null, mark text not null, uploaded_by uuid not null references person,
  size_bytes bigint not null check (size_bytes > 0), received_bytes bigint not null default 0 check (received_bytes between 0 and size_bytes),
  kind text check (kind in ('pdf', 'picture', 'office')), status text not null check (status in ('uploading', 'converting', 'ready', 'refused')),
  refusal text, page_count int check (page_count between 1 and 500), sha256 text,
  created_at timestamptz not null, heard_at timestamptz not null, settled_at timestamptz, removed_at timestamptz,
  check ((status = 'ready') = (page_count is not null)), check ((status = 'refused') = (refusal is not null)));
create index courseware_course on courseware (course_id, created_at desc) where removed_at is null;
create index courseware_waiting on courseware (status, heard_at) where status in ('uploading', 'converting');
`;

/** One row per file and session; what is open now stands on the stage. */
const shown = `
create table courseware_use (
  session_id uuid not null references lesson_session, courseware_id uuid not null references courseware, institution_id uuid not null references institution,
  lesson_id uuid not null references lesson, page int not null, furthest int not null, turn int not null, open boolean not null, changed_at timestamptz not null,
  primary key (session_id, courseware_id), check (page between 1 and furthest));
create unique index courseware_use_open on courseware_use (session_id) where open;
create index courseware_use_lesson on courseware_use (lesson_id, courseware_id);
create table courseware_stroke (
  id uuid primary key, session_id uuid not null, courseware_id uuid not null, institution_id uuid not null references institution, page int not null,
  drawn_by uuid not null references person, colour text not null, width int not null, points jsonb not null, point_count int not null,
  drawn_at timestamptz not null, erased_at timestamptz, foreign key (session_id, courseware_id) references courseware_use);
create index courseware_stroke_page on courseware_stroke (session_id, courseware_id, page, id);
`;

const privileges = `
grant select, insert, update, delete on courseware to keshi_app;
grant select, insert, update on courseware_use, courseware_stroke to keshi_app;
`;

export class Migration0015Courseware extends Migration {
  override async up(): Promise<void> {
    for (const part of [files, shown, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was shown in class is a record: restore a backup instead.');
  }
}
