// From stored snapshots to signals on a real database: fakes are noted with their reason, honest learners are not, and no verdict follows from a signal.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { pictureKey } from '#contracts/places.ts';
import { FaceCheck, FaceEnrolment, FacePicture } from '#db/entities/check.ts';
import { Signal } from '#db/entities/review.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { withdrawFace } from '#db/queries/face-withdrawal.ts';
import { addSnapshotPrint, type CameraFacts } from '#db/queries/snapshot-prints.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addFaceConsent, addLesson, addSchool, type School, type SchoolLesson } from '#db/testing/school.ts';
import { createVault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import type { SignalKind } from '#domain/signals.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import type { FaceDeps } from './deps.ts';
import { thresholds, type FaceEngine } from './engine.ts';
import { packVectors } from './sealed.ts';
import { verifyCheck } from './verify.ts';

const start = new Date('2026-03-02T02:00:00Z');
interface Face { angle: number; live?: number }
/** What the engine is to see in which bytes; the rules that judge it are the real ones, and so are the pictures' prints. */
const seen = new Map<string, Face>();
const keyOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const vectorOf = (angle: number): Float32Array => new Float32Array([Math.cos(angle), Math.sin(angle)]);
const engine: FaceEngine = {
  modelId: 'model-1', thresholds,
  analyse: async (bytes) => {
    const { angle, live = 0.9 } = seen.get(keyOf(bytes)) ?? { angle: 0 };
    const looks = { score: 0.99, height: 200, touchesEdge: false, norm: 6, sharpness: 200, luma: 120, yaw: 0 };
    return { main: { ...looks, vector: vectorOf(angle), live, print: (1 - live) / 2, replay: (1 - live) / 2 }, others: [] };
  },
  close: async () => undefined,
};

let db: TestDatabase;
let folder: string;
let deps: FaceDeps;
let school: School;
let lesson: SchoolLesson;
let atMs: number;
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'suspicions-'));
  deps = { orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(folder), vault: createVault(Buffer.alloc(32, 7)), engine, now: () => start };
});
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  school = await addSchool(db.orm, 3, start);
  lesson = await addLesson(db.orm, school, { startsAt: start, plannedMinutes: 45, status: 'live', startedAt: start });
  atMs = start.getTime();
  for (const [index, personId] of school.studentIds.entries()) {
    await addFaceConsent(db.orm, personId, true, start);
    const em = db.orm.em.fork();
    const sealedVectors = await deps.vault.seal(em, personId, packVectors([vectorOf(index * 2), vectorOf(index * 2)]));
    await em.insert(FaceEnrolment, { id: newId(), personId, status: 'active', pictureIds: [newId(), newId()], modelId: 'model-1', sealedVectors, createdAt: start, settledAt: start });
  }
});

/** A real picture that a seed decides: soft patches of light, like a room with somebody in it. */
async function room(seed: number, quality = 88): Promise<Buffer> {
  let state = seed * 7919 + 1;
  const patches = Buffer.from(Array.from({ length: 12 * 9 * 3 }, () => { state = (state * 16_807) % 2_147_483_647; return state % 256; }));
  return sharp(patches, { raw: { width: 12, height: 9, channels: 3 } }).resize(640, 480, { kernel: 'cubic' }).jpeg({ quality }).toBuffer();
}

interface Snapshot { camera?: Partial<CameraFacts>; face?: Face; at?: Date; judged?: boolean }
/** The learner answers a check with this picture; answers what was raised, and the verdict. */
async function answers(learner: number, bytes: Buffer, { camera, face = { angle: learner * 2 }, at, judged = true }: Snapshot = {}) {
  const [em, personId, checkId, pictureId] = [db.orm.em.fork(), school.studentIds[learner]!, newId(), newId()];
  const takenAt = at ?? new Date((atMs += 60_000));
  seen.set(keyOf(bytes), face);
  await deps.storage.putBytes(pictureKey(personId, pictureId), await deps.vault.seal(em, personId, bytes));
  const { institutionId, lessonId, sessionId } = lesson;
  await em.insert(FacePicture, { id: pictureId, institutionId, personId, storageKey: pictureKey(personId, pictureId), contentType: 'image/jpeg', sizeBytes: bytes.length, takenAt, deleteAfter: null });
  await em.insert(FaceCheck, {
    id: checkId, institutionId, lessonId, sessionId: sessionId!, personId, kind: 'spot', status: 'verifying', dueAt: takenAt, windowMs: 60_000, askedAt: takenAt,
    deadlineAt: new Date(takenAt.getTime() + 60_000), answeredAt: takenAt, pictureId, refusals: 0,
  });
  const told = camera && { camera: null, strength: 0, device: null, width: 1280, height: 720, facing: null, trial: false, ...camera };
  await addSnapshotPrint(em, { pictureId, institutionId, lessonId, checkId, personId, takenAt }, told ?? null);
  if (judged) await verifyCheck(deps, { checkId });
  const signals = await db.orm.em.fork().find(Signal, { checkId }, { orderBy: { kind: 'asc' } });
  return { checkId, personId, signals, kinds: signals.map(({ kind }) => kind), verdict: (await db.orm.em.fork().findOneOrFail(FaceCheck, { id: checkId })).verdict };
}

it('says nothing of a learner who shows a new picture each time, from a camera with any name', async () => {
  for (const seed of [1, 2, 3]) expect(await answers(0, await room(seed), { camera: { camera: null } })).toMatchObject({ kinds: [], verdict: 'matched' });
  expect(await answers(1, await room(4))).toMatchObject({ kinds: [], verdict: 'matched' });
});

it('knows the same bytes again as frozen, a recompressed picture as repeated, and names the check it was at first', async () => {
  const first = await answers(0, await room(10));
  const frozen = await answers(0, await room(10));
  expect(frozen).toMatchObject({ kinds: ['frozen_picture'], verdict: 'matched' });
  expect(frozen.signals[0]).toMatchObject({ strength: 0.95, otherPersonIds: [], facts: { identical: true, apart: 0, whose: 'own' }, lessonId: lesson.lessonId, personId: frozen.personId });
  expect([first.checkId]).toContain(frozen.signals[0]!.facts['earlierCheckId']);
  const again = await answers(0, await room(10, 60));
  expect(again).toMatchObject({ kinds: ['repeated_picture'], verdict: 'matched' });
  expect(again.signals[0]!.strength).toBe(0.3);
});

it('knows a picture another learner showed, in whatever compression, and names them; never of another institution', async () => {
  const mine = await answers(0, await room(20));
  const theirs = await answers(1, await room(20, 60), { face: { angle: 2 } });
  expect(theirs.kinds).toEqual(['repeated_picture']);
  expect(theirs.signals[0]).toMatchObject({ strength: 0.7, otherPersonIds: [mine.personId], facts: { whose: 'others', identical: false } });
  expect(await db.orm.em.fork().count(Signal, { personId: mine.personId })).toBe(0);
  school = await addSchool(db.orm, 1, start);
  lesson = await addLesson(db.orm, school, { startsAt: start, plannedMinutes: 45, status: 'live', startedAt: start });
  await addFaceConsent(db.orm, school.studentIds[0]!, true, start);
  expect((await answers(0, await room(20))).kinds).toEqual([]);
});

it('takes the browser at its word where it names a program, and an engine that doubts the face at its score', async () => {
  const fake = await answers(0, await room(30), { camera: { camera: 'obs', strength: 0.8 }, face: { angle: 0, live: 0.05 } });
  expect(fake.signals.map(({ kind, strength }) => [kind, strength > 0.5])).toEqual([['low_liveness', true], ['virtual_camera', true]]);
  expect(fake.signals[1]!.facts).toEqual({ camera: 'obs', width: 1280, height: 720, facing: null, trial: false });
  const dim = await answers(1, await room(31), { face: { angle: 2, live: 0.4 } });
  expect(dim.signals).toMatchObject([{ kind: 'low_liveness', strength: 0.25 }]);
  // Signals never touch the verdict.
  expect([fake.verdict, dim.verdict]).toEqual(['matched', 'matched']);
});

it('names the classmate whose face it is, where it is not the learner’s; a stranger has no name', async () => {
  const other = await answers(0, await room(40), { face: { angle: 2.05 } });
  expect(other).toMatchObject({ kinds: ['same_face'], verdict: 'mismatched' });
  expect(other.signals[0]).toMatchObject({ otherPersonIds: [school.studentIds[1]], facts: { at: 'check', compared: 2 } });
  expect(await answers(0, await room(41), { face: { angle: -1.2 } })).toMatchObject({ kinds: [], verdict: 'mismatched' });
});

it('does not drown a trial in the camera of a test browser, and holds it against a learner where it is no trial', async () => {
  const trial = { camera: 'test_browser', strength: 1, trial: true };
  await answers(0, await room(50), { camera: trial });
  const again = await answers(1, await room(50), { camera: trial, face: { angle: 2 } });
  expect(again.kinds).toEqual(['repeated_picture', 'virtual_camera']);
  expect(again.signals.every(({ strength }) => strength <= 0.05)).toBe(true);
  const real = await answers(2, await room(51), { camera: { ...trial, trial: false }, face: { angle: 4 } });
  expect(real.signals).toMatchObject([{ kind: 'virtual_camera', strength: 1 }]);
});

it('forgets the prints of whoever takes the consent back', async () => {
  const { personId } = await answers(0, await room(70));
  const prints = (): Promise<unknown[]> => db.orm.em.fork().execute('select 1 from snapshot_print where person_id = ? and hash is not null', [personId]);
  expect(await prints()).toHaveLength(1);
  await unitOfWork(deps.orm, platform, (em) => withdrawFace(em, personId, start));
  expect(await prints()).toEqual([]);
  // Nobody is found by a picture that was taken back.
  expect((await answers(1, await room(70, 60), { face: { angle: 2 } })).kinds).toEqual([]);
});

it('raises the same thing once, also when the job runs twice or a signal cannot be raised', async () => {
  const kinds: SignalKind[] = [];
  const { checkId } = await answers(0, await room(60), { camera: { camera: 'obs', strength: 0.8 } });
  await db.orm.em.fork().nativeUpdate(FaceCheck, { id: checkId }, { status: 'verifying', verdict: null });
  await verifyCheck(deps, { checkId });
  const signals = await db.orm.em.fork().find(Signal, { checkId });
  kinds.push(...signals.map(({ kind }) => kind));
  expect([kinds, signals[0]!.count]).toEqual([['virtual_camera'], 1]);
  // A covered camera has no print: it is not the same picture twice.
  const dark = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#050505' } }).jpeg().toBuffer();
  await answers(1, dark, { face: { angle: 2 } });
  expect((await answers(1, dark, { face: { angle: 2 } })).kinds).toEqual([]);
});

it('finds a picture shown twice whichever is judged first, as after a standstill of the workers, and once however often', async () => {
  const held = { judged: false };
  const [first, frozen, copied] = [await answers(0, await room(70), held), await answers(0, await room(70), held), await answers(1, await room(70), held)];
  const raised = async () => (await db.orm.em.fork().find(Signal, { lessonId: lesson.lessonId, kind: { $in: ['frozen_picture', 'repeated_picture'] } }, { orderBy: { personId: 'asc', kind: 'asc' } }))
    .map(({ checkId, personId, kind, count, otherPersonIds, facts }) => ({ checkId, personId, kind, count, otherPersonIds, earlier: facts['earlierCheckId'] }));
  for (const { checkId } of [copied, frozen, first, copied, first]) {
    await verifyCheck(deps, { checkId });
    await db.orm.em.fork().nativeUpdate(FaceCheck, { id: checkId }, { status: 'verifying' });
  }
  const all = await raised();
  expect(all).toHaveLength(2);
  expect(all).toContainEqual({ checkId: frozen.checkId, personId: frozen.personId, kind: 'frozen_picture', count: 1, otherPersonIds: [], earlier: first.checkId });
  expect(all).toContainEqual({ checkId: copied.checkId, personId: copied.personId, kind: 'repeated_picture', count: 1, otherPersonIds: [first.personId], earlier: expect.any(String) as string });
});
