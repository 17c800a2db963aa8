// Media nodes, where each room and each seat has its media, and delayed broadcasts.
import { Migration } from '@mikro-orm/migrations';

const nodes = `
create table media_node (
  id text primary key, boot_id text not null, control_url text not null, capacity jsonb not null, load jsonb not null,
  draining boolean not null default false, registered_at timestamptz not null default now(), heard_at timestamptz not null default now());
create table media_room (
  room_id uuid primary key, epoch int not null check (epoch > 0), node_id text not null references media_node, boot_id text not null, moved_at timestamptz not null default now());
create table media_seat (
  room_id uuid not null references media_room on delete cascade, person_id uuid not null, epoch int not null,
  node_id text not null references media_node, boot_id text not null, placed_at timestamptz not null default now(), primary key (room_id, person_id));
create index media_seat_node on media_seat (node_id);
`;

const streams = `
create table live_stream (
  id uuid primary key, institution_id uuid not null references institution, session_id uuid not null unique references lesson_session,
  status text not null default 'wanted' check (status in ('wanted', 'running', 'ended', 'failed')),
  wanted_at timestamptz not null, started_at timestamptz, ended_at timestamptz, segments int not null default 0, fail_reason text);
`;

const privileges = 'grant select, insert, update, delete on media_node, media_room, media_seat, live_stream to keshi_app;';

export class Migration0003Nodes extends Migration {
  override async up(): Promise<void> {
    for (const part of [nodes, streams, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Placing of media is not taken back: restore a backup instead.');
  }
}
