// The worker reckons a class that somebody looks at: from the row that waits, once, and again when it is asked again; with rows and no names.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addSchool } from '#db/testing/school.ts';
import { addTaughtClass, type TaughtClass } from '#db/testing/taught-class.ts';
import { askForReckoning, reckoningOf } from '#db/queries/class-reckoning.ts';
import { createLog } from '#runtime/log.ts';
import { openQueues, type Queues } from '#runtime/queues.ts';
import { folderStorage } from '#runtime/storage.ts';
import { addMissingJobs } from '../reconcile.ts';
import { takeClassJobs } from './reckon.ts';

let db: TestDatabase;
let folder: string;
let queues: Queues;
let taught: TaughtClass;
let lesson: { lessonId: string; institutionId: string };
const log = createLog('test', 'silent');
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'reckon-'));
  queues = await openQueues({ databaseUrl: db.url }, log);
  const since = new Date('2026-03-01T00:00:00Z');
  const school = await addSchool(db.orm, 3, since);
  const { institutionId, cohortId, courseId, teacherId, studentIds } = school;
  taught = await addTaughtClass(db.orm, { institutionId, cohortId, courseId, teacherId },
    studentIds.map((personId, index) => ({ personId, story: index === 2 ? {} : { seats: [[0, index === 0 ? 45 : 9, 'left']] } })), { startsAt: new Date('2026-03-02T01:00:00Z') });
  lesson = { lessonId: taught.lessonId, institutionId };
});
afterAll(async () => {
  await queues?.close(0);
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

it('makes what waits in a row, also where its job was lost, and leaves what nobody waits for', async () => {
  const em = () => db.orm.em.fork();
  const deps = { orm: db.orm, queues, log, now: () => taught.at(120) };
  const reconcile = () => addMissingJobs({ ...deps, storage: folderStorage(folder), dataDir: folder });
  await askForReckoning(em(), lesson);
  expect(await reckoningOf(em(), taught.lessonId)).toBeNull();
  expect(await reconcile()).toBe(1);
  await takeClassJobs(deps);
  await expect.poll(() => reckoningOf(em(), taught.lessonId), { timeout: 20_000 }).toMatchObject({ madeMs: taught.at(120).getTime(), figures: { figures: { learners: 3, came: 2, most: 2 } } });
  const rows = () => em().execute('select place, need from class_reckoning_learner where lesson_id = ? order by place', [taught.lessonId]);
  expect(await rows()).toEqual([{ place: 1, need: 'never_came' }, { place: 2, need: 'attendance' }, { place: 3, need: null }]);
  expect(await reconcile()).toBe(0);
  // Asked again it is made again, and the rows stay three.
  await askForReckoning(em(), lesson);
  await askForReckoning(em(), lesson);
  expect(await reconcile()).toBe(1);
  await expect.poll(reconcile, { timeout: 20_000 }).toBe(0);
  expect(await rows()).toHaveLength(3);
});
