// Writes to the rows of a recording: how far it is, what it came to. Small transactions that also tell the other processes.
import { Recording } from '#db/entities/recording.ts';
import { appendEvent, tellFact, unitOfWork, type EntityManager, type Orm } from '#db/orm.ts';
import { estimate } from './estimate.ts';
import { actorOf, loadRecording, outcomeOf, workDone, type RecordingState } from './recording-state.ts';

/** One transaction that ends with the notice that the recording changed. */
export async function change(orm: Orm, state: RecordingState, work: (em: EntityManager) => Promise<void>): Promise<void> {
  await unitOfWork(orm, actorOf(state), async (em) => {
    await work(em);
    await em.flush();
    await tellFact(em, { type: 'recording:changed', lessonId: state.lessonId });
  });
}

/** Frames in work beside those that stand. */
export interface InWork { composed?: number; packed?: number }

/** Saves progress and time left; only while the recording is `processing`, and progress never falls. */
export async function saveProgress(orm: Orm, state: RecordingState, inWork: InWork = {}): Promise<void> {
  const done = workDone(state);
  const { progress, secondsLeft } = estimate({
    ...done, composedFrames: done.composedFrames + (inWork.composed ?? 0), packedFrames: done.packedFrames + (inWork.packed ?? 0),
  });
  await unitOfWork(orm, actorOf(state), async (em) => {
    const told = await em.execute<{ id: string }[]>(
      `update recording set progress = greatest(coalesce(progress, 0), ?), seconds_left = ? where id = ? and status = 'processing' returning id`,
      [progress, secondsLeft, state.recordingId]);
    if (told.length > 0) await tellFact(em, { type: 'recording:changed', lessonId: state.lessonId });
  });
}

/** The session is over and units are missing. */
export async function beginProcessing(orm: Orm, state: RecordingState): Promise<void> {
  await change(orm, state, async (em) => {
    await em.nativeUpdate(Recording, { id: state.recordingId, status: 'recording' }, { status: 'processing' });
  });
}

/** Settles the recording where every unit is; answers whether it did. Whoever comes second changes nothing. */
export async function settleRecording(orm: Orm, recordingId: string, at: Date): Promise<boolean> {
  const state = await loadRecording(orm, recordingId);
  const outcome = outcomeOf(state);
  if (!outcome) return false;
  let settled = false;
  await change(orm, state, async (em) => {
    const reason = outcome.status === 'failed' ? outcome.reason : null;
    const facts = outcome.status === 'ready' ? {} : state.facts;
    const changed = await em.nativeUpdate(Recording, { id: recordingId, status: 'processing' }, {
      status: outcome.status, failReason: reason, secondsLeft: null, settledAt: at, facts: { ...facts }, ...(reason === null && { progress: 1 }),
    });
    settled = changed > 0;
    if (!settled) return;
    const units = state.replays.map(({ id, unitId, part, parts, status, failReason }) => ({ replayId: id, unitId, part, parts, status, failReason }));
    await appendEvent(em, actorOf(state), `lesson:${state.lessonId}`, `recording:${outcome.status}`, at, {
      recordingId, sessionId: state.sessionId, ...(reason && { reason }), units,
    });
  });
  return settled;
}
