// Routes of statutory papers: for the office of an institution and those who oversee it.
import { PaperChoices, PaperFileBody, PaperQuery, PaperView } from './paper.ts';
import { Closed, Uuid } from './shapes.ts';

const overseers = ['admin', 'institution', 'regulator'] as const;
const OneInstitution = Closed({ institutionId: Uuid });

export const paperRoutes = {
  'GET /api/institutions/:institutionId/papers': { by: overseers, params: OneInstitution, reply: PaperChoices },
  /** For the page, document numbers masked. Errors: not_found (also a course or cohort of another institution), bad_request (nothing chosen, or a day that is no Monday). */
  'GET /api/institutions/:institutionId/paper': { by: overseers, params: OneInstitution, query: PaperQuery, reply: PaperView },
  /**
   * The file, and an event that says it was made. With `full` each learner in it sees who opened the number, and why. Errors: as above, forbidden (`full` by somebody who is not of the office), too_many_attempts (20 full ones an hour).
   */
  'POST /api/institutions/:institutionId/paper-files': { by: overseers, params: OneInstitution, body: PaperFileBody, reply: 'file' },
} as const;
