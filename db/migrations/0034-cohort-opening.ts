// Opening cohorts: the application, and each move of it from the first draft to opened.
import { Migration } from '@mikro-orm/migrations';

/** Cohorts from before are opened: nobody asked for an application then, and their lessons go on. */
const state = `
alter table cohort add column opening text not null default 'opened' check (opening in ('draft', 'submitted', 'approved', 'opened', 'returned', 'withdrawn', 'closed'));
create index cohort_opening_waiting on cohort (institution_id) where opening in ('submitted', 'approved');
`;

const applications = `
create table cohort_opening (
  cohort_id uuid primary key references cohort, institution_id uuid not null references institution, revision int not null check (revision > 0), changed_by uuid not null references person, changed_at timestamptz not null,
  region text check (region ~ '^[0-9]{6}$'), planned_from date, planned_until date, learner_limit int check (learner_limit > 0), instructor_ids jsonb not null, place text not null, plan_text text not null, resources text not null,
  dossier_id uuid references course_dossier);
grant select, insert, update on cohort_opening to keshi_app;
`;

/** Only added to: what was decided stays as it was, with its reason. `revision`: of the application that was decided on. */
const moves = `
create table cohort_move (
  id uuid primary key, institution_id uuid not null references institution, cohort_id uuid not null references cohort, ordinal int not null check (ordinal > 0), move text not null check (move in ('submit', 'withdraw', 'approve', 'return', 'open', 'close')),
  from_state text not null, to_state text not null, moved_by uuid not null references person, moved_at timestamptz not null, reason text not null, revision int not null, rule_pack text not null, unique (cohort_id, ordinal));
create trigger cohort_move_append_only before update or delete on cohort_move for each row execute function refuse_change();
grant select, insert on cohort_move to keshi_app;
`;

export class Migration0034CohortOpening extends Migration {
  override async up(): Promise<void> {
    for (const part of [state, applications, moves]) this.addSql(part);
  }

  override async down(): Promise<void> {
    throw new Error('Who opened a cohort and why are records: restore a backup instead.');
  }
}
