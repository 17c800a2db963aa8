// Something to look at in an acceptance run: a lesson that has ended, with a published unit's poster (JPG) in the instance's own storage.
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { replayKey } from '#contracts/places.ts';
import { Lesson, LessonSession, LessonStaff, Unit } from '#db/entities/lesson.ts';
import { Recording, Replay } from '#db/entities/recording.ts';
import type { EntityManager } from '#db/orm.ts';
import { newId } from '#domain/id.ts';
import type { Storage } from '#runtime/storage.ts';

const unitMinutes = 45;

/** Noise as large as a photograph of a lesson: about 100 KB. */
async function poster(): Promise<Buffer> {
  const [width, height] = [640, 360];
  return sharp(randomBytes(width * height * 3), { raw: { width, height, channels: 3 } }).jpeg({ quality: 60 }).toBuffer();
}

export interface ObjectPlace { institutionId: string; cohortId: string; teacherId: string }
/** Answers the path at which everybody of the cohort gets it. */
export async function addLookedAt(em: EntityManager, storage: Storage, { institutionId, cohortId, teacherId }: ObjectPlace, now: Date): Promise<string> {
  const endedAt = new Date(now.getTime() - 3_600_000);
  const startedAt = new Date(endedAt.getTime() - unitMinutes * 60_000);
  const [lessonId, sessionId, unitId, recordingId, replayId] = [newId(), newId(), newId(), newId(), newId()];
  await em.insert(Lesson, { id: lessonId, institutionId, cohortId, title: '验收 已结束的课', startsAt: startedAt, plannedMinutes: unitMinutes, recorded: true, status: 'ended', createdAt: startedAt });
  await em.insert(LessonStaff, { id: newId(), institutionId, lessonId, personId: teacherId, role: 'teacher' });
  await em.insert(Unit, { id: unitId, institutionId, lessonId, ordinal: 1, plannedStartAt: startedAt, plannedMinutes: unitMinutes, startedAt, endedAt });
  const seed = sessionId.replaceAll('-', '').repeat(2);
  await em.insert(LessonSession, { id: sessionId, institutionId, lessonId, roomId: lessonId, leadPersonId: teacherId, checkSeed: seed, checkSeedHash: seed, startedAt, endedAt, endReason: 'teacher' });
  await em.insert(Recording, { id: recordingId, institutionId, lessonId, sessionId, status: 'ready', progress: null, secondsLeft: null, failReason: null, createdAt: startedAt, settledAt: endedAt, facts: null });
  const bytes = await poster();
  await storage.putBytes(replayKey(replayId, 'poster.jpg'), bytes);
  await em.insert(Replay, {
    id: replayId, institutionId, lessonId, recordingId, unitId, part: 1, parts: 1, status: 'ready', failReason: null, startsAt: startedAt, durationMs: unitMinutes * 60_000,
    sizeBytes: bytes.length, sha256: null, width: 1280, height: 720, gaps: [], sync: null, quality: null, holdReasons: [], chapters: [], files: { sizes: { 'poster.jpg': bytes.length }, sha256: {}, thumbnails: null },
    reviewedBy: null, reviewedAt: null, review: null, createdAt: startedAt, settledAt: endedAt,
  });
  return `/api/replays/${replayId}/files/poster.jpg`;
}
