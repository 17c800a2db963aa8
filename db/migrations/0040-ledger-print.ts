// Files of the ledger may be made to print: the table, and the lists of hours of everybody in it.
import { Migration } from '@mikro-orm/migrations';

export class Migration0040LedgerPrint extends Migration {
  override async up(): Promise<void> {
    this.addSql(`alter table ledger_export drop constraint ledger_export_format_check, add constraint ledger_export_format_check check (format in ('xlsx', 'csv', 'pdf', 'hours'));`);
  }

  override async down(): Promise<void> {
    this.addSql(`delete from ledger_export where format in ('pdf', 'hours');`);
    this.addSql(`alter table ledger_export drop constraint ledger_export_format_check, add constraint ledger_export_format_check check (format in ('xlsx', 'csv'));`);
  }
}
