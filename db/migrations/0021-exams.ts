// Exams: settings, questions put aside, attempts with papers and answers, marks, decisions; and checks that are asked in an attempt.
import { Migration } from '@mikro-orm/migrations';

const exams = `
create table exam (
  id uuid primary key, institution_id uuid not null references institution, title text not null check (char_length(title) between 1 and 120), instructions text not null,
  follows jsonb not null, parts jsonb not null, fixed jsonb not null, free_text jsonb not null, opens_at timestamptz not null, closes_at timestamptz not null,
  duration_minutes int not null check (duration_minutes between 1 and 480), pass_percent int not null check (pass_percent between 1 and 100),
  attempts int not null check (attempts between 1 and 20), wait_minutes int not null check (wait_minutes >= 0),
  shuffle_questions boolean not null, shuffle_options boolean not null, show_right boolean not null, status text not null check (status in ('draft', 'published', 'closed', 'withdrawn')),
  revision int not null check (revision >= 1), question_count int not null, max_points int not null, copied_from uuid references exam,
  created_at timestamptz not null, changed_by uuid not null references person, changed_at timestamptz not null, published_by uuid references person, published_at timestamptz,
  ended_by uuid references person, ended_at timestamptz, end_reason text,
  check (opens_at < closes_at), check ((status = 'draft') = (published_at is null)), check ((status in ('closed', 'withdrawn')) = (ended_at is not null)));
create index exam_institution on exam (institution_id, created_at desc);
create table exam_course (exam_id uuid not null references exam on delete cascade, course_id uuid not null references course, institution_id uuid not null references institution, primary key (exam_id, course_id));
create index exam_course_course on exam_course (course_id);
create table exam_cohort (exam_id uuid not null references exam on delete cascade, cohort_id uuid not null references cohort, institution_id uuid not null references institution, primary key (exam_id, cohort_id));
create index exam_cohort_cohort on exam_cohort (cohort_id);
create table exam_pool (
  exam_id uuid not null references exam, part int not null check (part >= -1), version_id uuid not null references question_version, institution_id uuid not null references institution,
  ordinal int not null, primary key (exam_id, part, version_id));
create trigger exam_pool_append_only before update or delete on exam_pool for each row execute function refuse_change();
`;

/** What was published is asked as it was published: only its end may change. */
const published = `
create function keep_published_exam() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    if old.status <> 'draft' then raise exception 'a published exam stays'; end if;
    return old;
  end if;
  if old.status <> 'draft' and (to_jsonb(new) - array['status', 'closes_at', 'ended_by', 'ended_at', 'end_reason', 'revision', 'changed_by', 'changed_at'])
      is distinct from (to_jsonb(old) - array['status', 'closes_at', 'ended_by', 'ended_at', 'end_reason', 'revision', 'changed_by', 'changed_at']) then
    raise exception 'a published exam is not changed';
  end if;
  if old.status <> 'draft' and (new.status = 'draft' or new.closes_at < old.closes_at) then raise exception 'a published exam stays'; end if;
  return new;
end $$;
create trigger exam_published before update or delete on exam for each row execute function keep_published_exam();
`;

const attempts = `
create table exam_attempt (
  id uuid primary key, institution_id uuid not null references institution, exam_id uuid not null references exam, person_id uuid not null references person, cohort_id uuid not null references cohort,
  number int not null check (number >= 1), status text not null check (status in ('signing_in', 'working', 'submitted', 'void')), device_id uuid not null, turn int not null check (turn >= 1),
  rule_pack text not null, seed text not null, seed_hash text not null, max_points int not null, begun_at timestamptz not null, started_at timestamptz, deadline_at timestamptz,
  submitted_at timestamptz, submit_reason text check (submit_reason in ('self', 'time', 'withdrawn')), points int not null default 0 check (points between 0 and max_points),
  to_mark int not null default 0 check (to_mark >= 0), spots_asked int not null default 0, next_spot_at timestamptz, unique (exam_id, person_id, number),
  check ((started_at is null) = (deadline_at is null)), check ((status = 'submitted') = (submitted_at is not null)), check ((submitted_at is null) = (submit_reason is null)),
  check (started_at is not null or status in ('signing_in', 'void')));
create unique index exam_attempt_open on exam_attempt (exam_id, person_id) where status in ('signing_in', 'working');
create index exam_attempt_person on exam_attempt (person_id);
create index exam_attempt_due on exam_attempt (deadline_at) where status = 'working';
create index exam_attempt_spot on exam_attempt (next_spot_at) where status = 'working';
create table exam_item (
  attempt_id uuid not null references exam_attempt, ordinal int not null check (ordinal >= 1), institution_id uuid not null references institution, version_id uuid references question_version,
  task_id uuid, points int not null check (points between 1 and 100), option_order jsonb not null, answer jsonb, revision int not null default 0, saved_at timestamptz, after_cut boolean not null default false,
  correct boolean, awarded int check (awarded between 0 and points), primary key (attempt_id, ordinal), check ((version_id is null) <> (task_id is null)));
create table exam_contact (
  attempt_id uuid not null references exam_attempt, from_at timestamptz not null, institution_id uuid not null references institution, last_seen_at timestamptz not null, primary key (attempt_id, from_at));
`;

/** Only added to: a mark or a decision is taken back by another that names it, once. */
const people = `
create table exam_mark (
  id uuid primary key, institution_id uuid not null references institution, attempt_id uuid not null, ordinal int not null, points int not null check (points >= 0), comment text not null,
  marked_by uuid not null references person, marked_at timestamptz not null, replaces uuid unique references exam_mark, foreign key (attempt_id, ordinal) references exam_item (attempt_id, ordinal));
create unique index exam_mark_first on exam_mark (attempt_id, ordinal) where replaces is null;
create trigger exam_mark_append_only before update or delete on exam_mark for each row execute function refuse_change();
create table exam_decision (
  id uuid primary key, institution_id uuid not null references institution, attempt_id uuid not null references exam_attempt, outcome text not null check (outcome in ('counts', 'annulled')),
  reason text not null, decided_by uuid not null references person, decided_at timestamptz not null, replaces uuid unique references exam_decision);
create unique index exam_decision_first on exam_decision (attempt_id) where replaces is null;
create trigger exam_decision_append_only before update or delete on exam_decision for each row execute function refuse_change();
`;

/** A check in an exam has an attempt instead of a lesson; the phone code alone is taken there as in the replay. */
const checks = `
alter table face_check alter column lesson_id drop not null, alter column session_id drop not null, add column attempt_id uuid references exam_attempt,
  add constraint face_check_place_check check ((attempt_id is null) = (lesson_id is not null) and (lesson_id is null) = (session_id is null) and (attempt_id is null or (viewing_id is null and unit_id is null))),
  drop constraint face_check_code_alone_check,
  add constraint face_check_code_alone_check check (verdict is distinct from 'confirmed_by_code' or ((viewing_id is not null or attempt_id is not null) and way = 'alternative' and code = 'entered'));
create index face_check_exam on face_check (attempt_id, asked_at) where attempt_id is not null;
alter table snapshot_print alter column lesson_id drop not null;
`;

const privileges = `
grant select, insert, update, delete on exam to keshi_app;
grant select, insert, delete on exam_course, exam_cohort to keshi_app;
grant select, insert on exam_pool, exam_mark, exam_decision to keshi_app;
grant select, insert, update on exam_attempt, exam_item, exam_contact to keshi_app;
`;

export class Migration0021Exams extends Migration {
  override async up(): Promise<void> {
    for (const part of [exams, published, attempts, people, checks, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Exams are records: restore a backup instead.');
  }
}
