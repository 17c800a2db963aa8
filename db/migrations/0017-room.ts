// The door of a lesson, who waits at it, who was taken out of a lesson, and microphones that a leader locked.
import { Migration } from '@mikro-orm/migrations';

const states = `
alter table lesson add column door text not null default 'open' check (door in ('open', 'lobby', 'locked'));
alter table lesson_session add column microphones_locked boolean not null default false;
alter table connection drop constraint connection_left_reason_check;
alter table connection add constraint connection_left_reason_check
  check (left_reason in ('left', 'cut', 'taken_over', 'lease_expired', 'lesson_ended', 'idle', 'removed'));
`;

/** One row for each who waited: since when, last sign of life, and who let them in. */
const waits = `
create table door_wait (
  lesson_id uuid not null references lesson, person_id uuid not null references person, institution_id uuid not null references institution,
  asked_at timestamptz not null, seen_at timestamptz not null, let_in_at timestamptz, let_in_by uuid references person, left_at timestamptz,
  primary key (lesson_id, person_id), check ((let_in_at is null) = (let_in_by is null)));
`;

/** A removal is a record: what was done stays, letting back is added. Without a seat where the line was lost at that moment. */
const removals = `
create table removal (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  person_id uuid not null references person, connection_id uuid references connection,
  reason text not null check (reason in ('disturbing', 'not_taking_part', 'wrong_person', 'other')),
  note text not null check (char_length(note) <= 200 and (reason <> 'other' or note <> '')),
  removed_at timestamptz not null, removed_by uuid not null references person, readmitted_at timestamptz, readmitted_by uuid references person,
  check ((readmitted_at is null) = (readmitted_by is null)));
create unique index removal_current on removal (lesson_id, person_id) where readmitted_at is null;
create index removal_lesson on removal (lesson_id, person_id, removed_at);
`;

const privileges = `
grant select, insert, update on door_wait to keshi_app;
grant select, insert, update (readmitted_at, readmitted_by) on removal to keshi_app;
`;

export class Migration0017Room extends Migration {
  override async up(): Promise<void> {
    for (const part of [states, waits, removals, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who was taken out of a lesson is a record: restore a backup instead.');
  }
}
