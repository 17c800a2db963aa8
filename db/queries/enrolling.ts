// Enrolling people in a cohort: membership as a student, enrolment, fact, in the caller's transaction, one statement each however many they are.
import { newId } from '#domain/id.ts';
import type { LearnerCategory } from '#domain/identity/learner-category.ts';
import { appendEvents, type Actor, type EntityManager } from '../orm.ts';
import type { KnownCohort } from './cohort-access.ts';

/** `ended`: was in this cohort before, and comes back. */
export interface NewLearner { personId: string; learnerCategory: LearnerCategory; employer: string | null; note: string | null; ended: boolean }
/** `by`: what they came by, for the fact. */
export interface Enrolling { actor: Actor; cohort: KnownCohort; at: Date; by: { importId: string } | { invitationId: string } }

export async function enrolLearners(em: EntityManager, { actor, cohort: { institutionId, cohortId }, at, by }: Enrolling, learners: readonly NewLearner[]): Promise<void> {
  const rows = JSON.stringify(learners.map(({ personId, note, learnerCategory, employer }) => ({ id: newId(), membership_id: newId(), person_id: personId, note, learner_category: learnerCategory, employer })));
  await em.execute(
    `insert into membership (id, person_id, institution_id, role, created_at) select r.membership_id, r.person_id, ?, 'student', ? from jsonb_to_recordset(?::jsonb) as r(membership_id uuid, person_id uuid)
     on conflict (person_id, institution_id, role) do nothing`, [institutionId, at, rows]);
  await em.execute(
    `insert into enrolment (id, institution_id, cohort_id, person_id, created_at, note, learner_category, employer) select r.id, ?, ?, r.person_id, ?, r.note, r.learner_category, r.employer
     from jsonb_to_recordset(?::jsonb) as r(id uuid, person_id uuid, note text, learner_category text, employer text)
     on conflict (cohort_id, person_id) do update set ended_at = null, end_reason = null, ended_by = null, note = excluded.note, learner_category = excluded.learner_category, employer = excluded.employer`,
    [institutionId, cohortId, at, rows]);
  await appendEvents(em, learners.map(({ personId, ended, learnerCategory }) => ({
    actor, stream: `cohort:${cohortId}` as const, type: ended ? 'enrolment:returned' : 'enrolment:begun', at, payload: { cohortId, personId, learnerCategory, ...by },
  })));
}
