// Lessons held at a place by a signed sheet: what was held, who was there from when to when; and their share of the ledger's figures.
import { Migration } from '@mikro-orm/migrations';

const lessons = `alter table lesson add column kind text not null default 'live' constraint lesson_kind_check check (kind in ('live', 'recorded', 'offline')), add constraint lesson_offline_place check (kind <> 'offline' or place_id is not null);`;

/** One sheet a lesson, never changed: what is wrong in it is corrected as everything else is. */
const sheets = `
create table offline_sheet (
  lesson_id uuid primary key references lesson, institution_id uuid not null references institution, attachment_id uuid not null references attachment,
  kept_by uuid not null references person, kept_at timestamptz not null);
create table offline_presence (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson, person_id uuid not null references person,
  from_at timestamptz not null, to_at timestamptz not null, kept_by uuid not null references person, kept_at timestamptz not null, check (to_at > from_at), check (kept_by <> person_id));
create index offline_presence_lesson on offline_presence (lesson_id, person_id);
create index offline_presence_person on offline_presence (person_id, from_at);
`;

const figures = `
alter table ledger_row add column offline_ms float8 not null default 0;
alter table ledger_learner add column offline_ms float8 not null default 0;
`;

/** The lesson itself is due by its events. An instant that is credited here may count no more in another lesson of that person, of whatever institution. */
const due = `
create function ledger_due_of_offline() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$ begin
  insert into ledger_due (institution_id, lesson_id, person_id)
    select distinct l.institution_id, l.id, n.person_id from added n
      cross join lateral (
        select o.lesson_id from connection o where o.person_id = n.person_id and o.role = 'student' and o.connected_at < n.to_at and coalesce(o.left_at, 'infinity') > n.from_at
        union select o.lesson_id from correction o where o.person_id = n.person_id and o.from_at < n.to_at and o.to_at > n.from_at
        union select o.lesson_id from offline_presence o where o.person_id = n.person_id and o.from_at < n.to_at and o.to_at > n.from_at) other
      join lesson l on l.id = other.lesson_id and l.id <> n.lesson_id and l.status = 'ended';
  return null; end $$;
create trigger ledger_due_offline_insert after insert on offline_presence referencing new table as added for each statement execute function ledger_due_of_offline();
`;

const privileges = `grant select, insert on offline_sheet, offline_presence to keshi_app;`;

export class Migration0041Offline extends Migration {
  override async up(): Promise<void> {
    for (const part of [lessons, sheets, figures, due, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who was at a place when is a record: restore a backup instead.');
  }
}
