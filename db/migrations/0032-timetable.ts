// The timetable: places, holidays, series, changes of plans, notices, calendar feeds; and a way to all lessons a learner sat in.
import { Migration } from '@mikro-orm/migrations';

/** Who sat in two lessons at once is found by person. */
const ways = `create index connection_learner on connection (person_id, connected_at) where role = 'student';`;

const offices = `
create table place (
  id uuid primary key, institution_id uuid not null references institution, name text not null, created_at timestamptz not null, retired_at timestamptz);
create unique index place_name on place (institution_id, name) where retired_at is null;
create table holiday (
  id uuid primary key, institution_id uuid not null references institution, day text not null check (day ~ '^\\d{4}-\\d{2}-\\d{2}$'),
  kind text not null check (kind in ('off', 'work')), name text not null, unique (institution_id, day));
create table timetable_setting (
  institution_id uuid primary key references institution, travel_gap_minutes int not null check (travel_gap_minutes between 0 and 480));
create table lesson_series (
  id uuid primary key, institution_id uuid not null references institution, cohort_id uuid not null references cohort, title text not null, rrule text not null,
  created_by uuid not null references person, created_at timestamptz not null);
`;

/** Lessons of an institution by time: every check for conflicts reads them. */
const lessons = `
alter table lesson add column series_id uuid references lesson_series, add column place_id uuid references place, add column sequence int not null default 0,
  add column reminded_day_for timestamptz, add column reminded_soon_for timestamptz;
create index lesson_series_of on lesson (series_id, starts_at) where series_id is not null;
create index lesson_timetable on lesson (institution_id, starts_at);
create index lesson_to_come on lesson (starts_at) where status in ('scheduled', 'open');
create table lesson_change (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  kind text not null check (kind in ('moved', 'substituted', 'cancelled', 'overridden')), at timestamptz not null, person_id uuid not null references person, reason text not null,
  before jsonb not null, after jsonb not null);
create index lesson_change_lesson on lesson_change (lesson_id, at);
`;

/** Of a start people are reminded once, however many processes have a clock. */
const notices = `
create table notice (
  id uuid primary key, institution_id uuid not null references institution, person_id uuid not null references person, lesson_id uuid not null references lesson,
  kind text not null check (kind in ('scheduled', 'moved', 'cancelled', 'substituted', 'reminder_day', 'reminder_soon')), about_at timestamptz not null,
  parts jsonb not null, created_at timestamptz not null, read_at timestamptz);
create index notice_person on notice (person_id, created_at desc);
create index notice_unread on notice (person_id) where read_at is null;
create unique index notice_reminder on notice (lesson_id, person_id, kind, about_at) where kind in ('reminder_day', 'reminder_soon');
`;

/** Of a person, who may be of several institutions. */
const feeds = `
create table calendar_feed (
  id uuid primary key, person_id uuid not null references person, part text not null check (part in ('learning', 'teaching', 'overseeing')), token_hash text not null unique, created_at timestamptz not null, revoked_at timestamptz, last_read_at timestamptz);
create index calendar_feed_person on calendar_feed (person_id);
`;

const privileges = `
grant select, insert, update on place, timetable_setting, lesson_series, notice, calendar_feed to keshi_app;
grant select, insert, update, delete on holiday to keshi_app;
grant select, insert on lesson_change to keshi_app;
`;

export class Migration0032Timetable extends Migration {
  override async up(): Promise<void> {
    for (const part of [ways, offices, lessons, notices, feeds, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who was to teach when, and what was changed of it, is a record: restore a backup instead.');
  }
}
