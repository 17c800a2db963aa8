// Corrections: made by one of the office with a paper, approved or rejected by another, withdrawn by the maker. Rows and events are only added; the ledger follows from them.
import type { Correction as CorrectionView, CorrectionBody, CorrectionDecisionBody, LearnerCorrections } from '#contracts/correction-routes.ts';
import { Attachment } from '#db/entities/attachment.ts';
import { Correction, CorrectionDecision } from '#db/entities/correction.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { correctionOf, correctionsOf } from '#db/queries/corrections.ts';
import { isOffice, officeRoles, requireOffice, requirePart } from '#db/queries/institution-access.ts';
import { actorFor, roleInLesson } from '#db/queries/lesson-access.ts';
import { presenceFacts } from '#db/queries/presence-facts.ts';
import { taughtOf } from '#db/queries/taught.ts';
import { heldUnits } from '#domain/attendance.ts';
import { correctionWords, decidingFault, fitsWay, shortestCorrectionMs, type CorrectionWay } from '#domain/correction.ts';
import { DomainError } from '#domain/errors.ts';
import { meaningOf } from '#domain/lesson-kind.ts';
import { newId } from '#domain/id.ts';
import { ledgerOf } from '#domain/presence/ledger.ts';
import type { Deps } from '../deps.ts';

interface Learner { lessonId: string; personId: string }
interface Wish extends Learner { unitId: string; way: CorrectionWay; fromMs: number; toMs: number }
const missing = (): DomainError => new DomainError('not_found', 'no such learner in such a lesson');

/** The lesson of somebody who learns in it. Throws not_found. */
async function lessonOf(em: EntityManager, { lessonId, personId }: Learner): Promise<Lesson> {
  const lesson = await em.findOne(Lesson, { id: lessonId });
  if (!lesson || (await roleInLesson(em, personId, lessonId)) !== 'student') throw missing();
  return lesson;
}

async function viewOf(em: EntityManager, askerId: string, learner: Learner, lesson: Lesson, ofOffice: boolean): Promise<LearnerCorrections> {
  return { institutionId: lesson.institutionId, mayMake: ofOffice && lesson.status === 'ended' && askerId !== learner.personId, corrections: await correctionsOf(em, askerId, learner) };
}

/** Throws not_found. */
export async function listCorrections({ orm }: Deps, askerId: string, learner: Learner): Promise<LearnerCorrections> {
  const em = orm.em.fork();
  const lesson = await lessonOf(em, learner);
  const roles = await requirePart(em, askerId, lesson.institutionId, [...officeRoles, 'regulator']);
  return viewOf(em, askerId, learner, lesson, isOffice(roles));
}

/** Of one learner in one lesson one after the other, until the transaction ends. */
const oneByOne = async (em: EntityManager, { lessonId, personId }: Learner): Promise<void> => { await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 36))', [`${lessonId} ${personId}`]); };

/** How much would be credited more, or less, ms: the ledger's own rule with this one added. Throws correction_outside, correction_changes_nothing. */
async function changesOf(em: EntityManager, { lessonId, personId, unitId, way, fromMs, toMs }: Wish, now: Date): Promise<number> {
  const taught = (await taughtOf(em, [lessonId])).get(lessonId);
  const unit = taught?.units.find(({ id }) => id === unitId);
  if (!taught || !unit?.startedAt || !unit.endedAt) throw new DomainError('correction_outside', 'the unit was not held');
  if (toMs - fromMs < shortestCorrectionMs || fromMs < unit.startedAt.getTime() || toMs > unit.endedAt.getTime()) throw new DomainError('correction_outside', 'not a stretch of this unit');
  const facts = (await presenceFacts(em, lessonId, personId, now.getTime()))(personId);
  const { units } = heldUnits(taught.units, taught.interruptions, now);
  const creditedMs = (some: typeof facts): number => ledgerOf(some, units, taught.pack, now.getTime()).creditedMs;
  const added = { correctionId: 'wished', way, fromMs, toMs, decidedMs: Infinity };
  const changesMs = Math.round(Math.abs(creditedMs({ ...facts, corrections: [...(facts.corrections ?? []), added] }) - creditedMs(facts)));
  if (changesMs === 0) throw new DomainError('correction_changes_nothing', 'all of it counts already, or none of it');
  return changesMs;
}

/** Throws correction_paper. */
async function requirePaper(em: EntityManager, institutionId: string, lessonId: string, attachmentId: string): Promise<void> {
  const paper = await em.count(Attachment, { id: attachmentId, institutionId, subjectType: 'lesson', subjectId: lessonId, kind: { $in: ['correction', 'signed_sheet'] }, withdrawnAt: null });
  if (paper === 0) throw new DomainError('correction_paper', 'no such paper of this lesson stands');
}

/** Throws correction_waiting. */
async function requireNoneWaiting(em: EntityManager, { lessonId, personId, fromMs, toMs }: Wish): Promise<void> {
  const [row] = await em.execute<{ there: boolean }[]>(
    `select exists (select from correction c where c.lesson_id = ? and c.person_id = ? and c.from_at < ? and c.to_at > ? and not exists (select from correction_decision d where d.correction_id = c.id)) as there`,
    [lessonId, personId, new Date(toMs), new Date(fromMs)]);
  if (row?.there) throw new DomainError('correction_waiting', 'one of that time waits to be decided');
}

/** Throws what the route says. */
export async function makeCorrection(deps: Deps, makerId: string, learner: Learner, { unitId, way, from, to, reason, words, attachmentId }: CorrectionBody): Promise<LearnerCorrections> {
  const lesson = await lessonOf(deps.orm.em.fork(), learner);
  const { institutionId } = lesson;
  const wish: Wish = { ...learner, unitId, way, fromMs: Date.parse(from), toMs: Date.parse(to) };
  return unitOfWork(deps.orm, actorFor(makerId, institutionId), async (em) => {
    await requireOffice(em, makerId, institutionId);
    if (makerId === learner.personId) throw new DomainError('own_correction', 'nobody corrects their own hours');
    if (!fitsWay(way, reason) || words.trim().length < correctionWords.least) throw new DomainError('bad_request', 'a reason of the other way, or no words');
    if (lesson.status !== 'ended') throw new DomainError('correction_too_soon', 'the lesson is not over');
    // Its instants are those of no day: who lacks time studies on, within a longer period.
    if (!meaningOf(lesson.kind).together) throw new DomainError('correction_outside', 'nobody sat in this lesson');
    await oneByOne(em, learner);
    const at = deps.now();
    await requirePaper(em, institutionId, learner.lessonId, attachmentId);
    await requireNoneWaiting(em, wish);
    const changesMs = await changesOf(em, wish, at);
    const id = newId(at.getTime());
    await em.insert(Correction, {
      id, institutionId, ...learner, unitId, way, fromAt: new Date(wish.fromMs), toAt: new Date(wish.toMs), changesMs, reason, words: words.trim(), attachmentId, madeBy: makerId, madeAt: at,
    });
    await appendEvent(em, actorFor(makerId, institutionId), `lesson:${learner.lessonId}`, 'correction:made', at, { correctionId: id, personId: learner.personId, unitId, way, from, to, changesMs, reason, attachmentId });
    return viewOf(em, makerId, learner, lesson, true);
  });
}

/** Throws what the route says. */
export async function decideCorrection(deps: Deps, deciderId: string, correctionId: string, { outcome, words: said }: CorrectionDecisionBody): Promise<CorrectionView> {
  const known = await deps.orm.em.fork().findOne(Correction, { id: correctionId });
  if (!known) throw new DomainError('not_found', 'no such correction');
  const { institutionId, lessonId, personId, unitId, way, attachmentId, madeBy: makerId } = known;
  const words = said.trim();
  return unitOfWork(deps.orm, actorFor(deciderId, institutionId), async (em) => {
    await requireOffice(em, deciderId, institutionId);
    const fault = decidingFault({ makerId, learnerId: personId, deciderId, outcome });
    if (fault) throw new DomainError(fault, 'somebody else decides about it');
    if (outcome !== 'approved' && words.length < correctionWords.least) throw new DomainError('bad_request', 'say why');
    await oneByOne(em, { lessonId, personId });
    if ((await em.count(CorrectionDecision, { correctionId })) > 0) throw new DomainError('already_decided', 'decided once and for all');
    const at = deps.now();
    const span = { fromMs: known.fromAt.getTime(), toMs: known.toAt.getTime() };
    // Papers and facts may have changed since it was made.
    if (outcome === 'approved') await requirePaper(em, institutionId, lessonId, attachmentId);
    const changesMs = outcome === 'approved' ? await changesOf(em, { lessonId, personId, unitId, way, ...span }, at) : 0;
    await em.insert(CorrectionDecision, { correctionId, institutionId, outcome, words, decidedBy: deciderId, decidedAt: at });
    await appendEvent(em, actorFor(deciderId, institutionId), `lesson:${lessonId}`, `correction:${outcome}`, at, { correctionId, personId, unitId, way, changesMs });
    return (await correctionOf(em, deciderId, correctionId))!;
  });
}
