// Inspections over REST: sealed, drawn, looked at, found, handed over, answered, closed (R10, R106, R113).
import Type from 'typebox';
import { AnswerBody, ClosingWords, DrawBody, FindingBody, FindingDecisionBody, HandOverBody, InspectedFilm, Inspection, InspectionBody, InspectionChoices, InspectionList, LookBody } from './inspection.ts';
import { Closed, OneOf, Uuid } from './shapes.ts';

const inspectors = ['regulator'] as const;
const office = ['admin', 'institution'] as const;
const readers = ['admin', 'institution', 'regulator'] as const;
const One = Closed({ inspectionId: Uuid });
const OneDrawn = Closed({ inspectionId: Uuid, drawnId: Uuid });
const OneFinding = Closed({ findingId: Uuid });

/** All throw not_found for an inspection the asker neither carries out nor, as an institution, may know of. */
export const inspectionRoutes = {
  /** Newest first, the last two hundred. */
  'GET /api/inspections': { by: readers, reply: InspectionList },
  'GET /api/inspection-choices': { by: inspectors, reply: InspectionChoices },
  /** Publishes the hash of a new seed; nothing is drawn. Errors: not_found (an institution one does not oversee, a course or cohort that is none of theirs), bad_request (a period that is none, or too long). */
  'POST /api/inspections': { by: inspectors, body: InspectionBody, reply: Inspection },
  'GET /api/inspections/:inspectionId': { by: readers, params: One, reply: Inspection },
  /** Freezes the list, draws, tells the seed. Errors: inspection_move_refused, inspection_empty (no recording in the scope; nothing is drawn). */
  'POST /api/inspections/:inspectionId/draw': { by: inspectors, params: One, body: DrawBody, reply: Inspection },
  /** The list the draw was made of, as text: whoever has it and the seed can draw again. Errors: not_found (not drawn yet). */
  'GET /api/inspections/:inspectionId/population': { by: readers, params: One, reply: 'file' },
  /** All of it as PDF; for an office what is its own. Chinese without a locale. */
  'GET /api/inspections/:inspectionId/report': { by: readers, params: One, query: Closed({ locale: Type.Optional(OneOf(['zh', 'en'] as const)) }), reply: 'file' },
  /** A drawn recording with what there is to jump to. */
  'GET /api/inspections/:inspectionId/units/:drawnId': { by: inspectors, params: OneDrawn, reply: InspectedFilm },
  /** Errors: inspection_move_refused, finding_outside (beyond the end of the film). */
  'POST /api/inspections/:inspectionId/units/:drawnId/findings': { by: inspectors, params: OneDrawn, body: FindingBody, reply: InspectedFilm },
  /** Says why one wants to see a check's picture; the look is on record then. Errors: not_found (no check of this recording), inspection_move_refused (closed). */
  'POST /api/inspections/:inspectionId/units/:drawnId/looks': { by: inspectors, params: OneDrawn, body: LookBody, reply: Closed({ lookId: Uuid }) },
  /** The picture, for ten minutes and for whoever gave the purpose. Errors: not_found (another's, too late, or no longer kept). */
  'GET /api/inspection-looks/:lookId/picture': { by: inspectors, params: Closed({ lookId: Uuid }), reply: 'file' },
  /** Institutions see the findings from now on and have so many days. Errors: inspection_move_refused. */
  'POST /api/inspections/:inspectionId/handing-over': { by: inspectors, params: One, body: HandOverBody, reply: Inspection },
  /** Errors: finding_settled (waits for the inspector, or is accepted). */
  'POST /api/inspection-findings/:findingId/answers': { by: office, params: OneFinding, body: AnswerBody, reply: Inspection },
  /** Errors: finding_settled (not answered, or accepted), inspection_own_answer (one's own answer), bad_request (returned without words). */
  'POST /api/inspection-findings/:findingId/decisions': { by: inspectors, params: OneFinding, body: FindingDecisionBody, reply: Inspection },
  /** Filed by mistake: the institution never sees it. Errors: finding_settled (handed over, or withdrawn already). */
  'POST /api/inspection-findings/:findingId/withdrawal': { by: inspectors, params: OneFinding, body: AnswerBody, reply: Inspection },
  /** Without findings, also before it was drawn, or when all are accepted. Errors: inspection_move_refused. */
  'POST /api/inspections/:inspectionId/closing': { by: inspectors, params: One, body: ClosingWords, reply: Inspection },
} as const;
