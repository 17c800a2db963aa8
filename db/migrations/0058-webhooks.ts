// Webhooks are connectors of one institution; ended ones stay as rows, take nothing more and are shown no more.
import { Migration } from '@mikro-orm/migrations';

export class Migration0058Webhooks extends Migration {
  override up(): void {
    this.addSql('alter table connector add column ended_at timestamptz');
  }
}
