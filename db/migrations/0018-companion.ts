// Phones as second cameras: links and what became of them; and the layout in which the camera is large.
import { Migration } from '@mikro-orm/migrations';

/** Secrets are kept as SHA-256. One link or phone per person and session; the older ones stay as a record. */
const companions = `
create table companion (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson,
  session_id uuid not null references lesson_session, person_id uuid not null references person,
  token_hash bytea not null unique, key_hash bytea unique, created_at timestamptz not null, expires_at timestamptz not null, used_at timestamptz,
  connection_id uuid, seen_at timestamptz, ended_at timestamptz,
  end_reason text check (end_reason in ('revoked', 'replaced', 'seat_over', 'lesson_over')),
  check ((key_hash is null) = (used_at is null)), check ((ended_at is null) = (end_reason is null)), check (connection_id is null or (used_at is not null and ended_at is null)));
create unique index companion_open on companion (session_id, person_id) where ended_at is null;
`;

const layouts = `
alter table lesson_session drop constraint lesson_session_layout_check,
  add constraint lesson_session_layout_check check (layout in ('inset', 'sideBySide', 'cameraLarge'));
`;

const privileges = 'grant select, insert, update on companion to keshi_app;';

export class Migration0018Companion extends Migration {
  override async up(): Promise<void> {
    for (const part of [companions, layouts, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who let which device in is a record: restore a backup instead.');
  }
}
