// Sums of the ledger by cohort, so that the figures above 50,000 rows are added up from some thousand rows.
import { Migration } from '@mikro-orm/migrations';

/** One row for each of the eight ways a learner can stand in the three filters, where there is such a learner; `unsettled` is 1 or 0. */
const rows = `
create table ledger_cohort (
  cohort_id uuid not null references cohort, institution_id uuid not null references institution, course_id uuid not null references course,
  attendance_low boolean not null, accuracy_low boolean not null, unsettled int not null check (unsettled in (0, 1)),
  learners int not null check (learners > 0), held_ms float8 not null, live_ms float8 not null, made_up_ms float8 not null, asked int not null, correct int not null, as_of timestamptz not null,
  primary key (cohort_id, attendance_low, accuracy_low, unsettled));
create index ledger_cohort_institution on ledger_cohort (institution_id);
`;
const first = `insert into ledger_cohort
  select cohort_id, institution_id, course_id, attendance_low, accuracy_low, (unsettled > 0)::int, count(*), sum(held_ms), sum(live_ms), sum(made_up_ms), sum(asked), sum(correct), min(as_of)
  from ledger_learner group by 1, 2, 3, 4, 5, 6;`;
const privileges = 'grant select, insert, update, delete on ledger_cohort to keshi_app;';

export class Migration0045LedgerSums extends Migration {
  override async up(): Promise<void> {
    for (const part of [rows, first, privileges]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Figures are made again from facts: drop the table by hand where that is wanted.');
  }
}
