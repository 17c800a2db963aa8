// Routes of subsidy files: the office makes and fetches them, regulators see that they were made.
import { Closed, Uuid } from './shapes.ts';
import { SubsidyFile, SubsidyFiles } from './subsidy.ts';

const office = ['admin', 'institution'] as const;
const OneCohort = Closed({ cohortId: Uuid });

export const subsidyRoutes = {
  /** The last twenty of a cohort, newest first. Errors: not_found. */
  'GET /api/cohorts/:cohortId/subsidy-files': { by: [...office, 'regulator'] as const, params: OneCohort, reply: SubsidyFiles },
  /** Made by the worker, kept for a day; each learner sees who opened the number. Errors: not_found, too_many_attempts (one of this cohort is being made). */
  'POST /api/cohorts/:cohortId/subsidy-files': { by: office, params: OneCohort, reply: SubsidyFile },
  /** ZIP. Errors: not_found (not finished, or its time is over). */
  'GET /api/subsidy-files/:subsidyFileId/file': { by: office, params: Closed({ subsidyFileId: Uuid }), reply: 'file' },
} as const;
