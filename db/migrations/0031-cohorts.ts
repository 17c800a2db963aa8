// Rosters: learners an institution states before they register, how an enrolment ended, and imports of tables.
import { Migration } from '@mikro-orm/migrations';

/** Stated by an institution, not registered yet, as long as `stated_by` is there. The stated phone is none of a person's own: it proves who takes the identity over, and bars nobody from a phone. */
const stated = `
alter table identity add column stated_by uuid references institution, add column stated_at timestamptz,
  add column sealed_stated_phone bytea, add column stated_phone_hash bytea, add column stated_phone_mask text;
alter table identity add constraint identity_stated check (
  (stated_by is null) = (stated_at is null) and (stated_by is null) = (sealed_stated_phone is null) and (stated_by is null) = (stated_phone_hash is null)
  and (stated_by is null) = (stated_phone_mask is null) and (stated_by is null or phone_hash is null));
create index identity_stated_phone on identity (stated_phone_hash) where stated_by is not null;
`;

/** Null for cohorts from before programmes were asked for. */
const programme = `
alter table cohort add column programme text check (programme in ('enterprise_staff', 'new_apprenticeship', 'project', 'entrepreneurship', 'key_groups', 'other'));
`;

const enrolments = `
alter table enrolment add column note text, add column learner_category text, add column employer text, add column end_reason text, add column ended_by uuid references person;
`;

/** The file is sealed, and is forgotten when it was taken or a day has passed. Problems name rows and columns, never what stands there. */
const imports = `
create table roster_import (
  id uuid primary key, institution_id uuid not null references institution, cohort_id uuid not null references cohort, created_by uuid not null references person, created_at timestamptz not null,
  file_sha256 text not null, file_bytes int not null, sealed_file bytea,
  status text not null check (status in ('checking', 'refused', 'bad', 'clean', 'writing', 'imported', 'failed')), beat_at timestamptz not null, settled_at timestamptz,
  refusal text, refusal_columns jsonb not null default '[]', problems jsonb not null default '[]', mended jsonb not null default '{"spaces": 0, "fullWidth": 0, "smallX": 0}',
  rows int not null default 0, bad_rows int not null default 0, done_rows int not null default 0, added int not null default 0, known int not null default 0, returned int not null default 0);
create index roster_import_cohort on roster_import (cohort_id, created_at desc);
create unique index roster_import_once on roster_import (cohort_id, file_sha256) where status = 'imported';
create index roster_import_sealed on roster_import (created_at) where sealed_file is not null;
grant select, insert, update on roster_import to keshi_app;
`;

export class Migration0031Cohorts extends Migration {
  override async up(): Promise<void> {
    for (const part of [stated, programme, enrolments, imports]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who was enrolled and why it ended are records: restore a backup instead.');
  }
}
