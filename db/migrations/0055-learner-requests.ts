// What a learner asks to have deleted, and what the office decided; which files of films lie in the archive.
import { Migration } from '@mikro-orm/migrations';

const requests = `
create table deletion_request (
  id uuid primary key, institution_id uuid not null references institution, person_id uuid not null references person, words text not null, asked_at timestamptz not null,
  outcome text check (outcome in ('carried_out', 'refused')), decision_words text, decided_by uuid references person, decided_at timestamptz,
  check ((decided_at is null) = (outcome is null) and (decided_at is null) = (decided_by is null) and (decided_at is null) = (decision_words is null)), check (decided_by <> person_id));
create unique index deletion_request_open on deletion_request (institution_id, person_id) where decided_at is null;
create index deletion_request_person on deletion_request (person_id, asked_at desc);
create index deletion_request_institution on deletion_request (institution_id, asked_at desc);
`;
const archived = `
alter table replay add column archived_at timestamptz;
create index replay_not_archived on replay (starts_at) where archived_at is null and status = 'ready' and film_id is null;
`;
const privileges = 'grant select, insert, update on deletion_request to keshi_app;';

export class Migration0055LearnerRequests extends Migration {
  override async up(): Promise<void> {
    for (const part of [requests, archived, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What people asked for is a record: restore a backup instead.');
  }
}
