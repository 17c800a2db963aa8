// REST of inspections.
import type { inspectionRoutes as table } from '#contracts/inspection-routes.ts';
import { inspectedBy } from '#db/queries/inspection-access.ts';
import { inspectionChoices } from '#db/queries/inspection-choices.ts';
import { inspectionFor, listInspections, populationOf } from '#db/queries/inspections.ts';
import { DomainError } from '#domain/errors.ts';
import { drawnPdf } from '#runtime/pdf/draw-pdf.ts';
import { inspectionHead, inspectionPieces } from '#runtime/pdf/inspection-report.ts';
import { reportWords } from '#runtime/pdf/inspection-words.ts';
import type { Locale } from '#runtime/pdf/ledger-words.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { fileFinding, giveLookPurpose, inspectedFilm, lookAtPicture } from './film.ts';
import { answerFinding, closeInspection, decideFinding, drawSealed, handOver, sealInspection, showInspection, withdrawFinding } from './service.ts';

const whole = (bytes: Buffer, type: string, fileName: string): FileAnswer => ({ type, sizeBytes: bytes.length, fileName, open: () => bytes });

/** Ids and hashes only; also for an institution, which may give it to whom it wants. Throws not_found. */
async function population({ orm }: Deps, personId: string, inspectionId: string): Promise<FileAnswer> {
  const em = orm.em.fork();
  const part = (await inspectionFor(em, personId, inspectionId))?.part;
  const text = part ? await populationOf(em, inspectionId) : null;
  if (text === null) throw new DomainError('not_found', 'no such list');
  return whole(Buffer.from(text), 'text/plain; charset=utf-8', `inspection-${inspectionId}.txt`);
}

/** Throws not_found. */
async function report({ orm, now }: Deps, personId: string, inspectionId: string, locale: Locale): Promise<FileAnswer> {
  const inspection = await showInspection(orm.em.fork(), personId, inspectionId, now());
  const bytes = await drawnPdf('table', inspectionHead(locale, { title: inspection.title, made: now() }), inspectionPieces(inspection, locale, now()));
  return whole(bytes, 'application/pdf', `${reportWords.title[locale]}-${inspection.title}.pdf`);
}

export function inspectionHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  const read = () => deps.orm.em.fork();
  return {
    'GET /api/inspections': async ({ person }) => ({ mayDraw: (await inspectedBy(read(), person.personId)).length > 0, inspections: await listInspections(read(), person.personId, deps.now()) }),
    'GET /api/inspection-choices': ({ person }) => inspectionChoices(read(), person.personId),
    'POST /api/inspections': ({ person, body }) => sealInspection(deps, person.personId, body),
    'GET /api/inspections/:inspectionId': ({ person, params }) => showInspection(read(), person.personId, params.inspectionId, deps.now()),
    'POST /api/inspections/:inspectionId/draw': ({ person, params, body }) => drawSealed(deps, person.personId, params.inspectionId, body.words),
    'GET /api/inspections/:inspectionId/population': ({ person, params }) => population(deps, person.personId, params.inspectionId),
    'GET /api/inspections/:inspectionId/report': ({ person, params, query }) => report(deps, person.personId, params.inspectionId, query.locale ?? 'zh'),
    'GET /api/inspections/:inspectionId/units/:drawnId': ({ person, params }) => inspectedFilm(read(), person.personId, params, deps.now()),
    'POST /api/inspections/:inspectionId/units/:drawnId/findings': ({ person, params, body }) => fileFinding(deps, person.personId, params, body),
    'POST /api/inspections/:inspectionId/units/:drawnId/looks': ({ person, params, body }) => giveLookPurpose(deps, person.personId, params, body),
    'GET /api/inspection-looks/:lookId/picture': ({ person, params }) => lookAtPicture(deps, person.personId, params.lookId),
    'POST /api/inspections/:inspectionId/handing-over': ({ person, params, body }) => handOver(deps, person.personId, params.inspectionId, body.days),
    'POST /api/inspection-findings/:findingId/answers': ({ person, params, body }) => answerFinding(deps, person.personId, params.findingId, body),
    'POST /api/inspection-findings/:findingId/decisions': ({ person, params, body }) => decideFinding(deps, person.personId, params.findingId, body),
    'POST /api/inspection-findings/:findingId/withdrawal': ({ person, params, body }) => withdrawFinding(deps, person.personId, params.findingId, body.words),
    'POST /api/inspections/:inspectionId/closing': ({ person, params, body }) => closeInspection(deps, person.personId, params.inspectionId, body.words),
  };
}
