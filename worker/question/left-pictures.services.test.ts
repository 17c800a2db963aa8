// Pictures nobody used in a question go after a day, with their files; one that any version shows stays, also an old version.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { questionPictureKey } from '#contracts/places.ts';
import { BankQuestion, QuestionPicture, QuestionVersion } from '#db/entities/question.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addSchool, type School } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { folderStorage, type Storage } from '#runtime/storage.ts';
import { removeLeftPictures, unusedPictureMs } from './left-pictures.ts';

const now = new Date('2026-03-02T02:00:00Z');
const old = new Date(now.getTime() - unusedPictureMs - 1);
let db: TestDatabase;
let folder: string;
let storage: Storage;
let school: School;
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'left-pictures-'));
  storage = folderStorage(folder);
  school = await addSchool(db.orm, 0, old);
});
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

async function picture(createdAt: Date): Promise<{ id: string; key: string }> {
  const { institutionId, courseId, teacherId } = school;
  const id = newId();
  const key = questionPictureKey(courseId, id);
  await storage.putBytes(key, Buffer.from('picture'));
  await db.orm.em.fork().insert(QuestionPicture, { id, institutionId, courseId, storageKey: key, contentType: 'image/png', sizeBytes: 7, createdBy: teacherId, createdAt });
  return { id, key };
}
/** A question whose first version shows this picture, and its second none. */
async function ask(pictureId: string): Promise<void> {
  const { institutionId, courseId, teacherId } = school;
  const questionId = newId();
  await db.orm.em.fork().transactional(async (em) => {
    await em.insert(BankQuestion, { id: questionId, institutionId, courseId, version: 2, createdBy: teacherId, createdAt: old, retiredAt: null });
    for (const [index, shown] of [pictureId, null].entries()) {
      await em.insert(QuestionVersion, {
        id: newId(), institutionId, questionId, version: index + 1, kind: 'single', stem: '这是什么？', pictureId: shown, options: ['甲', '乙'], rightChoices: [0], accepted: [],
        knowledgePoint: '', difficulty: 1, explanation: '', fingerprint: newId(), createdBy: teacherId, createdAt: old,
      });
    }
  });
}
const stays = async ({ id, key }: { id: string; key: string }): Promise<boolean[]> => [await db.orm.em.fork().count(QuestionPicture, { id }) > 0, await storage.stat(key) !== null];

it('removes what no version ever showed and is older than a day, row and file', async () => {
  const [left, used, fresh] = [await picture(old), await picture(old), await picture(new Date(old.getTime() + 2))];
  await ask(used.id);
  const deps = { orm: db.orm, storage, now: () => now };
  expect(await removeLeftPictures(deps)).toBe(1);
  expect([await stays(left), await stays(used), await stays(fresh)]).toEqual([[false, false], [true, true], [true, true]]);
  expect(await removeLeftPictures(deps)).toBe(0);
});

it('keeps the row where the file cannot be removed, and comes again', async () => {
  const left = await picture(old);
  const away: Storage = { ...storage, remove: () => Promise.reject(new Error('the store is away')) };
  await expect(removeLeftPictures({ orm: db.orm, storage: away, now: () => now })).rejects.toThrow('the store is away');
  expect(await stays(left)).toEqual([true, true]);
  expect(await removeLeftPictures({ orm: db.orm, storage, now: () => now })).toBe(1);
  expect(await stays(left)).toEqual([false, false]);
});
