// Certificates: what was printed, what the gate saw, and that the only change there ever is to one is being revoked.
import { Migration } from '@mikro-orm/migrations';

/** `replaces`: the one this was issued in place of. One of an enrolment is valid at a time. */
const certificates = `
create table certificate (
  id uuid primary key, institution_id uuid not null references institution, cohort_id uuid not null references cohort, person_id uuid not null references person, enrolment_id uuid not null references enrolment,
  serial text not null unique check (serial ~ '^20[0-9]{2}(-[0-9A-HJKMNP-TV-Z]{4}){4}$'), printed jsonb not null, sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'), facts jsonb not null,
  issued_at timestamptz not null, issued_by uuid not null references person, replaces uuid unique references certificate, reissue_reason text,
  revoked_at timestamptz, revoked_by uuid references person, revocation text check (revocation in ('identity', 'records', 'fraud', 'by_mistake', 'by_authority', 'replaced')), revocation_reason text,
  check ((replaces is null) = (reissue_reason is null)),
  check ((revoked_at is null) = (revoked_by is null) and (revoked_at is null) = (revocation is null) and (revoked_at is null) = (revocation_reason is null)));
create unique index certificate_valid on certificate (enrolment_id) where revoked_at is null;
create index certificate_cohort on certificate (cohort_id, person_id);
create index certificate_person on certificate (person_id);
`;

const kept = `
create function keep_certificate() returns trigger language plpgsql as $$
declare revoking constant text[] := array['revoked_at', 'revoked_by', 'revocation', 'revocation_reason'];
begin
  if tg_op = 'DELETE' or old.revoked_at is not null or new.revoked_at is null or to_jsonb(old) - revoking <> to_jsonb(new) - revoking then
    raise exception 'a certificate is revoked once, and otherwise not changed';
  end if;
  return new;
end $$;
create trigger certificate_kept before update or delete on certificate for each row execute function keep_certificate();
create trigger certificate_no_truncate before truncate on certificate for each statement execute function refuse_change();
`;

/** The ledger shows the number of the valid one. */
const due = `
create function ledger_due_of_certificate() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$ begin
  insert into ledger_due (institution_id, cohort_id, person_id) select distinct institution_id, cohort_id, person_id from added;
  return null; end $$;
create trigger ledger_due_certificate_insert after insert on certificate referencing new table as added for each statement execute function ledger_due_of_certificate();
create trigger ledger_due_certificate_update after update on certificate referencing new table as added for each statement execute function ledger_due_of_certificate();
`;

const privileges = 'grant select, insert, update on certificate to keshi_app;';

export class Migration0035Certificate extends Migration {
  override async up(): Promise<void> {
    for (const part of [certificates, kept, due, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Certificates are records that others hold in their hands: restore a backup instead.');
  }
}
