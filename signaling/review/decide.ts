// A person decides: about a check, about the signals of a learner, about an appeal of a stretch of time. The decision is a fact of its own; what it is about stays as it was.
import type { DecisionBody, ReviewCase } from '#contracts/review.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Appeal, ReviewDecision } from '#db/entities/review.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { appendEvent, tellFact, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { signalsInLessonSql } from '#db/queries/signals.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { ReviewSubject } from '#domain/review.ts';
import type { Deps } from '../deps.ts';
import { spokeAgainst } from '#db/queries/decisions.ts';
import { describeCase, reviewerOf, type Learner } from './case.ts';

/** What is decided about, in a lesson or in an attempt at an exam; `appealId` of a check: the appeal this decision answers. `stream`: where the fact stands. */
interface About { lessonId: string | null; attemptId: string | null; stream: `lesson:${string}` | `cohort:${string}`; personId: string; subject: ReviewSubject; checkId: string | null; appealId: string | null }
const inLesson = ({ lessonId, personId }: Learner): Pick<About, 'lessonId' | 'attemptId' | 'stream' | 'personId'> => ({ lessonId, attemptId: null, stream: `lesson:${lessonId}`, personId });

/** Throws forbidden for regulators and for oneself, not_found for strangers. */
async function requireDecider(em: EntityManager, deciderId: string, learner: Learner): Promise<void> {
  const { mayDecide } = await reviewerOf(em, deciderId, learner);
  if (!mayDecide) throw new DomainError('forbidden', deciderId === learner.personId ? 'nobody decides about themself' : 'regulators look on');
}

/** The decision that counts now of the same thing. */
async function lastDecision(em: EntityManager, { subject, lessonId, personId, checkId, appealId }: About): Promise<string | null> {
  const what = subject === 'check' ? { checkId } : subject === 'span' ? { appealId } : { lessonId, personId };
  const all = await em.find(ReviewDecision, { subject, ...what }, { disableIdentityMap: true });
  return all.find(({ id }) => !all.some(({ replacesId }) => replacesId === id))?.id ?? null;
}

/** Throws already_decided where somebody decided since this one looked, bad_request without a reason. */
export async function addDecision(deps: Deps, em: EntityManager, actor: Actor & { personId: string }, about: About, body: DecisionBody): Promise<void> {
  const { subject, lessonId, attemptId, stream, personId, checkId, appealId } = about;
  const reason = body.reason.trim();
  if (reason === '') throw new DomainError('bad_request', 'a decision needs its reason');
  // Of two people who decide in one moment the second is told.
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`review:${checkId ?? appealId ?? `${lessonId}/${personId}`}`]);
  if ((await lastDecision(em, about)) !== body.replaces) throw new DomainError('already_decided', 'somebody has decided meanwhile');
  const at = deps.now();
  const id = newId(at.getTime());
  await em.insert(ReviewDecision, {
    id, institutionId: actor.institutionId!, lessonId, attemptId, personId, subject, checkId, appealId, outcome: body.outcome, reason, replacesId: body.replaces, decidedBy: actor.personId, decidedAt: at,
  });
  if (appealId) await em.execute('update appeal set decided_at = ? where id = ? and decided_at is null', [at, appealId]);
  // The reason is a text and stays in its row; that it was this one is told by a digest under the learner's key.
  await appendEvent(em, actor, stream, 'review:decided', at, {
    decisionId: id, subject, personId, ...(attemptId === null ? {} : { attemptId }), checkId, appealId, outcome: body.outcome, replacesId: body.replaces, reasonDigest: await deps.vault.digest(em, personId, reason),
  });
  // Whoever sits in class is told what it counts as now, and what that means for their time.
  if (checkId && lessonId) await tellFact(em, { type: 'check:settled', lessonId, checkId });
  deps.log.info({ decisionId: id, subject, lessonId, attemptId, personId, checkId, appealId, outcome: body.outcome }, 'review decided');
}

async function decide(deps: Deps, deciderId: string, about: Learner, institutionId: string, work: (em: EntityManager, actor: Actor & { personId: string }) => Promise<void>): Promise<ReviewCase> {
  const { lessonId, personId } = about;
  await requireDecider(deps.orm.em.fork(), deciderId, { lessonId, personId });
  const actor = { ...actorFor(deciderId, institutionId), personId: deciderId };
  return unitOfWork(deps.orm, actor, async (em) => {
    await work(em, actor);
    return describeCase(em, deciderId, { lessonId, personId });
  });
}

/** Throws not_found (also a check that is not settled), forbidden, appeal_against_own, already_decided, bad_request. */
export async function decideCheck(deps: Deps, deciderId: string, checkId: string, body: DecisionBody): Promise<ReviewCase> {
  const check = await deps.orm.em.fork().findOne(FaceCheck, { id: checkId });
  // One in an exam is decided where its attempt is.
  if (!check || check.attemptId) throw new DomainError('not_found', 'no such check');
  const { lessonId, personId, institutionId } = check;
  return decide(deps, deciderId, { lessonId, personId }, institutionId, async (em, actor) => {
    if (check.status !== 'settled') throw new DomainError('not_found', 'this check has no verdict yet');
    const appeal = await em.findOne(Appeal, { checkId }, { orderBy: { createdAt: 'desc' }, disableIdentityMap: true });
    if (appeal?.decidedAt === null && (await spokeAgainst(em, deciderId, [checkId])).has(checkId)) throw new DomainError('appeal_against_own', 'somebody else decides an appeal against what one said oneself');
    await addDecision(deps, em, actor, { ...inLesson({ lessonId, personId }), subject: 'check', checkId, appealId: appeal?.id ?? null }, body);
  });
}

/** Of an appeal about a stretch; one about a check is decided at the check. Throws as decideCheck. */
export async function decideAppeal(deps: Deps, deciderId: string, appealId: string, body: DecisionBody): Promise<ReviewCase> {
  const appeal = await deps.orm.em.fork().findOne(Appeal, { id: appealId });
  if (!appeal?.lessonId) throw new DomainError('not_found', 'no such appeal');
  if (appeal.checkId) return decideCheck(deps, deciderId, appeal.checkId, body);
  const { lessonId, personId, institutionId } = appeal;
  return decide(deps, deciderId, { lessonId, personId }, institutionId, (em, actor) =>
    addDecision(deps, em, actor, { ...inLesson({ lessonId, personId }), subject: 'span', checkId: null, appealId }, body));
}

/** Settles the signals of a learner in a lesson: they leave the queue until they are seen again. No check changes by it. Throws as decideCheck. */
export async function decideSignals(deps: Deps, deciderId: string, learner: Learner, body: DecisionBody): Promise<ReviewCase> {
  const { lessonId, personId } = learner;
  const lesson = await deps.orm.em.fork().findOne(Lesson, { id: lessonId });
  if (!lesson) throw new DomainError('not_found', 'no such lesson');
  return decide(deps, deciderId, learner, lesson.institutionId, async (em, actor) => {
    const settled = await em.execute<{ id: string }[]>(`update signal s set status = 'settled' where s.person_id = ? and ${signalsInLessonSql} returning id`, [personId, lessonId, lessonId]);
    if (settled.length === 0) throw new DomainError('not_found', 'there are no signals of this learner');
    await addDecision(deps, em, actor, { ...inLesson(learner), subject: 'signals', checkId: null, appealId: null }, body);
  });
}
