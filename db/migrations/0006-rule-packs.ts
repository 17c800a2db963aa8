// Which rule pack an institution or a cohort chose, and which one, in which version, a session was held under.
import { Migration } from '@mikro-orm/migrations';

const chosen = `
alter table institution add column rule_pack text;
alter table cohort add column rule_pack text;
alter table lesson_session add column rule_pack text not null default 'default@1';
`;

const idle = `
alter table connection drop constraint connection_left_reason_check;
alter table connection add constraint connection_left_reason_check
  check (left_reason in ('left', 'cut', 'taken_over', 'lease_expired', 'lesson_ended', 'idle'));
`;

export class Migration0006RulePacks extends Migration {
  override async up(): Promise<void> {
    for (const part of [chosen, idle]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('The pack a session was held under is a record: restore a backup instead.');
  }
}
