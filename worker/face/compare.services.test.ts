// Faces of other identities on a real database: who is compared with whom, each pair once, only within an institution and a model; nothing else follows.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { FaceEnrolment } from '#db/entities/check.ts';
import { Enrolment } from '#db/entities/people.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addSchool, type School } from '#db/testing/school.ts';
import { createVault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { compareFace, waitsToBeCompared } from './compare.ts';
import type { FaceDeps } from './deps.ts';
import { thresholds, type FaceEngine } from './engine.ts';
import { packVectors } from './sealed.ts';

const now = new Date('2026-03-02T02:00:00Z');
const vector = (angle: number): Float32Array => new Float32Array([Math.cos(angle), Math.sin(angle)]);
/** Compares stored vectors only: pictures are never looked at. */
const engine = (modelId: string): FaceEngine => ({ modelId, thresholds, analyse: () => Promise.reject(new Error('no picture is looked at')), close: async () => undefined });

let db: TestDatabase;
let deps: FaceDeps;
let model: string;
let school: School;
beforeAll(async () => {
  db = await testDatabase();
  deps = { orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage('/nowhere'), vault: createVault(Buffer.alloc(32, 7)), engine: null, now: () => now };
});
afterAll(() => db?.close());
beforeEach(async () => {
  // A model of its own keeps the faces of one test from those of another.
  model = `model-${newId()}`;
  deps = { ...deps, engine: engine(model) };
  school = await addSchool(db.orm, 4, now);
});

const em = () => db.orm.em.fork();
type Wish = Partial<FaceEnrolment> & { of?: string };
async function face(personId: string, angles: number[], { of = model, ...wish }: Wish = {}): Promise<string> {
  const id = newId();
  await em().insert(FaceEnrolment, {
    id, personId, status: 'active', pictureIds: angles.map(() => newId()), modelId: of, createdAt: now, settledAt: now,
    sealedVectors: await deps.vault.seal(em(), personId, packVectors(angles.map(vector))), ...wish,
  });
  return id;
}
const compare = (enrolmentId: string) => compareFace(deps, { enrolmentId });
interface Signal { person_id: string; other_person_ids: string[]; strength: number; institution_id: string; count: number; facts: Record<string, unknown> }
const signals = (people: readonly string[]) => em().execute<Signal[]>(
  `select person_id, other_person_ids, strength, institution_id, count, facts from signal where kind = 'same_face' and person_id = any(?::uuid[])
   order by first_seen_at, id`, [`{${people.join(',')}}`]);
const statusOf = async (id: string) => (await em().findOneOrFail(FaceEnrolment, { id })).status;

it('puts a pair up to the threshold before a person, with figures, and refuses nobody', async () => {
  const [one, two, three] = school.studentIds as [string, string, string];
  const first = await face(one, [0, 0.1]);
  await compare(first);
  const far = await face(three, [3, 3]);
  await compare(far);
  expect(await signals(school.studentIds)).toEqual([]);
  const second = await face(two, [1.1, 0.3]);
  expect(await waitsToBeCompared(deps, second)).toBe(true);
  await compare(second);
  const found = await signals(school.studentIds);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({
    person_id: two, other_person_ids: [one], institution_id: school.institutionId, count: 1,
    facts: { distance: 0.0199, matchAt: 0.5, modelId: model, enrolmentId: second, otherEnrolmentId: first },
  });
  expect(found[0]!.strength).toBeCloseTo(0.98, 2);
  expect([await statusOf(first), await statusOf(second), await waitsToBeCompared(deps, second)]).toEqual(['active', 'active', false]);
  const written = await em().execute<{ type: string }[]>(`select type from event where stream = ? order by id`, [`person:${two}`]);
  expect(written.map(({ type }) => type)).toEqual(['signal:raised', 'face:compared']);
});

it('compares each pair once, whichever comes first and however often it is asked', async () => {
  const [one, two, three] = school.studentIds as [string, string, string];
  const ids = [await face(one, [0]), await face(two, [0.1]), await face(three, [0.2])];
  // The last one's job takes all that wait along.
  await compare(ids[2]!);
  for (const id of ids) await compare(id);
  const found = await signals(school.studentIds);
  expect(found.map(({ count }) => count)).toEqual([1, 1, 1]);
  expect(new Set(found.map((signal) => [signal.person_id, ...signal.other_person_ids].sort().join()))).toEqual(
    new Set([[one, two], [one, three], [two, three]].map((pair) => pair.toSorted().join())));
});

it('meets every pair also when many are compared at the same time', async () => {
  const ids = await Promise.all(school.studentIds.map((personId, index) => face(personId, [index / 10])));
  let left = ids;
  while (left.length > 0) {
    const answers = await Promise.all(left.map(async (id) => [id, await compare(id)] as const));
    left = answers.flatMap(([id, later]) => (later ? [id] : []));
  }
  expect((await signals(school.studentIds)).map(({ count }) => count)).toEqual([1, 1, 1, 1, 1, 1]);
});

it('leaves out other models, other institutions, faces that do not stand, the same person, and what does not open', async () => {
  const [one, two, three, four] = school.studentIds as [string, string, string, string];
  const elsewhere = await addSchool(db.orm, 1, now);
  const comparedAt = now;
  await face(elsewhere.studentIds[0]!, [0], { comparedAt });
  await face(two, [0], { of: 'another model', comparedAt });
  const decided = { decidedBy: school.teacherId, decidedAt: now, decisionReason: 'x' };
  for (const status of ['replaced', 'refused', 'rejected', 'verifying'] as const) await face(three, [0], { status, comparedAt, ...decided });
  await face(one, [0], { status: 'replaced', comparedAt });
  await face(four, [0], { sealedVectors: Buffer.from('damaged'), comparedAt });
  const mine = await face(one, [0]);
  await compare(mine);
  expect(await signals([...school.studentIds, ...elsewhere.studentIds])).toEqual([]);
  expect(await waitsToBeCompared(deps, mine)).toBe(false);
});

it('compares with faces that wait for approval, and people who only learn in the institution', async () => {
  const [one, two] = school.studentIds as [string, string];
  const guest = (await addSchool(db.orm, 1, now)).studentIds[0]!;
  await em().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: school.cohortId, personId: guest, createdAt: now, endedAt: null });
  await compare(await face(one, [0], { status: 'awaiting_approval' }));
  await compare(await face(guest, [0.1]));
  expect(await signals([guest])).toMatchObject([{ other_person_ids: [one], institution_id: school.institutionId }]);
  await compare(await face(two, [3]));
  expect(await signals([two])).toEqual([]);
});

it('does nothing without an engine, or for a face of another model', async () => {
  const id = await face(school.studentIds[0]!, [0]);
  await compareFace({ ...deps, engine: null }, { enrolmentId: id });
  await compareFace({ ...deps, engine: engine('another model') }, { enrolmentId: id });
  expect(await waitsToBeCompared(deps, id)).toBe(true);
  expect(await waitsToBeCompared({ ...deps, engine: null }, id)).toBe(false);
});

it('walks through more than one batch', async () => {
  const crowd = await addSchool(db.orm, 520, now);
  const mine = crowd.studentIds.at(-1)!;
  for (const [index, personId] of crowd.studentIds.slice(0, -1).entries()) await face(personId, [index === 515 ? 0.05 : 2], { comparedAt: now });
  await compare(await face(mine, [0]));
  expect(await signals([mine])).toMatchObject([{ other_person_ids: [crowd.studentIds[515]] }]);
});
