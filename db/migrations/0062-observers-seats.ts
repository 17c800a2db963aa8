// People who only oversee sit in classes under their own role too: it may have seats of observers and no others. A role for their own account. And who was reminded of which deadline of an inspection.
import { Migration } from '@mikro-orm/migrations';

/** See db/regulator-role.ts. */
const roles = `
do $$ begin if not exists (select from pg_roles where rolname = 'keshi_regulator_self') then create role keshi_regulator_self nologin; end if; end $$;
grant keshi_regulator to keshi_regulator_self;
grant keshi_regulator_self to current_user;
`;
/** Beside the walls between institutions: whatever a handler writes, it is no learner's and no teacher's seat. */
const seats = `
create policy observers_come on connection as restrictive for insert to keshi_regulator with check (role = 'observer');
create policy observers_stay on connection as restrictive for update to keshi_regulator using (role = 'observer') with check (role = 'observer');
`;
/** Holds a lesson as it is until the transaction's end, as others do who enter: a lock asks for the right to change, which that role has not. */
const holding = `
create function keshi_hold_lesson(lesson_id uuid) returns void language sql security definer set search_path = public as $$ select from lesson where id = lesson_id for share $$;
revoke execute on function keshi_hold_lesson(uuid) from public;
grant execute on function keshi_hold_lesson(uuid) to keshi_regulator;
`;
/** Those who look in are looked at every second: whether they still may. */
const looking = `create index connection_observers on connection (person_id) where role = 'observer' and left_at is null`;
const reminders = `
create table inspection_reminder (
  inspection_id uuid not null references inspection, institution_id uuid not null references institution, kind text not null check (kind in ('near', 'over')), due_at timestamptz not null, at timestamptz not null,
  primary key (inspection_id, institution_id, kind, due_at));
grant select, insert on inspection_reminder to keshi_app;
`;

export class Migration0062ObserversSeats extends Migration {
  override async up(): Promise<void> {
    for (const part of [roles, seats, holding, looking, reminders]) this.addSql(part);
  }

  override async down(): Promise<void> {
    this.addSql('drop function keshi_hold_lesson(uuid); drop policy observers_come on connection; drop policy observers_stay on connection; drop index connection_observers; drop table inspection_reminder');
  }
}
