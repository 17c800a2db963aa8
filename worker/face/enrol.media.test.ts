// The gate with the real networks: what a camera gives on a bad day is refused with the reason that mends it, and a good pair becomes the face.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictureKey } from '#contracts/places.ts';
import { FaceEnrolment, FacePicture } from '#db/entities/check.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addFaceConsent, addSchool } from '#db/testing/school.ts';
import { createVault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { compareFace } from './compare.ts';
import type { FaceDeps } from './deps.ts';
import { modelId, openFaceEngine } from './engine.ts';
import { enrolFace } from './enrol.ts';

const models = process.env['FACE_MODELS_DIR'];
const photos = join(import.meta.dirname, '../../../shared/faces');
const missing = !models ? ' (skipped: FACE_MODELS_DIR is not set)' : existsSync(photos) ? '' : ' (skipped: no folder ../shared/faces with test photos)';
const now = new Date('2026-03-02T02:00:00Z');

describe.skipIf(missing !== '')(`the gate of enrolment${missing}`, () => {
  let db: TestDatabase;
  let folder: string;
  let deps: FaceDeps;
  beforeAll(async () => {
    db = await testDatabase();
    folder = await mkdtemp(join(tmpdir(), 'face-gate-'));
    deps = {
      orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(folder), vault: createVault(Buffer.alloc(32, 3)), engine: await openFaceEngine(models!), now: () => now,
    };
  });
  afterAll(async () => {
    await deps?.engine?.close();
    await db?.close();
    await rm(folder, { recursive: true, force: true });
  });

  const photo = (file: string): Promise<Buffer> => readFile(join(photos, file));
  const front = () => photo('f1dad_1.jpg');
  /** A face seen turned the other way is that face mirrored: for the landmarks a turned head, for the vector the same person. */
  const turned = async (file = 'f1dad_2.jpg'): Promise<Buffer> => sharp(await photo(file)).flop().jpeg({ quality: 92 }).toBuffer();
  const altered = async (change: (picture: Sharp) => Sharp): Promise<Buffer> => change(sharp(await front())).jpeg({ quality: 92 }).toBuffer();

  async function enrol(...pictures: Buffer[]): Promise<FaceEnrolment> {
    const personId = (await addSchool(db.orm, 1, now)).studentIds[0]!;
    return enrolFor(personId, pictures);
  }
  async function enrolFor(personId: string, pictures: readonly Buffer[]): Promise<FaceEnrolment> {
    const em = db.orm.em.fork();
    await addFaceConsent(db.orm, personId, true, now);
    const pictureIds = await Promise.all(pictures.map(async (bytes) => {
      const id = newId();
      await deps.storage.putBytes(pictureKey(personId, id), await deps.vault.seal(em, personId, bytes));
      await db.orm.em.fork().insert(FacePicture, { id, personId, storageKey: pictureKey(personId, id), contentType: 'image/jpeg', sizeBytes: bytes.length, takenAt: now });
      return id;
    }));
    const enrolmentId = newId();
    await em.insert(FaceEnrolment, { id: enrolmentId, personId, status: 'verifying', pictureIds, createdAt: now });
    await enrolFace(deps, { enrolmentId });
    return db.orm.em.fork().findOneOrFail(FaceEnrolment, { id: enrolmentId });
  }

  it('takes a frontal picture and a turned one of the same person, with what was measured', async () => {
    const enrolled = await enrol(await front(), await turned());
    expect(enrolled).toMatchObject({ status: 'active', modelId, rejectReason: null, formerDistance: null });
    expect(enrolled.measures).toMatchObject({ live1: expect.any(Number) as number, live2: expect.any(Number) as number });
    expect(enrolled.measures!['turn']).toBeGreaterThanOrEqual(0.12);
  });

  it.each([
    ['nobody', 'no_face', () => photo('noface_house.jpg')],
    ['two people', 'several_faces', () => photo('two_people_1.jpg')],
    ['a dark room', 'too_dark', () => altered((picture) => picture.linear(0.16, 0))],
    ['far too much light', 'too_bright', () => altered((picture) => picture.linear(0.5, 135))],
    ['a shaken camera', 'blurred', () => altered((picture) => picture.blur(5))],
    ['a face far away', 'too_small', () => altered((picture) => picture.resize({ height: 110 }))],
    ['another person', 'not_same_person', () => turned('biden_1.jpg')],
    ['the first picture sent again', 'not_turned', front],
  ])('refuses %s as %s', async (_what, reason, second) => {
    expect(await enrol(await front(), await second())).toMatchObject({ status: 'rejected', rejectReason: reason, sealedVectors: null });
  });

  it('refuses a face that the frame cuts', async () => {
    const { engine } = deps;
    const bytes = await front();
    const { width, height } = await sharp(bytes).rotate().metadata();
    // Half of the picture, so that its edge goes through the face in the middle.
    const cut = await sharp(bytes).extract({ left: 0, top: 0, width: Math.round(width * 0.5), height }).jpeg().toBuffer();
    const seen = await engine!.analyse(cut);
    expect(await enrol(await front(), cut)).toMatchObject({ status: 'rejected', rejectReason: seen.main ? 'cut_off' : 'no_face' });
  });

  it('reports the same face under two names to a person, and refuses neither', async () => {
    const school = await addSchool(db.orm, 3, now);
    const [one, two, other] = school.studentIds as [string, string, string];
    const first = await enrolFor(one, [await front(), await turned()]);
    const stranger = await enrolFor(other, [await photo('obama_1.jpg'), await turned('obama_2.jpg')]);
    const again = await enrolFor(two, [await photo('f1dad_2.jpg'), await turned('f1dad_1.jpg')]);
    for (const { id } of [first, stranger, again]) await compareFace(deps, { enrolmentId: id });
    const found = await db.orm.em.fork().execute<{ person_id: string; other_person_ids: string[] }[]>(`select person_id, other_person_ids from signal where kind = 'same_face'`);
    expect(found.map((signal) => [signal.person_id, ...signal.other_person_ids].sort())).toEqual([[one, two].sort()]);
    expect([first.status, stranger.status, again.status]).toEqual(['active', 'active', 'active']);
  });
});
