// What the console of regulators asks: sums by lesson, and indexes by which five years of rows answer at once (R31, R106, R115).
import { Migration } from '@mikro-orm/migrations';

/** Kept by whoever reckons the lesson (db/queries/ledger-reckon.ts), beside the rows they are summed from. */
const sums = `
alter table ledger_lesson add column learners int not null default 0, add column credited_ms float8 not null default 0,
  add column checks_asked int not null default 0, add column checks_failed int not null default 0, add column checks_missed int not null default 0;
update ledger_lesson s set learners = r.learners, credited_ms = r.credited_ms, checks_asked = r.checks_asked, checks_failed = r.failed, checks_missed = r.missed
  from (select lesson_id, count(*) as learners, sum(live_ms + made_up_ms) as credited_ms, sum(checks_asked) as checks_asked, sum(failed) as failed, sum(missed) as missed from ledger_row group by lesson_id) r
  where r.lesson_id = s.lesson_id;
`;

/** Names by their beginning whatever the collation; its operators may be asked under row-level security before the guard's own (they leak nothing), which those of \`like\` may not. */
const search = `
create index ledger_learner_begins on ledger_learner (name text_pattern_ops, institution_id, person_id, cohort_id);
create index ledger_learner_checks on ledger_learner (institution_id, name, person_id, cohort_id) where failed + missed > 0;
create index enrolment_person_institution on enrolment (person_id, institution_id);
`;

const figures = `
create index cohort_opened on cohort (institution_id) where opening = 'opened';
create index replay_kept on replay (institution_id) where status = 'ready';
create index replay_held on replay (institution_id) where status = 'held';
create index certificate_institution on certificate (institution_id, issued_at) where revoked_at is null;
create index appeal_institution on appeal (institution_id, created_at);
`;

export class Migration0057Oversight extends Migration {
  override async up(): Promise<void> {
    for (const part of [sums, search, figures]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Figures are made again from facts: drop the columns and indexes by hand where that is wanted.');
  }
}
