// Institutions as tenants: files kept as evidence.
import { Migration } from '@mikro-orm/migrations';

/** What it belongs to has no foreign key, as it is of many tables: who adds one asks `requireAttachmentSubject` in the same transaction. */
const attachments = `
create table attachment (
  id uuid primary key, institution_id uuid not null references institution, kind text not null, subject_type text not null, subject_id uuid not null,
  file_name text not null, content_type text not null, size_bytes int not null check (size_bytes > 0), sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  uploaded_by uuid not null references person, uploaded_at timestamptz not null,
  withdrawn_at timestamptz, withdrawn_by uuid references person, withdraw_reason text,
  check ((withdrawn_at is null) = (withdrawn_by is null)), check ((withdrawn_at is null) = (withdraw_reason is null)));
create index attachment_subject on attachment (institution_id, subject_type, subject_id, uploaded_at desc);
create unique index attachment_once on attachment (institution_id, subject_type, subject_id, kind, sha256) where withdrawn_at is null;
`;

const privileges = `
grant select, insert, update on attachment to keshi_app;
`;

export class Migration0029Institution extends Migration {
  override async up(): Promise<void> {
    for (const part of [attachments, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('What an institution showed is evidence: restore a backup instead.');
  }
}
