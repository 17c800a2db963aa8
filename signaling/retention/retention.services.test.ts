// Over REST: holds by office and authority, a learner's own data, asking for deletion and what the office decides; strangers learn nothing.
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Holdable, OwnData, Retention } from '#contracts/retention-routes.ts';
import { unitOfWork, platform } from '#db/orm.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => { school = await addSchool(world.deps.orm, world.clock.now()); });

async function enrolFace(): Promise<Buffer> {
  const { personId } = school.learner;
  const at = world.clock.now();
  return unitOfWork(world.deps.orm, platform, async (em) => {
    const sealed = await world.deps.vault.seal(em, personId, Buffer.from('face'));
    await em.execute(`insert into face_enrolment (id, person_id, status, picture_ids, sealed_vectors, created_at) values (?, ?, 'active', '[]', ?, ?)`, [newId(), personId, sealed, at]);
    await em.execute(`insert into face_picture (id, person_id, storage_key, content_type, size_bytes, taken_at) values (?, ?, 'pictures/x', 'image/jpeg', 1, ?)`, [newId(), personId, at]);
    return sealed;
  });
}

test('the office sets a hold and ends it once; both are facts; strangers and other institutions get nothing', async () => {
  const other = await addSchool(world.deps.orm, world.clock.now(), 'Other');
  const path = `/api/institutions/${school.institutionId}`;
  const body = { scope: 'cohort', subjectId: school.cohortId, reason: '复议期间保全' };
  const find = async (who: typeof school.scheduler, query: string) => world.call(`GET ${path}/holdable?${query}`, who);
  expect((await find(school.scheduler, `scope=cohort&text=${encodeURIComponent((await world.deps.orm.em.fork().execute<[{ title: string }]>('select title from cohort where id = ?', [school.cohortId]))[0].title.slice(0, 2))}`)).json<Holdable>().found.map(({ subjectId }) => subjectId)).toEqual([school.cohortId]);
  expect((await find(school.scheduler, 'scope=person&text=%25')).json<Holdable>().found).toEqual([]);
  expect((await find(other.scheduler, 'scope=cohort&text=a')).json().error.code).toBe('not_found');
  const set = await world.call(`POST ${path}/legal-holds`, school.scheduler, { payload: body });
  const { holds: [hold] } = set.json<Retention>();
  expect(hold).toMatchObject({ scope: 'cohort', subjectId: school.cohortId, reason: body.reason, endedAt: null });
  expect((await world.call(`POST ${path}/legal-holds`, other.scheduler, { payload: body })).json().error.code).toBe('not_found');
  expect((await world.call(`POST ${path}/legal-holds`, school.learner, { payload: body })).statusCode).toBe(403);
  expect((await world.call(`POST ${path}/legal-holds`, school.scheduler, { payload: { ...body, subjectId: other.cohortId } })).json().error.code).toBe('not_found');
  expect((await world.call(`POST ${path}/legal-holds`, school.scheduler, { payload: { ...body, reason: 'x' } })).json().error.code).toBe('bad_request');
  expect((await world.call(`POST /api/legal-holds/${hold!.holdId}/ending`, other.scheduler, { payload: { reason: '结案了' } })).json().error.code).toBe('not_found');
  const ended = await world.call(`POST /api/legal-holds/${hold!.holdId}/ending`, school.scheduler, { payload: { reason: '结案了' } });
  expect(ended.json<Retention>().holds[0]).toMatchObject({ endReason: '结案了' });
  expect((await world.call(`POST /api/legal-holds/${hold!.holdId}/ending`, school.scheduler, { payload: { reason: '结案了' } })).json().error.code).toBe('already_decided');
  const regulator = await addPerson(world.deps.orm, world.clock.now(), 'Regulator', school.institutionId, 'regulator');
  const theirs = await world.call(`POST ${path}/legal-holds`, regulator, { payload: body });
  expect([theirs.statusCode, theirs.json<Retention>().mayDecide, (await world.call('GET /api/me/data', regulator)).statusCode]).toEqual([200, false, 200]);
  expect([(await world.events('hold:set')).length, (await world.events('hold:ended')).length]).toEqual([2, 1]);
});

test('a learner reads what is kept and why, takes it away masked, and asks for deletion; carried out, the face is unreadable at once', async () => {
  const sealed = await enrolFace();
  const mine = (await world.call('GET /api/me/data', school.learner)).json<OwnData>();
  expect(mine).toMatchObject({ pictures: 1, faces: 1, institutions: [{ institutionId: school.institutionId }], requests: [] });
  expect(mine.kept.map(({ retentionClass }) => retentionClass)).toEqual(['fact', 'talk', 'recording', 'exam', 'ledger', 'face', 'person']);
  expect(mine.kept.find(({ retentionClass }) => retentionClass === 'fact')!.rule).toMatch(/^fact \d years /);
  const file = await world.call('GET /api/me/data/file', school.learner);
  expect(file.headers['content-disposition']).toContain('my-data-');
  const told = file.json<Record<string, unknown[]>>();
  expect(Object.keys(told)).toEqual(expect.arrayContaining(['identity', 'consents', 'lessons', 'answers', 'certificates', 'ledger', 'kept']));
  expect(file.body).not.toContain('sealed');

  const payload = { institutionId: school.institutionId, words: '请删除我的人脸照片' };
  const asked = (await world.call('POST /api/me/deletion-requests', school.learner, { payload })).json<OwnData>();
  expect(asked.requests).toMatchObject([{ outcome: null, words: payload.words }]);
  expect((await world.call('POST /api/me/deletion-requests', school.learner, { payload })).json().error.code).toBe('already_asked');
  const decide = (outcome: string) => world.call(`POST /api/deletion-requests/${asked.requests[0]!.requestId}/decision`, school.scheduler, { payload: { outcome, words: '已核实' } });
  // A hold on the learner outweighs the wish.
  const held = (await world.call(`POST /api/institutions/${school.institutionId}/legal-holds`, school.scheduler, { payload: { scope: 'person', subjectId: school.learner.personId, reason: '复议期间保全' } })).json<Retention>();
  expect((await decide('carried_out')).json().error.code).toBe('under_hold');
  expect((await world.deps.vault.open(world.deps.orm.em.fork(), school.learner.personId, sealed)).toString()).toBe('face');
  await world.call(`POST /api/legal-holds/${held.holds[0]!.holdId}/ending`, school.scheduler, { payload: { reason: '结案了' } });
  expect((await decide('carried_out')).json<Retention>().requests).toMatchObject([{ outcome: 'carried_out', decisionWords: '已核实' }]);
  expect((await decide('refused')).json().error.code).toBe('already_decided');
  await expect(world.deps.vault.open(world.deps.orm.em.fork(), school.learner.personId, sealed)).rejects.toMatchObject({ code: 'not_found' });
  expect((await world.call('GET /api/me/data', school.learner)).json<OwnData>()).toMatchObject({ faces: 0, requests: [{ outcome: 'carried_out' }] });
  expect((await world.events('face:deleted')).map(({ payload: facts }) => facts)).toMatchObject([{ enrolments: 1, pictures: 1, keyDestroyed: true }]);
});
