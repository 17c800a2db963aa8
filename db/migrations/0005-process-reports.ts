// What each signaling and worker process says of itself every few seconds, for the operator's page; a media node's is in its own row.
import { Migration } from '@mikro-orm/migrations';

const reports = `
create table process_report (
  id text primary key, role text not null check (role in ('signaling', 'worker')), host text not null, pid int not null, report jsonb not null,
  started_at timestamptz not null default now(), heard_at timestamptz not null default now());
create index process_report_heard on process_report (heard_at);
grant select, insert, update, delete on process_report to keshi_app;
`;

export class Migration0005ProcessReports extends Migration {
  override async up(): Promise<void> {
    this.addSql(reports);
  }

  override async down(): Promise<void> {
    throw new Error('Reports of processes are not taken back: restore a backup instead.');
  }
}
