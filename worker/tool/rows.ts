// What the database says of a lesson's recordings.
import { BreakoutGroup } from '#db/entities/breakout.ts';
import { Lesson, Unit } from '#db/entities/lesson.ts';
import { CaptureSegment, filmOf, recordedRoom, Recording, RecordingChunk, Replay } from '#db/entities/recording.ts';
import type { EntityManager, Orm } from '#db/orm.ts';
import { ConfigError } from '#runtime/config.ts';
import { capturedUntilMs } from '../recording/horizon.ts';

export interface RecordingRows {
  recordingId: string; sessionId: string; status: Recording['status']; failReason: string | null;
  /** Of a breakout group: its number; null: of the class. */
  group: number | null;
  /** Until when all is on file (server time, ms); null when the session's captures are closed. */
  capturedUntilMs: number | null;
  segments: { rows: number; sizeBytes: number; copied: number; removed: number };
  units: { ordinal: number; chunks: number; frames: number; composedMs: number }[];
  replays: {
    replayId: string; ordinal: number; part: number; parts: number; status: Replay['status']; failReason: string | null; durationMs: number | null; sizeBytes: number | null;
    holdReasons: string[];
  }[];
}
export interface LessonRows { lessonId: string; title: string; status: string; recordings: RecordingRows[] }

async function describe(em: EntityManager, recording: Recording, ordinals: Map<string, number>, dataDir: string, nowMs: number): Promise<RecordingRows> {
  const { id: recordingId, lessonId, sessionId, groupId, status, failReason } = recording;
  const segments = await em.find(CaptureSegment, { recordingId });
  const chunks = await em.find(RecordingChunk, { recordingId }, { fields: ['unitId', 'frames', 'composedMs'] });
  const replays = await em.find(Replay, { recordingId });
  const untilMs = await capturedUntilMs({ dataDir, lessonId, sessionId, roomId: recordedRoom(recording) }, nowMs);
  const ordinalOf = (id: string): number => ordinals.get(id) ?? 0;
  return {
    recordingId, sessionId, status, failReason: failReason ?? null, group: groupId ? ordinalOf(groupId) : null, capturedUntilMs: Number.isFinite(untilMs) ? untilMs : null,
    segments: {
      rows: segments.length, sizeBytes: segments.reduce((sum, { sizeBytes }) => sum + Number(sizeBytes), 0),
      copied: segments.filter(({ copiedAt }) => copiedAt).length, removed: segments.filter(({ removedAt }) => removedAt).length,
    },
    units: [...Map.groupBy(chunks, ({ unitId }) => unitId)].map(([unitId, made]) => ({
      ordinal: ordinalOf(unitId), chunks: made.length, frames: made.reduce((sum, { frames }) => sum + frames, 0), composedMs: made.reduce((sum, { composedMs }) => sum + composedMs, 0),
    })).sort((one, other) => one.ordinal - other.ordinal),
    replays: replays.map((replay) => ({
      replayId: replay.id, ordinal: ordinalOf(filmOf(replay)), part: replay.part, parts: replay.parts, status: replay.status, failReason: replay.failReason ?? null,
      durationMs: replay.durationMs ?? null, sizeBytes: replay.sizeBytes === null || replay.sizeBytes === undefined ? null : Number(replay.sizeBytes), holdReasons: replay.holdReasons,
    })).sort((one, other) => one.ordinal - other.ordinal || one.part - other.part),
  };
}

/** Throws ConfigError for an unknown lesson. */
export async function lessonRows(orm: Orm, dataDir: string, lessonId: string, nowMs: number): Promise<LessonRows> {
  const em = orm.em.fork();
  const lesson = await em.findOne(Lesson, { id: lessonId });
  if (!lesson) throw new ConfigError([`There is no lesson ${lessonId}.`]);
  const ordinals = new Map((await em.find(Unit, { lessonId })).map(({ id, ordinal }) => [id, ordinal]));
  const recordings = await em.find(Recording, { lessonId }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  const groups = await em.find(BreakoutGroup, { id: { $in: recordings.flatMap(({ groupId }) => groupId ?? []) } });
  for (const { id, ordinal } of groups) ordinals.set(id, ordinal);
  const described: RecordingRows[] = [];
  for (const recording of recordings) described.push(await describe(em, recording, ordinals, dataDir, nowMs));
  return { lessonId, title: lesson.title, status: lesson.status, recordings: described };
}
