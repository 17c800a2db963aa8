// Writes to the rows of a recording: how far it is, what it came to. Small transactions that also tell the other processes.
import { Recording } from '#db/entities/recording.ts';
import { appendEvent, tellFact, unitOfWork, type EntityManager, type Orm } from '#db/orm.ts';
import { estimate } from './estimate.ts';
import { actorOf, isSettled, loadRecording, outcomeOf, plansOf, type RecordingState } from './recording-state.ts';

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
  const plans = plansOf(state);
  const units = new Map(plans.map(({ unitId, frames }) => [unitId, frames ?? 0]));
  const sum = (ids: readonly string[]): number => ids.reduce((total, unitId) => total + units.get(unitId)!, 0);
  const settled = [...units.keys()].filter((unitId) => isSettled(state, unitId));
  const open = [...units.keys()].filter((unitId) => !settled.includes(unitId));
  const made = state.chunks.reduce((total, { frames }) => total + frames, 0);
  const composed = open.reduce((total, unitId) =>
    total + Math.min(units.get(unitId)!, state.chunks.filter((chunk) => chunk.unitId === unitId).reduce((frames, chunk) => frames + chunk.frames, 0)), 0);
  const { progress, secondsLeft } = estimate({
    totalFrames: sum([...units.keys()]), composedFrames: sum(settled) + composed + (inWork.composed ?? 0), packedFrames: sum(settled) + (inWork.packed ?? 0),
    composeMsPerFrame: made > 0 ? state.composedMs / made : null,
  });
  await change(orm, state, async (em) => {
    await em.execute(`update recording set progress = greatest(coalesce(progress, 0), ?), seconds_left = ? where id = ? and status = 'processing'`,
      [progress, secondsLeft, state.recordingId]);
  });
}

/** The session is over and units are missing. */
export async function beginProcessing(orm: Orm, state: RecordingState): Promise<void> {
  await change(orm, state, async (em) => {
    await em.nativeUpdate(Recording, { id: state.recordingId, status: 'recording' }, { status: 'processing', progress: 0, secondsLeft: null });
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
