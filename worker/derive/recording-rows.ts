// Rows of a recording and its replays: read once, changed in small transactions that also tell the other processes.
import { newId } from '#domain/id.ts';
import { DomainError } from '#domain/errors.ts';
import { Lesson, LessonSession, LessonStaff, Unit } from '#db/entities/lesson.ts';
import { Recording, Replay } from '#db/entities/recording.ts';
import { appendEvent, tellFact, unitOfWork, type Actor, type EntityManager, type Orm } from '#db/orm.ts';
import type { Gap } from '../recording/gaps.ts';
import type { UnitTimes } from './unit-windows.ts';
import type { UnitFacts } from '../compose/verify-unit.ts';

/** Why a recording or a replay failed; shown in words by this code. */
export type FailReason = 'nothing_captured' | 'verification_failed' | 'internal';

export interface RecordingJob {
  recordingId: string; institutionId: string; lessonId: string; sessionId: string; status: Recording['status'];
  startedAt: Date; endedAt: Date | null; units: UnitTimes[];
  /** Units whose replay stands already. */
  readyUnits: Set<string>;
  leadPersonId: string | null; staff: Set<string>;
}

const actorOf = (job: { institutionId: string }): Actor => ({ personId: null, institutionId: job.institutionId });

/** Throws not_found. */
export async function loadJob(orm: Orm, recordingId: string): Promise<RecordingJob> {
  const em = orm.em.fork();
  const recording = await em.findOne(Recording, { id: recordingId });
  if (!recording) throw new DomainError('not_found', `no recording ${recordingId}`);
  const session = await em.findOneOrFail(LessonSession, { id: recording.sessionId });
  const lesson = await em.findOneOrFail(Lesson, { id: recording.lessonId });
  const [units, staff, replays] = await Promise.all([
    orm.em.fork().find(Unit, { lessonId: lesson.id }),
    orm.em.fork().find(LessonStaff, { lessonId: lesson.id }),
    orm.em.fork().find(Replay, { lessonId: lesson.id, status: 'ready' }),
  ]);
  return {
    recordingId, institutionId: recording.institutionId, lessonId: lesson.id, sessionId: session.id, status: recording.status,
    startedAt: session.startedAt, endedAt: session.endedAt ?? null,
    units: units.map(({ id, ordinal, startedAt, endedAt }) => ({ id, ordinal, startedAt: startedAt ?? null, endedAt: endedAt ?? null })),
    readyUnits: new Set(replays.map((replay) => replay.unitId)),
    leadPersonId: session.leadPersonId ?? null, staff: new Set(staff.map((member) => member.personId)),
  };
}

async function change(orm: Orm, job: RecordingJob, work: (em: EntityManager) => Promise<void>): Promise<void> {
  await unitOfWork(orm, actorOf(job), async (em) => {
    await work(em);
    await em.flush();
    await tellFact(em, { type: 'recording:changed', lessonId: job.lessonId });
  });
}

async function replayOf(em: EntityManager, job: RecordingJob, unitId: string, at: Date): Promise<Replay> {
  const known = await em.findOne(Replay, { unitId });
  if (known) {
    known.recordingId = job.recordingId;
    return known;
  }
  return em.create(Replay, {
    id: newId(at.getTime()), institutionId: job.institutionId, lessonId: job.lessonId, recordingId: job.recordingId, unitId,
    status: 'processing', failReason: null, startsAt: null, durationMs: null, sizeBytes: null, sha256: null, width: null, height: null,
    gaps: [], sync: null, createdAt: at, settledAt: null,
  });
}

export async function beginProcessing(orm: Orm, job: RecordingJob, unitIds: readonly string[], at: Date): Promise<void> {
  await change(orm, job, async (em) => {
    const recording = await em.findOneOrFail(Recording, { id: job.recordingId });
    Object.assign(recording, { status: 'processing', progress: 0, secondsLeft: null, failReason: null, settledAt: null });
    for (const unitId of unitIds) Object.assign(await replayOf(em, job, unitId, at), { status: 'processing', failReason: null, settledAt: null });
  });
}

export async function saveProgress(orm: Orm, job: RecordingJob, progress: number, secondsLeft: number | null): Promise<void> {
  await change(orm, job, async (em) => {
    await em.nativeUpdate(Recording, { id: job.recordingId, status: 'processing' }, { progress, secondsLeft });
  });
}

export interface ReadyReplay { startsAt: Date; facts: UnitFacts; gaps: Gap[]; sync: Record<string, number> }

export async function replayReady(orm: Orm, job: RecordingJob, unitId: string, { startsAt, facts, gaps, sync }: ReadyReplay, at: Date): Promise<void> {
  await change(orm, job, async (em) => {
    Object.assign(await replayOf(em, job, unitId, at), { status: 'ready', failReason: null, startsAt, ...facts, gaps, sync, settledAt: at });
  });
}

export async function replayFailed(orm: Orm, job: RecordingJob, unitId: string, reason: FailReason, gaps: Gap[], at: Date): Promise<void> {
  await change(orm, job, async (em) => {
    Object.assign(await replayOf(em, job, unitId, at), { status: 'failed', failReason: reason, gaps, settledAt: at });
  });
}

/** Ends the job: `reason` null is success. Units still in work fail with the recording. */
export async function settleRecording(orm: Orm, job: RecordingJob, reason: FailReason | null, at: Date): Promise<void> {
  await change(orm, job, async (em) => {
    const recording = await em.findOneOrFail(Recording, { id: job.recordingId });
    const outcome = reason === null ? { status: 'ready', progress: 1 } : { status: 'failed' };
    Object.assign(recording, { ...outcome, secondsLeft: null, failReason: reason, settledAt: at });
    const replays = await em.find(Replay, { recordingId: job.recordingId });
    for (const replay of replays) {
      if (replay.status === 'processing') Object.assign(replay, { status: 'failed', failReason: reason, settledAt: at });
    }
    const units = replays.map(({ unitId, status, failReason, durationMs, sizeBytes, sha256 }) => ({ unitId, status, failReason, durationMs, sizeBytes, sha256 }));
    await appendEvent(em, actorOf(job), `lesson:${job.lessonId}`, reason === null ? 'recording:ready' : 'recording:failed', at, {
      recordingId: job.recordingId, sessionId: job.sessionId, ...(reason && { reason }), units,
    });
  });
}
