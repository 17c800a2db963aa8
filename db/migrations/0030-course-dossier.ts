// Course dossiers in versions, instructors of an institution, reviews of a course's content.
import { Migration } from '@mikro-orm/migrations';

const dossiers = `
create table course_dossier (
  id uuid primary key, institution_id uuid not null references institution, course_id uuid not null references course, version int not null check (version >= 1),
  revision int not null check (revision >= 1), content jsonb not null, authors jsonb not null, created_at timestamptz not null, changed_by uuid not null references person, changed_at timestamptz not null,
  submitted_by uuid references person, submitted_at timestamptz, rule_pack text, frozen jsonb, sha256 text check (sha256 ~ '^[0-9a-f]{64}$'), unique (course_id, version),
  check ((submitted_at is null) = (submitted_by is null)), check ((submitted_at is null) = (frozen is null)), check ((submitted_at is null) = (sha256 is null)), check ((submitted_at is null) = (rule_pack is null)));
create unique index course_dossier_draft on course_dossier (course_id) where submitted_at is null;
create index course_dossier_institution on course_dossier (institution_id);
`;

/** What was handed in stays as it was: a class is opened under it. */
const submitted = `
create function keep_submitted_dossier() returns trigger language plpgsql as $$
begin
  if old.submitted_at is not null then raise exception 'a dossier that was handed in is not changed'; end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create trigger course_dossier_submitted before update or delete on course_dossier for each row execute function keep_submitted_dossier();
`;

const instructors = `
create table instructor (
  id uuid primary key, institution_id uuid not null references institution, person_id uuid references person, name text not null check (char_length(name) between 1 and 60), trade text not null, rank text not null,
  phone text not null, email text not null, history text not null, awards text not null, credentials jsonb not null, revision int not null check (revision >= 1), created_at timestamptz not null,
  changed_by uuid not null references person, changed_at timestamptz not null, retired_at timestamptz);
create index instructor_institution on instructor (institution_id, created_at);
create unique index instructor_person on instructor (institution_id, person_id) where person_id is not null;
`;

const reviews = `
create table content_review (
  id uuid primary key, institution_id uuid not null references institution, course_id uuid not null references course, dossier_id uuid not null references course_dossier,
  content_sha256 text not null check (content_sha256 ~ '^[0-9a-f]{64}$'), findings jsonb not null, clean boolean not null, note text not null, commitment_version int not null, signature text not null,
  commitment_sha256 text not null check (commitment_sha256 ~ '^[0-9a-f]{64}$'), reviewer_id uuid not null references person, reviewed_at timestamptz not null);
create index content_review_course on content_review (course_id, reviewed_at desc);
create trigger content_review_append_only before update or delete on content_review for each row execute function refuse_change();
`;

const privileges = `
grant select, insert, update on course_dossier, instructor to keshi_app;
grant select, insert on content_review to keshi_app;
`;

export class Migration0030CourseDossier extends Migration {
  override async up(): Promise<void> {
    for (const part of [dossiers, submitted, instructors, reviews, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was handed in is a record: restore a backup instead.');
  }
}
