// Who signed by phone at the place of a lesson, and when; where all of a sheet was signed so it needs no paper.
import { Migration } from '@mikro-orm/migrations';

const signs = `
create table site_sign (
  id uuid primary key, institution_id uuid not null references institution, lesson_id uuid not null references lesson, person_id uuid not null references person, at timestamptz not null, device_id text not null);
create index site_sign_lesson on site_sign (lesson_id, person_id, at);
create index site_sign_person on site_sign (person_id);
`;
const sheets = 'alter table offline_sheet alter column attachment_id drop not null;';
const privileges = 'grant select, insert on site_sign to keshi_app;';

export class Migration0046SiteSigns extends Migration {
  override async up(): Promise<void> {
    for (const part of [signs, sheets, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who signed at a place is a record: restore a backup instead.');
  }
}
