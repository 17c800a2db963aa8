// Institutions as tenants: files kept as evidence, what an institution states of itself and how that changed; memberships that ended; clients.
import { Migration } from '@mikro-orm/migrations';

/** What it belongs to has no foreign key, as it is of many tables: who adds one asks `requireAttachmentSubject` in the same transaction. */
const attachments = `
create table attachment (
  id uuid primary key, institution_id uuid not null references institution, kind text not null, subject_type text not null, subject_id uuid not null,
  file_name text not null, content_type text not null, size_bytes int not null check (size_bytes > 0), sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  uploaded_by uuid not null references person, uploaded_at timestamptz not null,
  withdrawn_at timestamptz, withdrawn_by uuid references person, withdraw_reason text,
  check ((withdrawn_at is null) = (withdrawn_by is null)), check ((withdrawn_at is null) = (withdraw_reason is null)));
create index attachment_subject on attachment (institution_id, subject_type, subject_id, uploaded_at desc);
create unique index attachment_once on attachment (institution_id, subject_type, subject_id, kind, sha256) where withdrawn_at is null;
`;

/** Days are those of Shanghai. A row exists once something was stated. */
const profiles = `
create table institution_profile (
  institution_id uuid primary key references institution, revision int not null check (revision > 0), changed_at timestamptz not null, changed_by uuid not null references person,
  kinds jsonb not null, credit_code text not null, filing_number text not null, filing_from date, filing_until date, filing_revoked_on date,
  seat_region text check (seat_region ~ '^[0-9]{6}$'), training_regions jsonb not null,
  responsible_person text not null, responsible_post text not null, phone text not null, address text not null, email text not null, website text not null, hotline text not null, hotline_hours text not null,
  administrator text not null, administrator_phone text not null,
  platform_right text check (platform_right in ('self_developed', 'bought', 'right_of_use', 'cooperation')), platform_provider text not null, platform_from date, platform_until date,
  check (filing_until >= filing_from), check (platform_until >= platform_from));
create index institution_profile_filing on institution_profile (filing_until);
create table institution_change (
  id uuid primary key, institution_id uuid not null references institution, at timestamptz not null, changed_by uuid not null references person, changes jsonb not null, condition boolean not null,
  reported_on date, reported_at timestamptz, reported_by uuid references person,
  check ((reported_on is null) = (reported_at is null)), check ((reported_on is null) = (reported_by is null)), check (reported_on is null or condition));
create index institution_change_institution on institution_change (institution_id, at desc);
`;

/** The membership's own id, since nothing else may have it again. */
const former = `
create table former_membership (
  id uuid primary key, institution_id uuid not null references institution, person_id uuid not null references person, role text not null,
  since timestamptz not null, until timestamptz not null, ended_by uuid not null references person, reason text not null);
create index former_membership_institution on former_membership (institution_id, until desc);
`;

/** `switched_off`: functions the learners of this client do not have. Who looks for a client is no member of the institution. */
const clients = `
create table client (
  id uuid primary key, institution_id uuid not null references institution, name text not null, credit_code text not null, region text check (region ~ '^[0-9]{6}$'), contact text not null, phone text not null,
  switched_off jsonb not null, created_at timestamptz not null, created_by uuid not null references person, unique (institution_id, name), unique (id, institution_id));
create table client_member (
  client_id uuid not null, person_id uuid not null references person, institution_id uuid not null references institution, created_at timestamptz not null, created_by uuid not null references person,
  primary key (client_id, person_id), foreign key (client_id, institution_id) references client (id, institution_id));
create index client_member_person on client_member (person_id);
alter table enrolment add column client_id uuid, add foreign key (client_id, institution_id) references client (id, institution_id);
create index enrolment_client on enrolment (client_id) where client_id is not null;
`;

const privileges = `
grant select, insert, update on client to keshi_app;
grant select, insert, delete on client_member to keshi_app;
grant select, insert on former_membership to keshi_app;
grant select, insert, update on institution_profile, institution_change to keshi_app;
grant select, insert, update on attachment to keshi_app;
`;

export class Migration0029Institution extends Migration {
  override async up(): Promise<void> {
    for (const part of [attachments, profiles, former, clients, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What an institution showed is evidence: restore a backup instead.');
  }
}
