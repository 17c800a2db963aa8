// Second factor of an account's person: a sealed secret of one-time codes, and recovery codes of which only hashes are kept.
import { Migration } from '@mikro-orm/migrations';

/** `sealed_pending`: drawn, not proven yet; the one in force stays until it is. `last_step`: no code at or before it counts any more. */
const factors = `
create table second_factor (
  person_id uuid primary key references person, sealed_secret bytea, sealed_pending bytea, key_version text not null, confirmed_at timestamptz, last_step bigint,
  check ((sealed_secret is null) = (confirmed_at is null)));
create table recovery_code (
  person_id uuid not null references second_factor on delete cascade, ordinal smallint not null check (ordinal between 0 and 9), code_hash text not null, used_at timestamptz, primary key (person_id, ordinal));
`;
const privileges = 'grant select, insert, update, delete on second_factor, recovery_code to keshi_app;';

export class Migration0050SecondFactor extends Migration {
  override async up(): Promise<void> {
    for (const part of [factors, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Accounts would be open with a password alone: restore a backup instead.');
  }
}
