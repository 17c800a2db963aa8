// Routes of opening cohorts. All answer not_found for a cohort that is not one's own: of another institution, or, for teachers, one they do not teach.
import { CohortApprovals, CohortOpening, OpeningBody, OpeningMoveBody } from './opening.ts';
import { Closed, Uuid } from './shapes.ts';

const readers = ['admin', 'institution', 'teacher', 'regulator'] as const;
const OneCohort = Closed({ cohortId: Uuid });

export const openingRoutes = {
  'GET /api/cohorts/:cohortId/opening': { by: readers, params: OneCohort, reply: CohortOpening },
  /** Errors: opening_move_refused (it is handed in or opened), opening_changed (saved by somebody else), bad_request (a day no calendar has, no region). */
  'PUT /api/cohorts/:cohortId/opening': { by: ['admin', 'institution'], params: OneCohort, body: OpeningBody, reply: CohortOpening },
  /**
   * Handing in, taking back and closing by the office; approving and returning by another person of it; then opening and returning by a regulator, where the rule pack wants that.
   * Errors: opening_move_refused (no such way for this person from where it is), opening_own_work, opening_changed (another revision than the one looked at), opening_incomplete (handing in, approving and opening while
   * something is in the way), opening_reason_missing, opening_lessons_ahead (closing).
   */
  'POST /api/cohorts/:cohortId/opening/moves': { by: ['admin', 'institution', 'regulator'], params: OneCohort, body: OpeningMoveBody, reply: CohortOpening },
  'GET /api/cohort-approvals': { by: ['admin', 'institution', 'regulator'], reply: CohortApprovals },
} as const;
