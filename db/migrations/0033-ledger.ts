// The ledger (电子培训台账): figures of each learner in each lesson and cohort, kept so that 50,000 rows are read at once; and what is due to be reckoned anew.
import { Migration } from '@mikro-orm/migrations';

/** Made from facts by the domain's functions, to be made again at any time. Ms as doubles, so that minutes are cut from the same numbers as in the report. */
const rows = `
create table ledger_row (
  lesson_id uuid not null references lesson, person_id uuid not null references person, institution_id uuid not null references institution, cohort_id uuid not null references cohort,
  held_ms float8 not null, live_ms float8 not null, made_up_ms float8 not null, units jsonb not null, joined_at timestamptz, left_at timestamptz,
  asked int not null, answered int not null, correct int not null,
  checks_asked int not null, matched int not null, failed int not null, missed int not null, pending int not null, unsettled int not null,
  rule_pack text not null, reckoned_at timestamptz not null, primary key (lesson_id, person_id));
create index ledger_row_learner on ledger_row (cohort_id, person_id);
create table ledger_learner (
  cohort_id uuid not null references cohort, person_id uuid not null references person, institution_id uuid not null references institution, course_id uuid not null references course,
  name text not null, login text not null, search text not null, enrolled_at timestamptz not null, ended_at timestamptz,
  lessons int not null, came int not null, units int not null, held_ms float8 not null, live_ms float8 not null, made_up_ms float8 not null,
  asked int not null, answered int not null, correct int not null,
  checks_asked int not null, matched int not null, failed int not null, missed int not null, pending int not null, unsettled int not null,
  attendance int check (attendance >= 0), attendance_low boolean not null, accuracy int check (accuracy between 0 and 1000), accuracy_low boolean not null,
  exams int not null, exams_passed int not null, exam_state text, exam_share int, certificate text, rule_pack text not null, as_of timestamptz not null,
  primary key (cohort_id, person_id));
create table ledger_lesson (
  lesson_id uuid primary key references lesson, institution_id uuid not null references institution, reckoned_at timestamptz not null, took_ms int not null, last_event uuid);
`;

/** One way for each order, with what the filters ask for in it: a page of 50,000 learners is found without reading their rows. Without a share: -1. */
const ways = `
create index ledger_learner_name on ledger_learner (institution_id, name, person_id, cohort_id) include (attendance_low, accuracy_low, unsettled, course_id);
create index ledger_learner_attendance on ledger_learner (institution_id, coalesce(attendance, -1), person_id, cohort_id) include (attendance_low, accuracy_low, unsettled, course_id);
create index ledger_learner_accuracy on ledger_learner (institution_id, coalesce(accuracy, -1), person_id, cohort_id) include (attendance_low, accuracy_low, unsettled, course_id);
create index ledger_learner_attendance_low on ledger_learner (institution_id, name, person_id, cohort_id) where attendance_low;
create index ledger_learner_accuracy_low on ledger_learner (institution_id, name, person_id, cohort_id) where accuracy_low;
create index ledger_learner_unsettled on ledger_learner (institution_id, name, person_id, cohort_id) where unsettled > 0;
create index ledger_learner_cohort on ledger_learner (cohort_id, name, person_id);
`;

/** Only added to by whoever writes a fact, so that nobody ever waits for a row of it; taken away by the worker with the figures it led to. Without a person: everybody of the lesson. */
const due = `
create table ledger_due (
  id bigint generated always as identity primary key, institution_id uuid not null references institution, lesson_id uuid, cohort_id uuid, person_id uuid,
  due_at timestamptz not null default now(), check ((lesson_id is null) <> (cohort_id is null)), check (cohort_id is null or person_id is not null));
create index ledger_due_lesson on ledger_due (lesson_id) where lesson_id is not null;
create index ledger_due_cohort on ledger_due (cohort_id) where cohort_id is not null;
`;

const definer = 'returns trigger language plpgsql security definer set search_path = public, pg_temp as';
const pairs = (table: string, lesson = 'n.lesson_id', person = 'n.person_id'): string =>
  `insert into ledger_due (institution_id, lesson_id, person_id) select distinct l.institution_id, l.id, ${person} from ${table} join lesson l on l.id = ${lesson} where l.status = 'ended'`;

/** Once for each statement, however many rows it wrote. While a lesson is live they do nothing: it is reckoned every minute then, and again when it has ended. */
const functions = `
create function ledger_due_of_event() ${definer} $$ begin
  insert into ledger_due (institution_id, lesson_id, person_id)
    select distinct l.institution_id, l.id, case when n.payload ->> 'personId' ~ '^[0-9a-f-]{36}$' then (n.payload ->> 'personId')::uuid end
    from added n join lesson l on l.id = substr(n.stream, 8)::uuid and l.status = 'ended' where n.stream ~ '^lesson:[0-9a-f-]{36}$';
  return null; end $$;
create function ledger_due_of_learner() ${definer} $$ begin
  ${pairs('added n')};
  return null; end $$;
create function ledger_due_of_watching() ${definer} $$ begin
  insert into ledger_due (institution_id, lesson_id, person_id, due_at) select distinct institution_id, lesson_id, person_id, now() + interval '10 seconds' from added;
  return null; end $$;
create function ledger_due_of_check() ${definer} $$ begin
  ${pairs('added n')};
  insert into ledger_due (institution_id, cohort_id, person_id) select distinct a.institution_id, a.cohort_id, a.person_id from added n join exam_attempt a on a.id = n.attempt_id;
  return null; end $$;
create function ledger_due_of_showing() ${definer} $$ begin
  insert into ledger_due (institution_id, lesson_id, person_id, due_at) select distinct l.institution_id, l.id, n.person_id, n.deadline_at + interval '1 minute' from added n join lesson l on l.id = n.lesson_id;
  return null; end $$;
create function ledger_due_of_lesson_part() ${definer} $$ begin
  ${pairs('added n', 'n.lesson_id', 'null::uuid')};
  return null; end $$;
create function ledger_due_of_interruption() ${definer} $$ begin
  ${pairs('added n join lesson_session s on s.id = n.session_id', 's.lesson_id', 'null::uuid')};
  return null; end $$;
create function ledger_due_of_lesson() ${definer} $$ begin
  insert into ledger_due (institution_id, lesson_id, due_at)
    select n.institution_id, n.id, now() + late from added n join before b on b.id = n.id, unnest(array[interval '0', interval '90 seconds']) as late
    where n.status is distinct from b.status and n.status in ('ended', 'cancelled');
  return null; end $$;
create function ledger_due_of_enrolment() ${definer} $$ begin
  insert into ledger_due (institution_id, cohort_id, person_id) select institution_id, cohort_id, person_id from added;
  insert into ledger_due (institution_id, lesson_id, person_id) select l.institution_id, l.id, n.person_id from added n join lesson l on l.cohort_id = n.cohort_id where l.status = 'ended';
  return null; end $$;
create function ledger_due_of_person() ${definer} $$ begin
  insert into ledger_due (institution_id, cohort_id, person_id) select e.institution_id, e.cohort_id, e.person_id from added n join enrolment e on e.person_id = n.id;
  return null; end $$;
create function ledger_due_of_account() ${definer} $$ begin
  insert into ledger_due (institution_id, cohort_id, person_id) select e.institution_id, e.cohort_id, e.person_id from added n join before b on b.id = n.id join enrolment e on e.person_id = n.person_id where n.login <> b.login;
  return null; end $$;
create function ledger_due_of_attempt() ${definer} $$ begin
  insert into ledger_due (institution_id, cohort_id, person_id) select distinct institution_id, cohort_id, person_id from added where status <> 'working' or spots_asked = 0;
  return null; end $$;
create function ledger_due_of_attempt_part() ${definer} $$ begin
  insert into ledger_due (institution_id, cohort_id, person_id) select distinct a.institution_id, a.cohort_id, a.person_id from added n join exam_attempt a on a.id = n.attempt_id;
  return null; end $$;
create function ledger_due_of_exam() ${definer} $$ begin
  insert into ledger_due (institution_id, cohort_id, person_id) select distinct e.institution_id, e.cohort_id, e.person_id
    from added n join before b on b.id = n.id join exam_cohort c on c.exam_id = n.id join enrolment e on e.cohort_id = c.cohort_id where n.status <> b.status;
  return null; end $$;
`;

const on = (name: string, table: string, call: string, deeds: ('insert' | 'update')[], before = false): string => deeds.map((deed) =>
  `create trigger ledger_due_${name}_${deed} after ${deed} on ${table} referencing new table as added ${before ? 'old table as before' : ''} for each statement execute function ledger_due_of_${call}();`).join('\n');

const triggers = [
  on('event', 'event', 'event', ['insert']),
  on('make_up', 'make_up', 'watching', ['insert', 'update']), on('check', 'face_check', 'check', ['insert', 'update']), on('film_answer', 'film_answer', 'learner', ['insert', 'update']), on('film_showing', 'film_showing', 'showing', ['insert']),
  on('appeal', 'appeal', 'learner', ['insert', 'update']), on('decision', 'review_decision', 'learner', ['insert']),
  on('unit', 'unit', 'lesson_part', ['insert', 'update']), on('session', 'lesson_session', 'lesson_part', ['insert', 'update']), on('replay', 'replay', 'lesson_part', ['insert', 'update']),
  on('interruption', 'interruption', 'interruption', ['insert', 'update']), on('lesson', 'lesson', 'lesson', ['update'], true), on('enrolment', 'enrolment', 'enrolment', ['insert', 'update']),
  on('person', 'person', 'person', ['update']), on('account', 'account', 'account', ['update'], true),
  on('attempt', 'exam_attempt', 'attempt', ['insert', 'update']), on('exam_decision', 'exam_decision', 'attempt_part', ['insert']), on('exam_mark', 'exam_mark', 'attempt_part', ['insert']),
  on('exam', 'exam', 'exam', ['update'], true),
].join('\n');

/** An export that somebody asked for; made by the worker, kept for a day. */
const exports = `
create table ledger_export (
  id uuid primary key, institution_id uuid not null references institution, asked_by uuid not null references person, asked_at timestamptz not null,
  format text not null check (format in ('xlsx', 'csv')), locale text not null check (locale in ('zh', 'en')), filter jsonb not null,
  status text not null check (status in ('waiting', 'making', 'ready', 'failed', 'gone')), done_rows int not null default 0, all_rows int not null default 0,
  begun_at timestamptz, settled_at timestamptz, storage_key text, size_bytes bigint, sha256 text, delete_after timestamptz not null,
  check ((status = 'ready') = (storage_key is not null)));
create index ledger_export_open on ledger_export (delete_after) where status <> 'gone';
create index ledger_export_asker on ledger_export (asked_by, asked_at desc);
`;

/** Rows of what was there before are made once. */
const first = `insert into ledger_due (institution_id, cohort_id, person_id) select institution_id, cohort_id, person_id from enrolment;
insert into ledger_due (institution_id, lesson_id) select institution_id, id from lesson where status = 'ended';`;

const privileges = `
grant select, insert, update, delete on ledger_row, ledger_learner, ledger_lesson to keshi_app;
grant select, insert, update, delete on ledger_due to keshi_app;
grant select, insert, update on ledger_export to keshi_app;
`;

export class Migration0033Ledger extends Migration {
  override async up(): Promise<void> {
    for (const part of [rows, ways, due, functions, triggers, exports, first, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Figures are made again from facts: drop the tables by hand where that is wanted.');
  }
}
