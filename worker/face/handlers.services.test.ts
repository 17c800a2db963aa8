// The handlers on a real database and storage: the path from a stored picture to verdict, event and notice; the engine's figures are given.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { factChannel } from '#contracts/facts.ts';
import { pictureKey } from '#contracts/places.ts';
import { CheckWay, FaceCheck, FaceEnrolment, FacePicture } from '#db/entities/check.ts';
import { LessonSession } from '#db/entities/lesson.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addFaceConsent, addLesson, addSchool, type School, type SchoolLesson } from '#db/testing/school.ts';
import { createVault } from '#db/vault.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import type { FaceDeps } from './deps.ts';
import { thresholds, type FaceEngine, type MainFace } from './engine.ts';
import { enrolFace, giveUpEnrolment } from './enrol.ts';
import { packVectors } from './sealed.ts';
import { giveUpCheck, verifyCheck } from './verify.ts';

const now = new Date('2026-03-02T02:00:00Z');
const face = (angle: number, change: Partial<MainFace> = {}): MainFace => ({
  score: 0.99, height: 200, touchesEdge: false, vector: new Float32Array([Math.cos(angle), Math.sin(angle)]), norm: 6, sharpness: 200, luma: 120,
  yaw: 0, live: 0.9, print: 0.05, replay: 0.05, ...change,
});
/** Reads the angle of the face, and after a slash the turn of the head, from the picture's text: the test says what is seen. The decision rules are the real ones. */
const scripted = (modelId: string): FaceEngine => ({
  modelId, thresholds,
  analyse: async (bytes) => {
    const text = Buffer.from(bytes).toString();
    if (text === 'broken') throw new DomainError('picture_invalid', 'broken');
    if (text === 'crash') throw new Error('out of memory');
    const [angle, yaw = '0'] = text.split('/');
    return { main: text === 'nobody' ? null : face(Number(angle), { yaw: Number(yaw) }), others: [] };
  },
  close: async () => undefined,
});

let db: TestDatabase;
let folder: string;
let deps: FaceDeps;
let school: School;
let lesson: SchoolLesson;
let person: string;
const notices: string[] = [];
let listener: Client;

beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'faces-'));
  deps = {
    orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(folder), vault: createVault(Buffer.alloc(32, 7)), engine: scripted('model-1'), now: () => now,
  };
  listener = new Client({ connectionString: db.url });
  await listener.connect();
  await listener.query(`listen ${factChannel}`);
  listener.on('notification', ({ payload }) => notices.push(payload ?? ''));
});
afterAll(async () => {
  await listener?.end();
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  school = await addSchool(db.orm, 1, now);
  lesson = await addLesson(db.orm, school, { startsAt: now, plannedMinutes: 45, status: 'live', startedAt: now });
  person = school.studentIds[0]!;
  await addFaceConsent(db.orm, person, true, now);
});

async function picture(text: string): Promise<string> {
  const [em, id] = [db.orm.em.fork(), newId()];
  const storageKey = pictureKey(person, id);
  await deps.storage.putBytes(storageKey, await deps.vault.seal(em, person, Buffer.from(text)));
  await em.insert(FacePicture, { id, institutionId: null, personId: person, storageKey, contentType: 'image/jpeg', sizeBytes: text.length, takenAt: now, deleteAfter: null });
  return id;
}
/** Two pictures; the head is turned on the second one, unless the test says how far. */
async function enrolment(...texts: [string, string]): Promise<string> {
  const turned = /^[\d.]+$/.test(texts[1]) ? `${texts[1]}/0.2` : texts[1];
  const [id, pictureIds] = [newId(), await Promise.all([picture(texts[0]), picture(turned)])];
  await db.orm.em.fork().insert(FaceEnrolment, { id, personId: person, status: 'verifying', pictureIds, createdAt: new Date() });
  return id;
}
async function check(pictureId: string | null): Promise<string> {
  const id = newId();
  const { institutionId, lessonId, sessionId } = lesson;
  await db.orm.em.fork().insert(FaceCheck, {
    id, institutionId, lessonId, sessionId: sessionId!, personId: person, kind: 'spot', status: 'verifying', dueAt: now, windowMs: 60_000, askedAt: now, answeredAt: now, pictureId, refusals: 0,
  });
  return id;
}
const row = (id: string) => db.orm.em.fork().findOneOrFail(FaceCheck, { id });
const enrolmentRow = (id: string) => db.orm.em.fork().findOneOrFail(FaceEnrolment, { id });
const events = (stream: string) => db.orm.em.fork().execute<{ type: string; payload: Record<string, unknown> }[]>('select type, payload from event where stream = ? order by id', [stream]);

describe('enrolment', () => {
  it('makes two pictures of one person the active face, sealed, once', async () => {
    const id = await enrolment('0', '0.3');
    await Promise.all([enrolFace(deps, { enrolmentId: id }), enrolFace(deps, { enrolmentId: id })]);
    const stored = await enrolmentRow(id);
    expect(stored).toMatchObject({ status: 'active', modelId: 'model-1', settledAt: now, rejectReason: null });
    expect(Buffer.from(stored.sealedVectors!).includes(Buffer.from(new Float32Array([1, 0]).buffer))).toBe(false);
    const written = await events(`person:${person}`);
    expect(written.map(({ type }) => type)).toEqual(['face:enrolled']);
    expect(written[0]!.payload).toMatchObject({ enrolmentId: id, personId: person, modelId: 'model-1', thresholds: { distance: 0.4 } });
    const [first] = (await enrolmentRow(id)).pictureIds;
    expect((await db.orm.em.fork().findOneOrFail(FacePicture, { id: first! })).deleteAfter).toBeNull();
  });

  it('lets a new face wait for approval while the former stays active, and says how far the two are apart', async () => {
    const old = await enrolment('0', '0');
    await enrolFace(deps, { enrolmentId: old });
    const newer = await enrolment('1', '1');
    await enrolFace(deps, { enrolmentId: newer });
    expect((await enrolmentRow(old)).status).toBe('active');
    expect(await enrolmentRow(newer)).toMatchObject({ status: 'awaiting_approval', modelId: 'model-1', settledAt: now, decidedAt: null, formerDistance: 0.4597 });
    const [kept] = (await enrolmentRow(old)).pictureIds;
    expect((await db.orm.em.fork().findOneOrFail(FacePicture, { id: kept! })).deleteAfter).toBeNull();
    const written = await events(`person:${person}`);
    expect(written.map(({ type }) => type)).toEqual(['face:enrolled', 'face:awaiting']);
    expect(written[1]!.payload).toMatchObject({ enrolmentId: newer, formerDistance: 0.4597 });
    const checkId = await check(await picture('0'));
    await verifyCheck(deps, { checkId });
    expect((await row(checkId)).measures, 'compared with the former face').toMatchObject({ distance: 0 });
  });

  it('keeps one waiting, the newest; one judged later than a newer one does not come back', async () => {
    await enrolFace(deps, { enrolmentId: await enrolment('0', '0') });
    const [first, late] = [await enrolment('0.1', '0.1'), await enrolment('0.2', '0.2')];
    await enrolFace(deps, { enrolmentId: first });
    const newest = await enrolment('0.3', '0.3');
    await enrolFace(deps, { enrolmentId: newest });
    await enrolFace(deps, { enrolmentId: late });
    expect([(await enrolmentRow(first)).status, (await enrolmentRow(late)).status, (await enrolmentRow(newest)).status]).toEqual(['replaced', 'replaced', 'awaiting_approval']);
    const [gone] = (await enrolmentRow(first)).pictureIds;
    expect((await db.orm.em.fork().findOneOrFail(FacePicture, { id: gone! })).deleteAfter).toEqual(now);
    expect((await events(`person:${person}`)).map(({ type }) => type)).toEqual(['face:enrolled', 'face:awaiting', 'face:awaiting', 'face:overtaken']);
  });

  it('never compares vectors of another model: the former pictures are looked at again', async () => {
    const old = await enrolment('0', '0');
    await enrolFace(deps, { enrolmentId: old });
    // What the other model left would say 0 or 1: it is another person's vector.
    const other = packVectors([new Float32Array([0, 1]), new Float32Array([0, 1])]);
    await db.orm.em.fork().nativeUpdate(FaceEnrolment, { id: old }, { sealedVectors: await deps.vault.seal(db.orm.em.fork(), person, other) });
    const swapped = { ...deps, engine: scripted('model-2') };
    const newer = await enrolment('0.3', '0.3');
    await enrolFace(swapped, { enrolmentId: newer });
    expect(await enrolmentRow(newer)).toMatchObject({ status: 'awaiting_approval', modelId: 'model-2', formerDistance: 0.0447 });
    const without = await enrolment('0.4', '0.4');
    await db.orm.em.fork().nativeDelete(FacePicture, { id: { $in: (await enrolmentRow(old)).pictureIds } });
    await enrolFace(swapped, { enrolmentId: without });
    expect(await enrolmentRow(without)).toMatchObject({ status: 'awaiting_approval', formerDistance: null });
  });

  it.each([
    [['0', '1.5'], 'not_same_person'], [['0', 'nobody'], 'no_face'], [['broken', '0'], 'picture_invalid'], [['0', '0/0.05'], 'not_turned'], [['0/0.4', '0'], 'turned_away'],
    [['0', '0/0.7'], 'turned_too_far'],
  ] as [[string, string], string][])('refuses %j as %s, and keeps what was measured', async (texts, reason) => {
    const id = await enrolment(...texts);
    await enrolFace(deps, { enrolmentId: id });
    expect(await enrolmentRow(id)).toMatchObject({ status: 'rejected', rejectReason: reason, modelId: null, sealedVectors: null });
    if (reason !== 'picture_invalid') expect((await enrolmentRow(id)).measures).toMatchObject({ live1: 0.9 });
    expect((await events(`person:${person}`)).map(({ type }) => type)).toEqual(['face:rejected']);
  });

  it('looks at nothing once consent is withdrawn', async () => {
    const id = await enrolment('0', '0');
    await addFaceConsent(db.orm, person, false, new Date(now.getTime() + 1));
    await enrolFace(deps, { enrolmentId: id });
    expect(await enrolmentRow(id)).toMatchObject({ status: 'rejected', rejectReason: 'consent_missing' });
  });

  it('without an engine says so and opens the other way to attend', async () => {
    const id = await enrolment('0', '0');
    await enrolFace({ ...deps, engine: null }, { enrolmentId: id });
    expect(await enrolmentRow(id)).toMatchObject({ status: 'rejected', rejectReason: 'engine_missing', modelId: null });
    expect(await db.orm.em.fork().findOneOrFail(CheckWay, { personId: person })).toMatchObject({ way: 'alternative', reason: null });
  });

  it('leaves the row alone when the engine crashes, and settles it after the last attempt', async () => {
    const id = await enrolment('crash', '0');
    await expect(enrolFace(deps, { enrolmentId: id })).rejects.toThrow('out of memory');
    expect((await enrolmentRow(id)).status).toBe('verifying');
    await giveUpEnrolment(deps, { enrolmentId: id });
    expect(await enrolmentRow(id)).toMatchObject({ status: 'rejected', rejectReason: 'engine_failed' });
  });
});

describe('check', () => {
  it.each([['0.1', 'matched'], ['2', 'mismatched'], ['nobody', 'no_face'], ['broken', 'poor_quality']])('sees %s as %s, once, and tells', async (text, verdict) => {
    await enrolFace(deps, { enrolmentId: await enrolment('0', '0.1') });
    const checkId = await check(await picture(text));
    const told = once(listener, 'notification');
    await Promise.all([verifyCheck(deps, { checkId }), verifyCheck(deps, { checkId })]);
    await told;
    expect(await row(checkId)).toMatchObject({ status: 'settled', verdict, modelId: 'model-1', settledAt: now });
    const written = (await events(`lesson:${lesson.lessonId}`)).filter(({ type }) => type === 'check:settled');
    expect(written).toHaveLength(1);
    expect(written[0]!.payload).toMatchObject({ checkId, personId: person, verdict });
    expect(notices.filter((notice) => notice.includes(checkId)).map((notice) => JSON.parse(notice))).toEqual([{ type: 'check:settled', lessonId: lesson.lessonId, checkId }]);
  });

  it('leaves to a person what cannot be compared: no engine, no face enrolled, another model, no picture, no consent, a crash', async () => {
    const reasons: unknown[] = [];
    const settle = async (checkId: string, run: Promise<void>): Promise<void> => {
      await run;
      const { verdict, measures } = await row(checkId);
      expect(verdict).toBe('review');
      reasons.push(Object.keys(measures ?? {}).filter((name) => /Missing|Failed/.test(name))[0] ?? 'compared with nothing');
    };
    const seen = await picture('0');
    let id = await check(seen);
    await settle(id, verifyCheck(deps, { checkId: id }));
    await enrolFace(deps, { enrolmentId: await enrolment('0', '0') });
    id = await check(seen);
    await settle(id, verifyCheck({ ...deps, engine: null }, { checkId: id }));
    id = await check(seen);
    await settle(id, verifyCheck({ ...deps, engine: scripted('model-2') }, { checkId: id }));
    id = await check(null);
    await settle(id, verifyCheck(deps, { checkId: id }));
    id = await check(await picture('crash'));
    await expect(verifyCheck(deps, { checkId: id })).rejects.toThrow('out of memory');
    await settle(id, giveUpCheck(deps, { checkId: id }));
    await addFaceConsent(db.orm, person, false, new Date(now.getTime() + 1));
    id = await check(seen);
    await settle(id, verifyCheck(deps, { checkId: id }));
    expect(reasons).toEqual(['compared with nothing', 'engineMissing', 'compared with nothing', 'pictureMissing', 'engineFailed', 'consentMissing']);
  });

  it('judged so late that a first attempt cannot be asked once more, what failed is for a person; else it stays what it is', async () => {
    await enrolFace(deps, { enrolmentId: await enrolment('0', '0.1') });
    const over = (endedAt: Date | null) => db.orm.em.fork().nativeUpdate(LessonSession, { id: lesson.sessionId! }, { endedAt });
    const judged = async (text: string, change: Partial<FaceCheck> = {}): Promise<string | null> => {
      const id = await check(await picture(text));
      await db.orm.em.fork().nativeUpdate(FaceCheck, { id }, { answeredAt: new Date(now.getTime() - 600_000), ...change });
      await verifyCheck(deps, { checkId: id });
      return (await row(id)).verdict ?? null;
    };
    expect(await judged('nobody')).toBe('no_face');
    await over(now);
    const first = await check(await picture('nobody'));
    await db.orm.em.fork().nativeUpdate(FaceCheck, { id: first }, { answeredAt: new Date(now.getTime() - 600_000) });
    await verifyCheck(deps, { checkId: first });
    expect(await row(first)).toMatchObject({ verdict: 'review', measures: { tooLate: 1, faces: 0 } });
    expect(await judged('0')).toBe('matched');
    expect(await judged('nobody', { answeredAt: new Date(now.getTime() - 2000) })).toBe('no_face');
    expect(await judged('nobody', { attempt: 2, firstCheckId: first, retryBecause: 'no_face' })).toBe('no_face');
    await over(null);
  });

  it('does not touch a check that is not verifying', async () => {
    const id = await check(await picture('0'));
    await db.orm.em.fork().nativeUpdate(FaceCheck, { id }, { status: 'void' });
    await verifyCheck(deps, { checkId: id });
    await verifyCheck(deps, { checkId: newId() });
    expect(await row(id)).toMatchObject({ status: 'void', verdict: null });
  });
});
