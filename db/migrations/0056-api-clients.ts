// Programs of institutions that read by signed requests; nonces that were used; and the transaction that wrote a fact, by which facts are read without gaps.
import { Migration } from '@mikro-orm/migrations';

const clients = `
create table api_client (
  id uuid primary key, institution_id uuid not null references institution, name text not null, scopes text[] not null check (cardinality(scopes) > 0), per_minute int not null check (per_minute between 1 and 6000),
  sealed_secret bytea not null, key_version text not null, created_by uuid not null references person, created_at timestamptz not null, last_used_at timestamptz, ended_at timestamptz, ended_by uuid references person,
  check ((ended_at is null) = (ended_by is null)));
create index api_client_institution on api_client (institution_id, created_at desc);
create table api_nonce (client_id uuid not null references api_client, institution_id uuid not null, nonce text not null, at timestamptz not null, primary key (client_id, nonce));
create index api_nonce_at on api_nonce (at);
`;
/** A row is given out when every transaction that may still write an earlier one is over: see db/queries/api-pages.ts. */
const order = `
alter table event add column written_by xid8 not null default pg_current_xact_id();
create index event_written on event (institution_id, written_by, id);
`;
const privileges = `
grant select, insert, update on api_client to keshi_app;
grant select, insert, delete on api_nonce to keshi_app;
`;

export class Migration0056ApiClients extends Migration {
  override async up(): Promise<void> {
    for (const part of [clients, order, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who was let in is a record: restore a backup instead.');
  }
}
