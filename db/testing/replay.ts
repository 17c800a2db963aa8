// Rows of recordings and replays for services tests: a recording of a session, and files of its units in any state.
import { Recording, Replay } from '#db/entities/recording.ts';
import type { Orm } from '#db/orm.ts';
import { newId } from '#domain/id.ts';

export interface Recorded { institutionId: string; lessonId: string; sessionId: string; at: Date }
/** Status `processing` unless wished otherwise. */
export async function addRecording(orm: Orm, { institutionId, lessonId, sessionId, at }: Recorded, wish: Partial<Recording> = {}): Promise<string> {
  const id = newId();
  await orm.em.fork().insert(Recording, {
    id, institutionId, lessonId, sessionId, status: 'processing', progress: null, secondsLeft: null, failReason: null, createdAt: at, settledAt: null, facts: null, ...wish,
  });
  return id;
}

export interface OfUnit { institutionId: string; lessonId: string; recordingId: string; /** Null of a group's, which is wished. */ unitId: string | null; startsAt: Date; durationMs: number }
/** A published file of 1280 x 720 unless wished otherwise; its files are for the test to store. */
export async function addReplay(orm: Orm, of: OfUnit, wish: Partial<Replay> = {}): Promise<string> {
  const id = newId();
  await orm.em.fork().insert(Replay, {
    id, ...of, part: 1, parts: 1, status: 'ready', failReason: null, sizeBytes: 5000, sha256: 'ef'.repeat(32), width: 1280, height: 720, gaps: [], sync: null,
    quality: null, holdReasons: [], chapters: [], files: {}, reviewedBy: null, reviewedAt: null, review: null, createdAt: of.startsAt, settledAt: of.startsAt, ...wish,
  });
  return id;
}
