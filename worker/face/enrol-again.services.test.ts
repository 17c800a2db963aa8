// A face after one that ended with a consent: it waits for a person, like any that comes in place of another (R19).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pictureKey } from '#contracts/places.ts';
import { FaceCheck, FaceEnrolment, FacePicture } from '#db/entities/check.ts';
import { unitOfWork, platform } from '#db/orm.ts';
import { withdrawFace } from '#db/queries/face-withdrawal.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addFaceConsent, addLesson, addSchool } from '#db/testing/school.ts';
import { createVault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import type { FaceDeps } from './deps.ts';
import { thresholds, type FaceEngine } from './engine.ts';
import { enrolFace } from './enrol.ts';
import { verifyCheck } from './verify.ts';

const now = new Date('2026-03-02T02:00:00Z');
/** The head is turned on every second picture; else all pictures show the same face. */
function engine(): FaceEngine {
  let seen = 0;
  return {
    modelId: 'model-1', thresholds, close: () => Promise.resolve(),
    analyse: () => Promise.resolve({
      main: {
        score: 0.99, height: 200, touchesEdge: false, vector: new Float32Array([1, 0]), norm: 6, sharpness: 200, luma: 120, yaw: seen++ % 2 === 0 ? 0 : 0.2, live: 0.9, print: 0.05, replay: 0.05,
      },
      others: [],
    }),
  };
}

let db: TestDatabase;
let folder: string;
let deps: FaceDeps;
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'faces-'));
  deps = { orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(folder), vault: createVault(Buffer.alloc(32, 7)), engine: engine(), now: () => now };
});
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

async function picture(personId: string): Promise<string> {
  const [em, id] = [db.orm.em.fork(), newId()];
  const storageKey = pictureKey(personId, id);
  await deps.storage.putBytes(storageKey, await deps.vault.seal(em, personId, Buffer.from('a picture')));
  await em.insert(FacePicture, { id, institutionId: null, personId, storageKey, contentType: 'image/jpeg', sizeBytes: 9, takenAt: now, deleteAfter: null });
  return id;
}
async function enrol(personId: string, createdAt: Date): Promise<string> {
  const id = newId();
  await db.orm.em.fork().insert(FaceEnrolment, { id, personId, status: 'verifying', pictureIds: [await picture(personId), await picture(personId)], createdAt });
  await enrolFace(deps, { enrolmentId: id });
  return (await db.orm.em.fork().findOneOrFail(FaceEnrolment, { id })).status;
}
const later = (ms: number): Date => new Date(now.getTime() + ms);

it('taking the consent back and giving it again is no way to replace a face alone', async () => {
  const { studentIds: [person = ''] } = await addSchool(db.orm, 1, now);
  await addFaceConsent(db.orm, person, true, now);
  expect(await enrol(person, now)).toBe('active');
  await addFaceConsent(db.orm, person, false, later(1000));
  await unitOfWork(db.orm, platform, (em) => withdrawFace(em, person, later(1000)));
  await addFaceConsent(db.orm, person, true, later(2000));
  expect(await enrol(person, later(3000))).toBe('awaiting_approval');
  expect(await db.orm.em.fork().count(FaceEnrolment, { personId: person, status: 'active' })).toBe(0);
});

it('a snapshot that is judged after the consent was taken back is for a person, and its picture ends at once', async () => {
  const school = await addSchool(db.orm, 1, now);
  const [person = ''] = school.studentIds;
  const { institutionId, lessonId, sessionId } = await addLesson(db.orm, school, { startsAt: now, plannedMinutes: 45, status: 'live', startedAt: now });
  await addFaceConsent(db.orm, person, false, now);
  const [id, pictureId] = [newId(), await picture(person)];
  await db.orm.em.fork().nativeUpdate(FacePicture, { id: pictureId }, { deleteAfter: later(30 * 86_400_000) });
  await db.orm.em.fork().insert(FaceCheck, {
    id, institutionId, lessonId, sessionId: sessionId!, personId: person, kind: 'spot', status: 'verifying', dueAt: now, windowMs: 60_000, askedAt: now, answeredAt: now, pictureId, refusals: 0,
  });
  await verifyCheck(deps, { checkId: id });
  expect(await db.orm.em.fork().findOneOrFail(FaceCheck, { id })).toMatchObject({ status: 'settled', verdict: 'review', measures: { consentMissing: 1 } });
  expect(await db.orm.em.fork().findOneOrFail(FacePicture, { id: pictureId })).toMatchObject({ deleteAfter: now });
});
