// Subsidy files of cohorts: asked for by the office, made by the worker, kept for a day; that one was made, and its hashes, stay (R53, R155).
import { Migration } from '@mikro-orm/migrations';

/** `origin`: where the platform is reached, for links in its papers. */
const files = `
create table subsidy_file (
  id uuid primary key, institution_id uuid not null references institution, cohort_id uuid not null references cohort, asked_by uuid not null references person, asked_at timestamptz not null, origin text not null,
  status text not null check (status in ('waiting', 'making', 'ready', 'failed', 'gone')), done_parts int not null default 0, all_parts int not null default 0,
  settled_at timestamptz, storage_key text, size_bytes bigint, sha256 text, manifest_sha256 text, learners int, delete_after timestamptz not null,
  check ((status = 'ready') = (storage_key is not null)), check (status <> 'ready' or (sha256 is not null and manifest_sha256 is not null)));
create index subsidy_file_cohort on subsidy_file (cohort_id, asked_at desc);
create index subsidy_file_open on subsidy_file (delete_after) where status <> 'gone';
create unique index subsidy_file_one on subsidy_file (cohort_id) where status in ('waiting', 'making');
`;
const privileges = 'grant select, insert, update on subsidy_file to keshi_app;';

export class Migration0044SubsidyFiles extends Migration {
  override async up(): Promise<void> {
    for (const part of [files, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What was handed in for money is evidence: restore a backup instead.');
  }
}
