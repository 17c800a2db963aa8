// Two roles: requests see the rows of their institutions, the platform's own work those of all. Which tables are guarded: db/tenancy.ts.
import { Migration } from '@mikro-orm/migrations';

/** Whoever may be the platform may do what requests may. Nothing in reach where nothing was said. */
const roles = `
do $$ begin if not exists (select from pg_roles where rolname = 'keshi_platform') then create role keshi_platform nologin; end if; end $$;
grant keshi_app to keshi_platform;
grant keshi_platform to current_user;
create function keshi_institutions() returns uuid[] language sql stable parallel safe as
$$ select string_to_array(nullif(current_setting('keshi.institutions', true), ''), ',')::uuid[] $$;
`;

/** With every request it is asked which institutions somebody has to do with. */
const ways = `
create index lesson_staff_of on lesson_staff (person_id, institution_id);
drop index lesson_staff_person;
create index enrolment_of on enrolment (person_id, institution_id);
drop index enrolment_person;
`;

export class Migration0028Tenants extends Migration {
  override async up(): Promise<void> {
    for (const part of [roles, ways]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Without it institutions would see each other: restore a backup instead.');
  }
}
