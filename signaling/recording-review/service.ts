// The quality report of a file, and its review: what a person saw, and whether a held file is published after all.
import type { Static } from 'typebox';
import type { QualityAnswer, ReviewBody } from '#contracts/recording.ts';
import { BreakoutGroup } from '#db/entities/breakout.ts';
import { Lesson, Unit } from '#db/entities/lesson.ts';
import { Person } from '#db/entities/people.ts';
import { Replay } from '#db/entities/recording.ts';
import { appendEvent, tellFact, unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { replayAccess } from '#db/queries/replay-access.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';

interface Reader { replay: Replay; mayReview: boolean }

/** Throws not_found for whoever has nothing to do with the lesson, forbidden for its learners. */
async function readerOf(em: EntityManager, personId: string, replayId: string): Promise<Reader> {
  const access = await replayAccess(em, personId, replayId);
  if (!access) throw new DomainError('not_found', 'no such replay');
  if (access.role === 'student') throw new DomainError('forbidden', 'quality is for staff');
  return { replay: access.replay, mayReview: access.staff };
}

async function reviewOf(em: EntityManager, { review, reviewedBy, reviewedAt }: Replay): Promise<QualityAnswer['review']> {
  if (!review || !reviewedBy || !reviewedAt) return null;
  const { name } = await em.findOneOrFail(Person, { id: reviewedBy });
  return { ...review, reviewerName: name, at: reviewedAt.toISOString() };
}

async function describe(em: EntityManager, { replay, mayReview }: Reader): Promise<QualityAnswer> {
  const { id, lessonId, part, parts, status, failReason, quality, holdReasons } = replay;
  const lesson = await em.findOneOrFail(Lesson, { id: lessonId });
  const { unitId, groupId } = replay;
  const ordinalOf = async (): Promise<number> => (groupId ? await em.findOneOrFail(BreakoutGroup, { id: groupId }) : await em.findOneOrFail(Unit, { id: unitId! })).ordinal;
  return {
    replayId: id, lessonId, lessonTitle: lesson.title, ofGroup: Boolean(groupId), ordinal: await ordinalOf(), part, parts, status, failReason: status === 'failed' ? (failReason ?? null) : null,
    report: quality ?? null, holdReasons, mayReview, review: await reviewOf(em, replay),
  };
}

/** Throws not_found, forbidden. */
export async function qualityOf(deps: Deps, personId: string, replayId: string): Promise<QualityAnswer> {
  const em = deps.orm.em.fork();
  return describe(em, await readerOf(em, personId, replayId));
}

/**
 * Keeps what the reviewer saw; with `publish` a held file is learners' from now on. The last review counts, every one is in the event log.
 * What was published stays so. Throws not_found, forbidden, replay_not_held while there is no file, bad_request for a published watermark without a note.
 */
export async function reviewReplay(deps: Deps, personId: string, replayId: string, body: Static<typeof ReviewBody>): Promise<QualityAnswer> {
  const { watermark, publish } = body;
  const note = body.note.trim();
  const { replay: { institutionId, lessonId }, mayReview } = await readerOf(deps.orm.em.fork(), personId, replayId);
  if (!mayReview) throw new DomainError('forbidden', 'reviews are for staff');
  if (watermark === 'present' && publish && note === '') throw new DomainError('bad_request', 'say in the note why a file with a watermark is published');
  const now = deps.now();
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    // The worker may be making the file anew at this moment, or a colleague reviewing it.
    await em.execute('select 1 from replay where id = ? for update', [replayId]);
    const replay = await em.findOneOrFail(Replay, { id: replayId });
    if (replay.status !== 'held' && replay.status !== 'ready') throw new DomainError('replay_not_held', `the replay is ${replay.status}`);
    const published = publish || replay.status === 'ready';
    Object.assign(replay, { status: published ? 'ready' : 'held', reviewedBy: personId, reviewedAt: now, review: { watermark, note, published } });
    await em.flush();
    // Ids and figures only: the note is a text, and stays in its row.
    await appendEvent(em, actor, `lesson:${lessonId}`, 'replay:reviewed', now, {
      replayId, ...(replay.groupId ? { groupId: replay.groupId } : { unitId: replay.unitId }), part: replay.part, watermark, published, holdReasons: replay.holdReasons,
    });
    await tellFact(em, { type: 'recording:changed', lessonId });
    return describe(em, { replay, mayReview });
  });
}
