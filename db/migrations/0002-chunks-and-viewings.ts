// Recordings in segments and chunks, replays in parts with their quality, and what was watched of them.
import { Migration } from '@mikro-orm/migrations';

const recordings = `
alter table lesson_session add column layout text not null default 'inset' check (layout in ('inset', 'sideBySide'));
create table capture_segment (
  id uuid primary key, institution_id uuid not null references institution, recording_id uuid not null references recording,
  producer_id text not null, path text not null unique, ordinal int not null, first_at timestamptz, last_at timestamptz,
  packets int not null, size_bytes bigint not null, sha256 text not null, registered_at timestamptz not null,
  copied_at timestamptz, removed_at timestamptz);
create index capture_segment_recording on capture_segment (recording_id, producer_id, ordinal);
create table recording_chunk (
  id uuid primary key, institution_id uuid not null references institution, recording_id uuid not null references recording,
  unit_id uuid not null references unit, ordinal int not null, starts_at timestamptz not null, frames int not null,
  facts jsonb not null, composed_ms int not null, created_at timestamptz not null, unique (unit_id, ordinal));
alter table recording add column facts jsonb;
alter table replay add column part int not null default 1, add column parts int not null default 1,
  add column quality jsonb, add column hold_reasons jsonb not null default '[]', add column chapters jsonb not null default '[]',
  add column files jsonb not null default '{}', add column reviewed_by uuid references person, add column reviewed_at timestamptz,
  add column review jsonb, drop constraint replay_unit_id_key, drop constraint replay_status_check,
  add constraint replay_status_check check (status in ('processing', 'ready', 'held', 'failed'));
create unique index replay_unit_part on replay (unit_id, part);
create table caption (
  id uuid primary key, institution_id uuid not null references institution, replay_id uuid not null references replay on delete cascade,
  locale text not null check (locale in ('zh', 'en')), text text not null, uploaded_by uuid not null references person, created_at timestamptz not null,
  unique (replay_id, locale));
`;

const viewings = `
drop table replay_position;
create table replay_position (
  replay_id uuid not null references replay on delete cascade, person_id uuid not null references person,
  position_ms int not null, furthest_ms int not null, credited jsonb not null default '[]', credited_ms int not null default 0,
  completed_at timestamptz, at timestamptz not null, primary key (replay_id, person_id));
create table viewing (
  id uuid primary key, institution_id uuid not null references institution, replay_id uuid not null references replay on delete cascade,
  person_id uuid not null references person, heartbeat_key bytea not null, nonce text not null, heartbeats int not null default 0,
  position_ms int not null, issued jsonb not null default '[]', credited_ms int not null default 0,
  credit_left_ms int not null default 0, play_left_ms int not null default 0,
  started_at timestamptz not null, last_heard_at timestamptz not null, ended_at timestamptz,
  end_reason text check (end_reason in ('left', 'taken_over', 'lapsed')));
create unique index viewing_open on viewing (person_id) where ended_at is null;
create index viewing_replay on viewing (replay_id, person_id);
`;

const privileges = 'grant select, insert, update, delete on capture_segment, recording_chunk, caption, replay_position, viewing to keshi_app;';

export class Migration0002ChunksAndViewings extends Migration {
  override async up(): Promise<void> {
    for (const part of [recordings, viewings, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Recordings in chunks are not taken back: restore a backup instead.');
  }
}
