// Who composes a broadcast and still lives, what it costs, why one waits; and the server's own fact that somebody was given it.
import { Migration } from '@mikro-orm/migrations';

const lease = `
alter table live_stream
  add column claimed_by text, add column heard_at timestamptz, add column wait_reason text check (wait_reason in ('busy', 'full')),
  add column cost_percent int, add column cleaned_at timestamptz;
create index live_stream_open on live_stream (status) where status in ('wanted', 'running');
`;

const observation = `
alter table observation drop constraint observation_type_check;
alter table observation add constraint observation_type_check
  check (type in ('visible', 'hidden', 'active', 'playing', 'stalled', 'media_connected', 'media_disconnected', 'rtt', 'broadcast'));
`;

export class Migration0004LiveStreamLease extends Migration {
  override async up(): Promise<void> {
    for (const part of [lease, observation]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Broadcasts are not taken back: restore a backup instead.');
  }
}
