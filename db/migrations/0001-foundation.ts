// The first schema: people, lessons, what is observed in them, recordings, and the append-only event log.
import { Migration } from '@mikro-orm/migrations';

const people = `
create table institution (id uuid primary key, name text not null, created_at timestamptz not null);
create table person (id uuid primary key, name text not null, created_at timestamptz not null);
create table account (
  id uuid primary key, person_id uuid not null unique references person, login text not null unique, password_hash text not null,
  locale text not null default 'zh' check (locale in ('zh', 'en')), created_at timestamptz not null, disabled_at timestamptz);
create table login_session (
  id uuid primary key, token_hash bytea not null unique, account_id uuid not null references account on delete cascade,
  created_at timestamptz not null, expires_at timestamptz not null, last_used_at timestamptz not null);
create table membership (
  id uuid primary key, person_id uuid not null references person, institution_id uuid not null references institution,
  role text not null check (role in ('admin', 'institution', 'teacher', 'student', 'regulator')), created_at timestamptz not null,
  unique (person_id, institution_id, role));
create table course (id uuid primary key, institution_id uuid not null references institution, title text not null, created_at timestamptz not null);
create table cohort (
  id uuid primary key, institution_id uuid not null references institution, course_id uuid not null references course,
  title text not null, created_at timestamptz not null);
create table enrolment (
  id uuid primary key, institution_id uuid not null references institution, cohort_id uuid not null references cohort,
  person_id uuid not null references person, created_at timestamptz not null, ended_at timestamptz, unique (cohort_id, person_id));
create index enrolment_person on enrolment (person_id);
create table consent (
  id uuid primary key, person_id uuid not null references person, purpose text not null check (purpose in ('recording', 'face')),
  version int not null, given boolean not null, at timestamptz not null);
create index consent_person on consent (person_id, purpose, at desc);
create table learner_key (
  person_id uuid primary key references person, wrapped_key bytea not null, created_at timestamptz not null);
`;

const lessons = `
create table lesson (
  id uuid primary key, institution_id uuid not null references institution, cohort_id uuid not null references cohort,
  title text not null, starts_at timestamptz not null, planned_minutes int not null check (planned_minutes between 1 and 600),
  recorded boolean not null default true,
  status text not null default 'scheduled' check (status in ('scheduled', 'open', 'live', 'ended', 'cancelled', 'missed')),
  cancel_reason text, created_at timestamptz not null);
create index lesson_status on lesson (status, starts_at);
create index lesson_cohort on lesson (cohort_id, starts_at);
create table unit (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  ordinal int not null, planned_start_at timestamptz not null, planned_minutes int not null,
  started_at timestamptz, ended_at timestamptz, unique (lesson_id, ordinal));
create table lesson_staff (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  person_id uuid not null references person, role text not null check (role in ('teacher', 'assistant', 'proctor')),
  unique (lesson_id, person_id));
create index lesson_staff_person on lesson_staff (person_id);
create table lesson_session (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  room_id uuid not null, lead_person_id uuid references person, check_seed text not null, check_seed_hash text not null,
  started_at timestamptz not null, ended_at timestamptz, end_reason text check (end_reason in ('teacher', 'self', 'recovered')));
create unique index lesson_session_live on lesson_session (lesson_id) where ended_at is null;
create table interruption (
  id uuid primary key, institution_id uuid not null references institution, session_id uuid not null references lesson_session,
  started_at timestamptz not null, ended_at timestamptz, reason text not null check (reason in ('lead_gone', 'platform')));
create unique index interruption_running on interruption (session_id) where ended_at is null;
create table connection (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  session_id uuid references lesson_session, person_id uuid not null references person, role text not null,
  device_id text not null, connected_at timestamptz not null, last_seen_at timestamptz not null,
  left_at timestamptz, left_reason text check (left_reason in ('left', 'cut', 'taken_over', 'lease_expired', 'lesson_ended')),
  visible boolean not null default true);
create unique index connection_seat on connection (lesson_id, person_id) where left_at is null;
create index connection_lesson on connection (lesson_id, person_id, connected_at);
create index connection_live on connection (last_seen_at) where left_at is null;
create table observation (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  connection_id uuid not null references connection, person_id uuid not null references person,
  type text not null check (type in ('visible', 'hidden', 'active', 'playing', 'stalled', 'media_connected', 'media_disconnected', 'rtt')),
  at timestamptz not null, value double precision);
create index observation_lesson on observation (lesson_id, person_id, at);
`;

const classroom = `
create table hand (
  id uuid primary key, institution_id uuid not null references institution, session_id uuid not null references lesson_session,
  person_id uuid not null references person, raised_at timestamptz not null, lowered_at timestamptz, lowered_by uuid references person);
create unique index hand_up on hand (session_id, person_id) where lowered_at is null;
create table stage_visit (
  id uuid primary key, institution_id uuid not null references institution, session_id uuid not null references lesson_session,
  person_id uuid not null references person, invited_at timestamptz not null, accepted_at timestamptz, left_at timestamptz);
create unique index stage_visit_current on stage_visit (session_id, person_id) where left_at is null;
create table chat_message (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  person_id uuid not null references person, text text not null, sent_at timestamptz not null);
create index chat_message_lesson on chat_message (lesson_id, sent_at);
create table question (
  id uuid primary key, institution_id uuid not null references institution, course_id uuid not null references course,
  kind text not null check (kind in ('single', 'multiple', 'trueFalse')), prompt text not null, options jsonb not null,
  right_choices jsonb not null, created_by uuid not null references person, created_at timestamptz not null);
create table quiz (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  session_id uuid not null references lesson_session, question_id uuid not null references question,
  opened_at timestamptz not null, deadline_at timestamptz not null, closed_at timestamptz);
create unique index quiz_running on quiz (session_id) where closed_at is null;
create index quiz_lesson on quiz (lesson_id);
create table answer (
  id uuid primary key, institution_id uuid not null references institution, quiz_id uuid not null references quiz,
  person_id uuid not null references person, choices jsonb not null, correct boolean not null, answered_at timestamptz not null,
  unique (quiz_id, person_id));
create table quiz_asked (
  quiz_id uuid not null references quiz, person_id uuid not null references person, asked_at timestamptz not null,
  institution_id uuid not null references institution, primary key (quiz_id, person_id));
`;

const checks = `
create table face_picture (
  id uuid primary key, institution_id uuid references institution, person_id uuid not null references person,
  storage_key text not null, content_type text not null, size_bytes int not null, taken_at timestamptz not null, delete_after timestamptz);
create table face_enrolment (
  id uuid primary key, person_id uuid not null references person,
  status text not null check (status in ('verifying', 'active', 'rejected', 'replaced')), reject_reason text,
  picture_ids jsonb not null, model_id text, sealed_vectors bytea, created_at timestamptz not null, settled_at timestamptz);
create index face_enrolment_person on face_enrolment (person_id, created_at desc);
create table check_way (
  person_id uuid primary key references person, way text not null check (way in ('face', 'alternative')),
  reason text check (reason in ('no_camera', 'refused')), at timestamptz not null);
create table face_check (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  session_id uuid not null references lesson_session, unit_id uuid references unit, person_id uuid not null references person,
  kind text not null check (kind in ('sign_in', 'spot')),
  status text not null check (status in ('drawn', 'asked', 'verifying', 'settled', 'void')),
  due_at timestamptz not null, window_ms int not null, nonce text, asked_at timestamptz, deadline_at timestamptz,
  answered_at timestamptz, settled_at timestamptz,
  verdict text check (verdict in ('matched', 'mismatched', 'no_face', 'several_faces', 'poor_quality', 'review', 'missed', 'refused')),
  picture_id uuid references face_picture, model_id text, measures jsonb, refusals int not null default 0);
create index face_check_due on face_check (due_at) where status = 'drawn';
create index face_check_deadline on face_check (deadline_at) where status = 'asked';
create index face_check_verifying on face_check (answered_at) where status = 'verifying';
create index face_check_session on face_check (session_id, person_id);
`;

const recordings = `
create table recording (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  session_id uuid not null unique references lesson_session,
  status text not null check (status in ('recording', 'processing', 'ready', 'failed')),
  progress double precision, seconds_left int, fail_reason text, created_at timestamptz not null, settled_at timestamptz);
create table replay (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  recording_id uuid not null references recording, unit_id uuid not null unique references unit,
  status text not null check (status in ('processing', 'ready', 'failed')), fail_reason text,
  starts_at timestamptz, duration_ms int, size_bytes bigint, sha256 text, width int, height int, gaps jsonb not null default '[]',
  sync jsonb, created_at timestamptz not null, settled_at timestamptz);
create table replay_position (
  unit_id uuid not null references unit, person_id uuid not null references person, position_ms int not null, at timestamptz not null,
  primary key (unit_id, person_id));
`;

const events = `
create table event (
  id uuid not null, stream text not null, type text not null, at timestamptz not null, payload jsonb not null,
  institution_id uuid, actor_id uuid, primary key (id, at)) partition by range (at);
create table event_default partition of event default;
create index event_stream on event (stream, id);
create table event_link (
  stream text not null, position bigint not null, event_id uuid not null unique, hash bytea not null, previous_hash bytea not null,
  linked_at timestamptz not null, primary key (stream, position));
create function refuse_change() returns trigger language plpgsql as $$
begin raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege'; end $$;
create trigger event_append_only before update or delete on event for each row execute function refuse_change();
create trigger event_link_append_only before update or delete on event_link for each row execute function refuse_change();
create trigger event_no_truncate before truncate on event for each statement execute function refuse_change();
create trigger event_link_no_truncate before truncate on event_link for each statement execute function refuse_change();
create function ensure_event_partition(month date) returns void language plpgsql security definer set search_path = public as $$
declare first date := date_trunc('month', month); name text := 'event_' || to_char(first, 'YYYYMM');
begin
  if to_regclass(name) is null then
    execute format('create table %I partition of event for values from (%L) to (%L)', name, first::timestamptz, (first + interval '1 month')::timestamptz);
  end if;
end $$;
select ensure_event_partition(current_date); select ensure_event_partition((current_date + interval '1 month')::date);
`;

/** The app's role owns nothing: it reads and writes rows, and may only add to the event log. */
const privileges = `
do $$ begin if not exists (select from pg_roles where rolname = 'keshi_app') then create role keshi_app nologin; end if; end $$;
grant keshi_app to current_user;
grant usage on schema public to keshi_app;
grant select, insert, update, delete on all tables in schema public to keshi_app;
revoke update, delete, truncate on event, event_link, event_default from keshi_app;
create schema if not exists bullmq authorization keshi_app;
`;

export class Migration0001Foundation extends Migration {
  override async up(): Promise<void> {
    for (const part of [people, lessons, classroom, checks, recordings, events, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('The first schema is not taken back: restore a backup instead.');
  }
}
