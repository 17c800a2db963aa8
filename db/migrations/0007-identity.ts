// Who people are by law: sealed documents and phones, one-time codes, who looked at what, and which master key all of it is sealed with.
import { Migration } from '@mikro-orm/migrations';

const identities = `
create table identity (
  person_id uuid primary key references person,
  document_kind text not null check (document_kind in ('id_card', 'residence_permit', 'permanent_residence', 'home_return_permit', 'taiwan_permit', 'passport')),
  sealed_number bytea not null, number_hash bytea not null, number_mask text not null,
  sealed_birth_date bytea, region_code text,
  sealed_phone bytea, phone_hash bytea, phone_mask text,
  learner_category text not null check (learner_category in ('enterprise_staff', 'key_group', 'low_income', 'high_risk', 'self_employed', 'other')),
  employer text, key_version text not null,
  authority_status text not null check (authority_status in ('not_asked', 'confirmed', 'denied', 'unavailable')), authority_at timestamptz,
  authority_tries int not null default 0, authority_next_at timestamptz,
  created_at timestamptz not null, changed_at timestamptz not null,
  check ((authority_status = 'not_asked') = (authority_at is null)),
  check ((sealed_phone is null) = (phone_hash is null) and (sealed_phone is null) = (phone_mask is null)));
create unique index identity_number on identity (document_kind, number_hash);
create unique index identity_phone on identity (phone_hash);
create index identity_unanswered on identity (authority_next_at) where authority_status = 'unavailable';
create table phone_code (
  id uuid primary key, purpose text not null check (purpose in ('register', 'sign_in', 'change_phone', 'reset_password')),
  person_id uuid references person, phone_hash bytea not null, code_hash bytea not null, tries int not null default 0,
  created_at timestamptz not null, expires_at timestamptz not null, used_at timestamptz);
create index phone_code_phone on phone_code (phone_hash, created_at desc);
create index phone_code_created on phone_code (created_at);
create table identity_view (
  id uuid primary key, person_id uuid not null references person, viewer_id uuid not null references person,
  institution_id uuid not null references institution, fields jsonb not null, reason text not null, at timestamptz not null);
create index identity_view_person on identity_view (person_id, at desc);
create index identity_view_viewer on identity_view (viewer_id, at desc);
create trigger identity_view_append_only before update or delete on identity_view for each row execute function refuse_change();
create trigger identity_view_no_truncate before truncate on identity_view for each statement execute function refuse_change();
`;

/** `version` names a master key without telling it; rows without one were sealed before versions were kept. */
const keys = `
create table master_key (version text primary key, state text not null check (state in ('current', 'next', 'old')), at timestamptz not null);
create unique index master_key_state on master_key (state) where state <> 'old';
alter table learner_key add column key_version text;
`;

/** Closed by the person; an account an institution switches off has `disabled_at` alone. */
const accounts = `
alter table account add column closed_at timestamptz;
alter table account add constraint account_closed check (closed_at is null or disabled_at is not null);
`;

const consents = `
alter table consent drop constraint consent_purpose_check;
alter table consent add constraint consent_purpose_check check (purpose in ('recording', 'face', 'identity', 'authority'));
`;

const privileges = `
grant select, insert, update, delete on identity, phone_code, master_key to keshi_app;
grant select, insert on identity_view to keshi_app;
`;

export class Migration0007Identity extends Migration {
  override async up(): Promise<void> {
    for (const part of [identities, keys, accounts, consents, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Identities and who looked at them are records: restore a backup instead.');
  }
}
