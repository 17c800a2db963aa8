// Ways to what the clocks look for every second, and until now found by reading whole tables.
import { Migration } from '@mikro-orm/migrations';

const ways = `
create index connection_cut on connection (left_at) where left_reason in ('cut', 'lease_expired');
create index recording_running on recording (session_id) where status = 'recording';
create index exam_attempt_signing_in on exam_attempt (exam_id) where status = 'signing_in';
`;

export class Migration0026ClockWays extends Migration {
  override async up(): Promise<void> {
    this.addSql(ways);
  }

  override async down(): Promise<void> {
    this.addSql('drop index connection_cut; drop index recording_running; drop index exam_attempt_signing_in;');
  }
}
