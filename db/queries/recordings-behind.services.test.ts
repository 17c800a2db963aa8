// How late composing is, from rows alone: live, after the end, with files already there, and without anything due.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Recording, RecordingChunk, Replay } from '#db/entities/recording.ts';
import { newId } from '#domain/id.ts';
import { recordingsAtWork } from './recordings-behind.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { addLesson, addSchool, type School, type SchoolLesson } from '../testing/school.ts';

let db: TestDatabase;
let school: School;
const start = new Date('2026-03-02T01:00:00.000Z');
const after = (seconds: number): Date => new Date(start.getTime() + seconds * 1000);
beforeAll(async () => {
  db = await testDatabase();
  school = await addSchool(db.orm, 0, start);
});
afterAll(() => db?.close());

async function recorded(status: 'recording' | 'processing' | 'ready', endedAt?: Date): Promise<SchoolLesson & { recordingId: string }> {
  const lesson = await addLesson(db.orm, school, { startsAt: start, plannedMinutes: 45, status: endedAt ? 'ended' : 'live', startedAt: start, ...(endedAt && { endedAt }) });
  const recordingId = newId();
  await db.orm.em.fork().insert(Recording, { id: recordingId, institutionId: lesson.institutionId, lessonId: lesson.lessonId, sessionId: lesson.sessionId!, status, createdAt: start });
  return { ...lesson, recordingId };
}
const chunk = ({ institutionId, recordingId, unitIds }: Awaited<ReturnType<typeof recorded>>, ordinal: number, frames = 1500) =>
  db.orm.em.fork().insert(RecordingChunk, { id: newId(), institutionId, recordingId, unitId: unitIds[0]!, ordinal, startsAt: after(ordinal * 60), frames, facts: {}, composedMs: 1, createdAt: start });
const behind = async (recordingId: string, at: Date) => (await recordingsAtWork(db.orm.em.fork(), at)).find((row) => row.recordingId === recordingId)?.behindMs;

it('a live recording is behind from the moment its next minute and what follows it are on file', async () => {
  const lesson = await recorded('recording');
  expect(await behind(lesson.recordingId, after(66))).toBe(0);
  expect(await behind(lesson.recordingId, after(70))).toBe(4000);
  await chunk(lesson, 0);
  expect(await behind(lesson.recordingId, after(70))).toBe(0);
  expect(await behind(lesson.recordingId, after(200))).toBe(74_000);
});

it('after the end the last, shorter chunk is due; when all stand nothing is late any more', async () => {
  const lesson = await recorded('processing', after(90));
  await chunk(lesson, 0);
  expect(await behind(lesson.recordingId, after(100))).toBe(4000);
  await chunk(lesson, 1, 750);
  expect(await behind(lesson.recordingId, after(300))).toBeNull();
});

it('a unit that has its files is done, and a recording that is ready is not at work', async () => {
  const lesson = await recorded('processing', after(90));
  await db.orm.em.fork().insert(Replay, { id: newId(), institutionId: lesson.institutionId, lessonId: lesson.lessonId, recordingId: lesson.recordingId, unitId: lesson.unitIds[0]!, status: 'held', gaps: [], createdAt: start });
  expect(await behind(lesson.recordingId, after(300))).toBeNull();
  const ready = await recorded('ready', after(90));
  expect(await behind(ready.recordingId, after(300))).toBeUndefined();
});
