// Who oversees a region is a regulator of every institution filed in it or below: rows of membership that follow from the grant.
import { Migration } from '@mikro-orm/migrations';

/** `stem`: the digits everything inside of the region shares; as common/domain/region.ts says. Nothing is taken away from a grant but its end. */
const oversight = `
create table region_oversight (
  id uuid primary key, person_id uuid not null references person, region_code text not null check (region_code ~ '^[1-9][0-9]{5}$' and (substr(region_code, 3, 2) <> '00' or region_code like '%00')),
  role text not null check (role in ('regulator')), granted_by text not null, granted_at timestamptz not null, ended_at timestamptz,
  stem text not null generated always as (case when region_code like '%0000' then left(region_code, 2) when region_code like '%00' then left(region_code, 4) else region_code end) stored,
  check (ended_at >= granted_at));
create unique index region_oversight_once on region_oversight (person_id, region_code) where ended_at is null;
create index region_oversight_stem on region_oversight (stem) where ended_at is null;
`;

/** `oversight_id`: the grant a membership follows from; null where somebody was appointed to this institution. */
const following = `
alter table membership add column oversight_id uuid references region_oversight, add check (oversight_id is null or role = 'regulator');
create index membership_oversight on membership (oversight_id) where oversight_id is not null;
create index membership_of_role on membership (institution_id, role);
create function keshi_oversee(institution uuid) returns void language sql security definer set search_path = public as $$
  insert into membership (id, person_id, institution_id, role, created_at, oversight_id)
  select distinct on (o.person_id) gen_random_uuid(), o.person_id, p.institution_id, o.role, now(), o.id
  from institution_profile p join region_oversight o on o.ended_at is null and starts_with(p.seat_region, o.stem) where p.institution_id = institution
  order by o.person_id, o.granted_at, o.id on conflict (person_id, institution_id, role) do nothing $$;
`;

/** An institution that says it has moved is overseen from its new region too; it does not shake off those who oversaw it until the platform says so (`npm run institutions -- moved`). Whose appointment ends may oversee it still. */
const triggers = `
create function oversee_filed() returns trigger language plpgsql security definer set search_path = public as $$ begin perform keshi_oversee(new.institution_id); return null; end $$;
create trigger institution_profile_overseen after insert or update of seat_region on institution_profile for each row when (new.seat_region is not null) execute function oversee_filed();
create function oversee_still() returns trigger language plpgsql security definer set search_path = public as $$ begin perform keshi_oversee(old.institution_id); return null; end $$;
create trigger membership_overseen after delete on membership for each row when (old.role = 'regulator' and old.oversight_id is null) execute function oversee_still();
`;

/** Grants are made by whoever runs the platform, never in a request. */
const privileges = `
grant select on region_oversight to keshi_app;
grant insert, update on region_oversight to keshi_platform;
revoke execute on function keshi_oversee(uuid) from public;
grant execute on function keshi_oversee(uuid) to keshi_platform;
`;

export class Migration0049RegionOversight extends Migration {
  override async up(): Promise<void> {
    for (const part of [oversight, following, triggers, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who oversaw whom is a record: restore a backup instead.');
  }
}
