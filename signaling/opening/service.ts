// Writing an application to open a cohort, and moving it: handed in, approved, opened, returned, taken back, closed. Each move is a row and a fact.
import type { CohortOpening as OpeningReply, OpeningBody, OpeningMoveBody } from '#contracts/opening.ts';
import { CohortMove, CohortOpening } from '#db/entities/cohort.ts';
import { Cohort } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { requireRunCohort, requireSeenCohort } from '#db/queries/cohort-access.ts';
import { openingNow, openingRow, type OpeningNow, type OpeningRow } from '#db/queries/cohort-opening.ts';
import { requirePart } from '#db/queries/institution-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { openingWritable, reasonedMoves, type OpeningState } from '#domain/cohort.ts';
import { shanghaiInstant } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { openingProblems, plainOpening, type OpeningApplication } from '#domain/opening.ts';
import { isRegionCode } from '#domain/region.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import type { Deps } from '../deps.ts';
import { openingView, partiesOf, submittedBy, wayOf } from './reading.ts';

/** Whatever is missing may be; what is there has to be of this world. Throws bad_request. */
function requireSound({ region, plannedFrom, plannedUntil }: OpeningApplication): void {
  if (region !== null && !isRegionCode(region)) throw new DomainError('bad_request', `${region} is no region`);
  for (const day of [plannedFrom, plannedUntil]) if (day !== null && !shanghaiInstant(day, '00:00')) throw new DomainError('bad_request', `${day} is no day`);
}

/** Throws not_found, bad_request, opening_move_refused, opening_changed. */
export async function writeOpening({ orm, now }: Deps, personId: string, cohortId: string, { revision, application }: OpeningBody): Promise<OpeningReply> {
  const { institutionId } = await requireRunCohort(orm.em.fork(), personId, cohortId);
  const plain = plainOpening(application);
  requireSound(plain);
  return unitOfWork(orm, actorFor(personId, institutionId), async (em) => {
    const cohort = await openingRow(em, cohortId, true);
    if (!openingWritable(cohort.state)) throw new DomainError('opening_move_refused', `it is ${cohort.state}`);
    const row = await em.findOne(CohortOpening, { cohortId }, { disableIdentityMap: true });
    if ((row?.revision ?? 0) !== revision) throw new DomainError('opening_changed', `revision ${row?.revision ?? 0} is newer`);
    const at = now();
    const kept = { ...plain, revision: revision + 1, changedBy: personId, changedAt: at };
    if (row) await em.nativeUpdate(CohortOpening, { cohortId }, kept);
    else await em.insert(CohortOpening, { cohortId, institutionId, ...kept, dossierId: null });
    return openingView(em, personId, cohort, at);
  });
}

/** What has to be so before this move goes. Throws opening_incomplete, opening_lessons_ahead. */
function requireReady(to: OpeningState, { facts, planned }: OpeningNow): void {
  const problems = ['submitted', 'approved', 'opened'].includes(to) ? openingProblems(facts) : [];
  if (problems.length > 0) throw new DomainError('opening_incomplete', problems.map(({ code }) => code).join(', '));
  if (to === 'closed' && planned.ahead > 0) throw new DomainError('opening_lessons_ahead', `${planned.ahead} lessons are not over`);
}

interface Step { body: OpeningMoveBody; to: OpeningState; at: Date }
async function keepMove(em: EntityManager, actor: Actor, { cohortId, institutionId, state, pack }: OpeningRow, found: OpeningNow, { body, to, at }: Step): Promise<void> {
  const { move, revision } = body;
  const id = newId(at.getTime());
  const ordinal = 1 + await em.count(CohortMove, { cohortId });
  await em.nativeUpdate(Cohort, { id: cohortId }, { opening: to });
  if (move === 'submit') await em.nativeUpdate(CohortOpening, { cohortId }, { dossierId: found.dossier?.id ?? null });
  await em.insert(CohortMove, { id, institutionId, cohortId, ordinal, move, fromState: state, toState: to, movedBy: actor.personId!, movedAt: at, reason: body.reason.trim(), revision, rulePack: packName(pack) });
  await appendEvent(em, actor, `cohort:${cohortId}`, `cohort:${to}`, at, {
    cohortId, moveId: id, move, from: state, to, revision, rulePack: packName(pack), learners: found.planned.learners, lessons: found.planned.lessons,
    dossierId: move === 'submit' ? found.dossier?.id ?? null : found.row?.dossierId ?? null,
  });
}

/** Throws not_found, opening_move_refused, opening_own_work, opening_changed, opening_reason_missing, opening_incomplete, opening_lessons_ahead. */
export async function moveOpening({ orm, now, log }: Deps, personId: string, cohortId: string, body: OpeningMoveBody): Promise<OpeningReply> {
  const { institutionId } = await requireSeenCohort(orm.em.fork(), personId, cohortId);
  const actor = actorFor(personId, institutionId);
  return unitOfWork(orm, actor, async (em) => {
    const roles = await requirePart(em, personId, institutionId, ['admin', 'institution', 'regulator']);
    const cohort = await openingRow(em, cohortId, true);
    const { state, pack } = cohort;
    const { to, own } = wayOf({ parties: partiesOf(roles), state, needsAuthority: pack.opening.authority, own: await submittedBy(em, cohortId) === personId }, body.move);
    if (to === null) throw new DomainError('opening_move_refused', `no ${body.move} from ${state}`);
    if (own) throw new DomainError('opening_own_work', 'handed in by the same person');
    const at = now();
    const found = await openingNow(em, cohort, at);
    if ((found.row?.revision ?? 0) !== body.revision) throw new DomainError('opening_changed', `revision ${found.row?.revision ?? 0} is there`);
    if (reasonedMoves.includes(body.move) && body.reason.trim().length < 2) throw new DomainError('opening_reason_missing', 'it goes only with a reason');
    requireReady(to, found);
    await keepMove(em, actor, cohort, found, { body, to, at });
    log.info({ cohortId, institutionId, from: state, to }, 'cohort opening moved');
    return openingView(em, personId, { ...cohort, state: to }, at);
  });
}
