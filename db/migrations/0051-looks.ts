// The role of people who only oversee, and what they looked at: a row for each request that showed something of an institution, written before the answer was sent.
import { Migration } from '@mikro-orm/migrations';

/** `route`: of the table of routes, or `classroom` for a lesson that was entered. `subjects`: kinds and ids that were named or shown. `inspection_id`: on which inspection; an unannounced one is told later. */
const looks = `
create table look (
  id uuid primary key, institution_id uuid not null references institution, person_id uuid not null references person, route text not null, subjects jsonb not null, at timestamptz not null, purpose text, inspection_id uuid);
create index look_institution on look (institution_id, id desc);
create index look_person on look (person_id, id desc);
`;
/** See db/regulator-role.ts. */
const roles = `
do $$ begin if not exists (select from pg_roles where rolname = 'keshi_regulator') then create role keshi_regulator nologin; end if; end $$;
do $$ begin if not exists (select from pg_roles where rolname = 'keshi_regulator_across') then create role keshi_regulator_across nologin; end if; end $$;
grant keshi_regulator to keshi_regulator_across;
grant keshi_regulator, keshi_regulator_across to current_user;
`;
const privileges = 'grant select, insert on look to keshi_app;';

export class Migration0051Looks extends Migration {
  override async up(): Promise<void> {
    for (const part of [looks, roles, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who looked at what is a record: restore a backup instead.');
  }
}
