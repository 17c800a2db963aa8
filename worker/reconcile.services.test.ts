// What a crash leaves is put right from rows: jobs, seats, pictures, partitions; and doing it twice changes nothing.
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FaceCheck, FaceEnrolment, FacePicture } from '#db/entities/check.ts';
import { Film } from '#db/entities/film.ts';
import { Connection } from '#db/entities/lesson.ts';
import { Recording, Replay } from '#db/entities/recording.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool, type School, type SchoolLesson } from '#db/testing/school.ts';
import { faceModelId } from '#domain/face-model.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { openQueues, type Queues } from '#runtime/queues.ts';
import { folderStorage, type Storage } from '#runtime/storage.ts';
import { closeAbandonedSeats, deletePictures, reconcile, type ReconcileDeps } from './reconcile.ts';

const now = new Date('2026-03-02T02:00:00Z');
const ago = (seconds: number): Date => new Date(now.getTime() - seconds * 1000);
let db: TestDatabase;
let folder: string;
let storage: Storage;
let queues: Queues;
let deps: ReconcileDeps;
let school: School;
let lesson: SchoolLesson;
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'reconcile-'));
  storage = folderStorage(folder);
  const log = createLog('test', 'silent');
  queues = await openQueues({ databaseUrl: db.url }, log);
  deps = { orm: db.orm, log, queues, storage, dataDir: folder, now: () => now, filmUploadDays: 30 };
  school = await addSchool(db.orm, 3, ago(7200));
  lesson = await addLesson(db.orm, school, { startsAt: ago(3600), plannedMinutes: 45, status: 'ended', startedAt: ago(3600), endedAt: ago(900) });
});
afterAll(async () => {
  await queues?.close(0);
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

const em = () => db.orm.em.fork();
async function check(status: 'verifying' | 'settled', pictureId: string | null = null): Promise<string> {
  const id = newId();
  const { institutionId, lessonId, sessionId } = lesson;
  await em().insert(FaceCheck, { id, institutionId, lessonId, sessionId: sessionId!, personId: school.studentIds[0]!, kind: 'spot', status, dueAt: now, windowMs: 60_000, pictureId, refusals: 0 });
  return id;
}
async function picture(deleteAfter: Date | null): Promise<string> {
  const id = newId();
  await storage.putBytes(`pictures/${id}.bin`, Buffer.from('sealed'));
  await em().insert(FacePicture, { id, personId: school.studentIds[0]!, storageKey: `pictures/${id}.bin`, contentType: 'image/jpeg', sizeBytes: 6, takenAt: ago(9999), deleteAfter });
  return id;
}

it('gives back the jobs of waiting rows and of no others', async () => {
  const [enrolmentId, checkId] = [newId(), await check('verifying')];
  await check('settled');
  await em().insert(FaceEnrolment, { id: enrolmentId, personId: school.studentIds[0]!, status: 'verifying', pictureIds: [], createdAt: now });
  // One enrolled face waits to be compared with others; one was, one is another model's, one does not stand.
  const [uncompared, face] = [newId(), { pictureIds: [], status: 'active' as const, modelId: faceModelId, sealedVectors: Buffer.from('sealed'), createdAt: now }];
  await em().insertMany(FaceEnrolment, [
    { ...face, id: uncompared, personId: school.studentIds[0]! }, { ...face, id: newId(), personId: school.studentIds[1]!, comparedAt: now },
    { ...face, id: newId(), personId: school.studentIds[2]!, modelId: 'another' }, { ...face, id: newId(), personId: school.studentIds[1]!, status: 'refused', decidedBy: school.teacherId, decidedAt: now, decisionReason: 'x' },
  ]);
  await reconcile(deps);
  await reconcile(deps);
  const taken: string[] = [];
  const all = Promise.withResolvers<void>();
  const take = (id: string): void => { if (taken.push(id) === 3) all.resolve(); };
  await queues.work('face-verify', 1, async (data) => take(data.checkId));
  await queues.work('face-enrol', 1, async (data) => take(data.enrolmentId));
  await queues.work('face-compare', 1, async (data) => take(data.enrolmentId));
  await all.promise;
  expect(taken.sort()).toEqual([enrolmentId, checkId, uncompared].sort());
});

it('closes seats whose processes died, where they were last seen', async () => {
  const { institutionId, lessonId } = lesson;
  const seats: [number, Date | null][] = [[61, null], [30, null], [500, ago(400)]];
  const ids = await Promise.all(seats.map(async ([seen, leftAt], index) => {
    const id = newId();
    await em().insert(Connection, {
      id, institutionId, lessonId, personId: school.studentIds[index]!, role: 'student', deviceId: 'd', connectedAt: ago(1000), lastSeenAt: ago(seen),
      leftAt, leftReason: leftAt && 'left', visible: true,
    });
    return id;
  }));
  expect([await closeAbandonedSeats(deps), await closeAbandonedSeats(deps)]).toEqual([1, 0]);
  const rows = await Promise.all(ids.map((id) => em().findOneOrFail(Connection, { id })));
  expect(rows.map((row) => [row.leftAt ?? null, row.leftReason ?? null])).toEqual([[ago(61), 'lease_expired'], [null, null], [ago(400), 'left']]);
  const events = await em().execute<{ payload: { connectionId: string } }[]>(`select payload from event where stream = ? and type = 'seat:left'`, [`lesson:${lessonId}`]);
  expect(events.map((event) => event.payload.connectionId)).toEqual([ids[0]]);
});

it('deletes pictures past their time with their files, keeps the checks, and waits for one still to be judged', async () => {
  const [old, kept, unlimited, waiting] = [await picture(ago(1)), await picture(new Date(now.getTime() + 1000)), await picture(null), await picture(ago(1))];
  const [settled, verifying] = [await check('settled', old), await check('verifying', waiting)];
  expect(await deletePictures(deps)).toBe(1);
  expect(await storage.stat(`pictures/${old}.bin`)).toBeNull();
  expect((await em().findOneOrFail(FaceCheck, { id: settled })).pictureId ?? null).toBeNull();
  for (const id of [kept, unlimited, waiting]) expect(await storage.stat(`pictures/${id}.bin`)).not.toBeNull();
  await em().nativeUpdate(FaceCheck, { id: verifying }, { status: 'settled' });
  expect([await deletePictures(deps), await deletePictures(deps)]).toEqual([1, 0]);
  expect(await em().count(FacePicture)).toBe(2);
});

it('gives back the job of a film that is checked or made, and of no other', async () => {
  const { institutionId, courseId, teacherId } = school;
  const film = async (change: Partial<Film>): Promise<void> => {
    await em().insert(Film, {
      id: newId(), institutionId, courseId, title: 'x', mark: 'm', uploadedBy: teacherId, sizeBytes: 10, receivedBytes: 10, kind: 'mov', status: 'checking', refusal: null, sha256: null, durationMs: null, progress: null,
      secondsLeft: null, createdAt: now, heardAt: now, madeAt: null, settledAt: null, reviewedBy: null, reviewedAt: null, review: null, cleanedAt: null, removedAt: null, ...change,
    });
  };
  for (const change of [{}, { status: 'making' as const }, { status: 'uploading' as const }, { status: 'review' as const, madeAt: now }, { removedAt: now }]) await film(change);
  await reconcile(deps);
  await reconcile(deps);
  expect((await queues.depths()).find(({ queue }) => queue === 'film-make')).toMatchObject({ waiting: 2 });
});

it('removes chunks of units whose files stand, and no others', async () => {
  const { institutionId, lessonId, sessionId, unitIds } = lesson;
  const recordingId = newId();
  const row = { id: newId(), institutionId, lessonId, recordingId, unitId: unitIds[0]!, part: 1, parts: 1, gaps: [], createdAt: now };
  const mark = async (): Promise<boolean> => stat(join(folder, 'chunks', recordingId, unitIds[0]!, '0000', 'main.mp4')).then(() => true, () => false);
  await mkdir(join(folder, 'chunks', recordingId, unitIds[0]!, '0000'), { recursive: true });
  await writeFile(join(folder, 'chunks', recordingId, unitIds[0]!, '0000', 'main.mp4'), 'picture');
  await em().insert(Recording, { id: recordingId, institutionId, lessonId, sessionId: sessionId!, status: 'processing', createdAt: now });
  await em().insert(Replay, { ...row, status: 'failed', failReason: 'verification_failed', settledAt: now });
  await reconcile(deps);
  expect(await mark()).toBe(true);
  await em().nativeUpdate(Replay, { id: row.id }, { status: 'held', failReason: null });
  await reconcile(deps);
  expect(await mark()).toBe(false);
});

it('has partitions of the event log for this month and the next two', async () => {
  await Promise.all([reconcile({ ...deps, now: () => new Date('2031-12-15T00:00:00Z') }), reconcile({ ...deps, now: () => new Date('2031-12-15T00:00:00Z') })]);
  const rows = await em().execute<{ name: string }[]>(`select relname as name from pg_class where relname like 'event_203%' and relkind = 'r' order by 1`);
  expect(rows.map((row) => row.name)).toEqual(['event_203112', 'event_203201', 'event_203202']);
});

it('goes on with the other steps when one fails', async () => {
  const broken = { ...storage, remove: () => Promise.reject(new Error('disk gone')) };
  await picture(ago(1));
  await reconcile({ ...deps, storage: broken, now: () => new Date('2032-05-15T00:00:00Z') });
  const rows = await em().execute(`select 1 from pg_class where relname = 'event_203205'`);
  expect(rows).toHaveLength(1);
});
