// From uploaded photos to a verdict with the real engine, database, storage and vault: enrolled person, another person, nobody.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictureKey } from '#contracts/places.ts';
import { FaceCheck, FaceEnrolment, FacePicture } from '#db/entities/check.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addFaceConsent, addLesson, addSchool } from '#db/testing/school.ts';
import { createVault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import type { FaceDeps } from './deps.ts';
import { modelId, openFaceEngine } from './engine.ts';
import { enrolFace } from './enrol.ts';
import { verifyCheck } from './verify.ts';

const models = process.env['FACE_MODELS_DIR'];
const photos = join(import.meta.dirname, '../../../shared/faces');
const missing = !models ? ' (skipped: FACE_MODELS_DIR is not set)' : existsSync(photos) ? '' : ' (skipped: no folder ../shared/faces with test photos)';
const now = new Date('2026-03-02T02:00:00Z');

describe.skipIf(missing !== '')(`from photo to verdict${missing}`, () => {
  let db: TestDatabase;
  let folder: string;
  let deps: FaceDeps;
  beforeAll(async () => {
    db = await testDatabase();
    folder = await mkdtemp(join(tmpdir(), 'face-path-'));
    deps = {
      orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(folder), vault: createVault(Buffer.alloc(32, 3)),
      engine: await openFaceEngine(models!), now: () => now,
    };
  });
  afterAll(async () => {
    await deps?.engine?.close();
    await db?.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('enrols two photos and judges four snapshots', async () => {
    const school = await addSchool(db.orm, 1, now);
    const { lessonId, institutionId, sessionId } = await addLesson(db.orm, school, { startsAt: now, plannedMinutes: 45, status: 'live', startedAt: now });
    const personId = school.studentIds[0]!;
    await addFaceConsent(db.orm, personId, true, now);
    const em = db.orm.em.fork();
    const upload = async (file: string): Promise<string> => {
      const [id, bytes] = [newId(), await readFile(join(photos, file))];
      await deps.storage.putBytes(pictureKey(personId, id), await deps.vault.seal(em, personId, bytes));
      await em.insert(FacePicture, { id, personId, storageKey: pictureKey(personId, id), contentType: 'image/jpeg', sizeBytes: bytes.length, takenAt: now });
      return id;
    };
    const enrolmentId = newId();
    await em.insert(FaceEnrolment, { id: enrolmentId, personId, status: 'verifying', pictureIds: [await upload('f2lady_1.jpg'), await upload('f2lady_2.jpg')], createdAt: now });
    await enrolFace(deps, { enrolmentId });
    expect(await db.orm.em.fork().findOne(FaceEnrolment, { id: enrolmentId })).toMatchObject({ status: 'active', modelId });

    const verdicts: Record<string, unknown> = {};
    for (const file of ['f2lady_1.jpg', 'f1mom_1.jpg', 'noface_house.jpg', 'two_people_2.jpg']) {
      const [checkId, pictureId] = [newId(), await upload(file)];
      await em.insert(FaceCheck, { id: checkId, institutionId, lessonId, sessionId: sessionId!, personId, kind: 'spot', status: 'verifying', dueAt: now, windowMs: 60_000, pictureId, refusals: 0 });
      await verifyCheck(deps, { checkId });
      verdicts[file] = (await db.orm.em.fork().findOneOrFail(FaceCheck, { id: checkId })).verdict;
    }
    expect(verdicts).toEqual({ 'f2lady_1.jpg': 'matched', 'f1mom_1.jpg': 'mismatched', 'noface_house.jpg': 'no_face', 'two_people_2.jpg': 'several_faces' });
  });
});
