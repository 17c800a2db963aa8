// Something to look at in an acceptance run: a lesson that has ended, with a published unit whose short film and poster are in the instance's own storage.
import { Lesson, LessonSession, LessonStaff, Unit } from '#db/entities/lesson.ts';
import { Recording, Replay } from '#db/entities/recording.ts';
import type { EntityManager } from '#db/orm.ts';
import type { ReplayFiles } from '#contracts/recording.ts';
import { newId } from '#domain/id.ts';
import { madeFilmMs } from './made-film.ts';

const unitMinutes = 45;

export interface ObjectPlace { institutionId: string; cohortId: string; teacherId: string; replayId: string; files: ReplayFiles }
/** For everybody of the cohort. The files are in the storage already. */
export async function addLookedAt(em: EntityManager, { institutionId, cohortId, teacherId, replayId, files }: ObjectPlace, now: Date): Promise<void> {
  const endedAt = new Date(now.getTime() - 3_600_000);
  const startedAt = new Date(endedAt.getTime() - unitMinutes * 60_000);
  const [lessonId, sessionId, unitId, recordingId] = [newId(), newId(), newId(), newId()];
  await em.insert(Lesson, { id: lessonId, institutionId, cohortId, title: '验收 已结束的课', startsAt: startedAt, plannedMinutes: unitMinutes, recorded: true, status: 'ended', createdAt: startedAt });
  await em.insert(LessonStaff, { id: newId(), institutionId, lessonId, personId: teacherId, role: 'teacher' });
  await em.insert(Unit, { id: unitId, institutionId, lessonId, ordinal: 1, plannedStartAt: startedAt, plannedMinutes: unitMinutes, startedAt, endedAt });
  const seed = sessionId.replaceAll('-', '').repeat(2);
  await em.insert(LessonSession, { id: sessionId, institutionId, lessonId, roomId: lessonId, leadPersonId: teacherId, checkSeed: seed, checkSeedHash: seed, startedAt, endedAt, endReason: 'teacher' });
  await em.insert(Recording, { id: recordingId, institutionId, lessonId, sessionId, status: 'ready', progress: null, secondsLeft: null, failReason: null, createdAt: startedAt, settledAt: endedAt, facts: null });
  await em.insert(Replay, {
    id: replayId, institutionId, lessonId, recordingId, unitId, part: 1, parts: 1, status: 'ready', failReason: null, startsAt: startedAt, durationMs: madeFilmMs,
    sizeBytes: files.sizes['main.m4s'] ?? null, sha256: null, width: 1280, height: 720, gaps: [], sync: null, quality: null, holdReasons: [], chapters: [], files,
    reviewedBy: null, reviewedAt: null, review: null, createdAt: startedAt, settledAt: endedAt,
  });
}
