// Invitations to cohorts by link and message, and who came by them.
import { Migration } from '@mikro-orm/migrations';

const invitations = `
create table cohort_invitation (
  id uuid primary key, institution_id uuid not null references institution, cohort_id uuid not null references cohort, code text not null unique, admits text not null check (admits in ('waiting', 'roster')), most int not null check (most > 0),
  created_by uuid not null references person, created_at timestamptz not null, expires_at timestamptz not null check (expires_at > created_at), revoked_by uuid references person, revoked_at timestamptz, check ((revoked_by is null) = (revoked_at is null)));
create index cohort_invitation_cohort on cohort_invitation (cohort_id, created_at desc);
grant select, insert, update on cohort_invitation to keshi_app;
`;

/** One of a person by each invitation, and one waiting in each cohort. */
const joinings = `
create table cohort_joining (
  id uuid primary key, institution_id uuid not null references institution, cohort_id uuid not null references cohort, invitation_id uuid not null references cohort_invitation, person_id uuid not null references person,
  state text not null check (state in ('enrolled', 'waiting', 'declined')), asked_at timestamptz not null, decided_by uuid references person, decided_at timestamptz, unique (invitation_id, person_id));
create unique index cohort_joining_waiting on cohort_joining (cohort_id, person_id) where state = 'waiting';
grant select, insert, update on cohort_joining to keshi_app;
`;

/** One that did not go out is taken back. */
const messages = `
create table invitation_message (
  id uuid primary key, institution_id uuid not null references institution, cohort_id uuid not null references cohort, invitation_id uuid not null references cohort_invitation, person_id uuid not null references person,
  sent_by uuid not null references person, sent_at timestamptz not null);
create index invitation_message_person on invitation_message (person_id, sent_at);
create index invitation_message_invitation on invitation_message (invitation_id);
grant select, insert, delete on invitation_message to keshi_app;
`;

export class Migration0039Invitations extends Migration {
  override async up(): Promise<void> {
    for (const part of [invitations, joinings, messages]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who came into a cohort by which invitation is a record: restore a backup instead.');
  }
}
