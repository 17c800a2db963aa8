// The public corner over HTTP: written by one, let through by another, read by everybody until it is over; ten resources of the authority, and no eleventh (R33, R34, R35, R70).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Corner, CornerDesk, CornerPage, CornerPost, CornerPostBody } from '#contracts/corner-routes.ts';
import { Membership } from '#db/entities/people.ts';
import { withinInstitutions } from '#db/tenancy.ts';
import { cornerPage, mostResources } from '#domain/corner.ts';
import { newId } from '#domain/id.ts';
import { pdfBytes } from '../testing/attachment.ts';
import { jobBody, newsBody, sendResource } from '../testing/corner.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let operator: Known;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => {
  const em = world.deps.orm.em.fork();
  for (const { id } of await em.execute<{ id: string }[]>(`select id from corner_post where state in ('waiting', 'published')`)) {
    await em.execute(`update corner_post set state = 'taken_down', taken_down_at = now(), taken_down_by = written_by, taken_down_reason = 'x' where id = ?`, [id]);
  }
  await em.execute(`update corner_resource set withdrawn_at = now(), withdrawn_by = added_by, withdraw_reason = 'x' where withdrawn_at is null`);
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  operator = await addPerson(world.deps.orm, world.clock.now(), 'Operator', foreign.institutionId, 'admin');
});

const dayMs = 86_400_000;
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const write = (person: Known | null, payload: CornerPostBody, institutionId = school.institutionId) => world.call(`POST /api/institutions/${institutionId}/corner-posts`, person, { payload });
const decide = (person: Known, postId: string, publish = true, reason = '') => world.call(`POST /api/corner/posts/${postId}/decision`, person, { payload: { publish, reason } });
const takeDown = (person: Known, postId: string, reason = '岗位已招满') => world.call(`POST /api/corner/posts/${postId}/taking-down`, person, { payload: { reason } });
const corner = async (): Promise<Corner> => (await world.call('GET /api/corner', null)).json<Corner>();
const read = (postId: string) => world.call(`GET /api/corner/posts/${postId}`, null);
const desk = async (person: Known): Promise<CornerDesk> => (await world.call('GET /api/corner-desk', person)).json<CornerDesk>();
const factsOf = (id: string) => world.deps.orm.em.fork().execute<{ type: string; payload: object }[]>('select type, payload from event where stream = ? order by id', [`corner:${id}`]);
async function waiting(body: CornerPostBody, writer = school.scheduler): Promise<string> {
  expect((await write(writer, body)).statusCode).toBe(200);
  return body.postId;
}
async function published(body: CornerPostBody): Promise<string> {
  const postId = await waiting(body);
  expect((await decide(school.regulator, postId)).statusCode).toBe(200);
  return postId;
}

describe('a post', () => {
  it('is seen by nobody before somebody else let it through, then by everybody without login', async () => {
    const body = newsBody();
    const postId = await waiting(body);
    expect([(await corner()).news.posts, (await read(postId)).statusCode]).toEqual([[], 404]);
    expect((await desk(school.regulator)).posts).toMatchObject([{ postId, state: 'waiting', mayDecide: true, mayTakeDown: true, writtenBy: 'School scheduler', decided: null }]);
    expect((await desk(school.scheduler)).posts).toMatchObject([{ postId, mayDecide: false, mayTakeDown: true }]);
    world.clock.pass(60_000);
    expect((await decide(school.regulator, postId)).statusCode).toBe(200);
    const line = { postId, kind: 'news', title: body.title, source: body.source, employer: '', place: '', wage: '', by: 'School', publishedAt: world.clock.now().toISOString(), lastDay: null };
    expect((await corner()).news).toEqual({ posts: [line], page: 1, more: false });
    expect((await read(postId)).json<CornerPost>()).toEqual({ ...line, words: body.words, link: body.link, contact: '' });
    const facts = await factsOf(postId);
    expect(facts.map(({ type }) => type)).toEqual(['corner:written', 'corner:published']);
    expect(JSON.stringify(facts)).not.toContain('补贴');
  });

  it('is let through by no writer of it, no colleague, and nobody of another institution; by whoever operates the platform', async () => {
    const postId = await waiting(newsBody());
    const colleague = await addPerson(world.deps.orm, world.clock.now(), 'Colleague', school.institutionId, 'institution');
    expect([codeOf(await decide(school.scheduler, postId)), codeOf(await decide(colleague, postId)), codeOf(await decide(foreign.regulator, postId)), codeOf(await takeDown(foreign.scheduler, postId))]).toEqual(['forbidden', 'forbidden', 'not_found', 'not_found']);
    const own = await waiting(newsBody(), school.regulator);
    expect(codeOf(await decide(school.regulator, own))).toBe('corner_own_post');
    const admin = await addPerson(world.deps.orm, world.clock.now(), 'Admin', school.institutionId, 'admin');
    const ofAdmin = await waiting(jobBody(), admin);
    expect(codeOf(await decide(admin, ofAdmin))).toBe('corner_own_post');
    for (const id of [postId, own, ofAdmin]) expect((await decide(operator, id)).statusCode).toBe(200);
    expect((await corner()).news.posts.map(({ by }) => by).sort()).toEqual(['School', null]);
    // The database says so too, whoever writes.
    const third = await waiting(newsBody());
    await expect(world.deps.orm.em.fork().execute(`update corner_post set state = 'published', decided_at = now(), decided_by = written_by, decision_reason = '' where id = ?`, [third])).rejects.toThrow(/check constraint/);
  });

  it('is refused and taken down with a reason, once, and not changed afterwards', async () => {
    const [refused, shown] = [await waiting(newsBody()), await published(newsBody())];
    expect(codeOf(await decide(school.regulator, refused, false, ' '))).toBe('bad_request');
    expect((await decide(school.regulator, refused, false, '来源不明')).statusCode).toBe(200);
    expect((await desk(school.scheduler)).posts.find(({ postId }) => postId === refused)).toMatchObject({ state: 'refused', decided: { by: 'School regulator', reason: '来源不明' }, mayDecide: false, mayTakeDown: false });
    expect((await decide(school.regulator, refused, false, '来源不明')).statusCode).toBe(200);
    expect([codeOf(await decide(operator, refused)), codeOf(await takeDown(school.scheduler, refused))]).toEqual(['corner_decided', 'corner_decided']);
    expect((await takeDown(school.scheduler, shown)).statusCode).toBe(200);
    expect([(await corner()).news.posts, (await read(shown)).statusCode, codeOf(await decide(operator, shown)), codeOf(await takeDown(operator, shown))]).toEqual([[], 404, 'corner_decided', 'corner_decided']);
    expect((await factsOf(shown)).map(({ type }) => type)).toEqual(['corner:written', 'corner:published', 'corner:takenDown']);
    const em = world.deps.orm.em.fork();
    await expect(em.execute(`update corner_post set content = '{}' where id = ?`, [shown])).rejects.toThrow(/decided once/);
    await expect(em.execute('delete from corner_post where id = ?', [shown])).rejects.toThrow(/permission denied/);
  });

  it('of a job is shown to the end of its last day, and is not let through after it', async () => {
    const now = world.clock.now();
    const today = new Date(now.getTime() + 8 * 3_600_000).toISOString().slice(0, 10);
    const postId = await published(jobBody({ lastDay: today }));
    const late = await waiting(jobBody({ lastDay: today }));
    const ends = Date.parse(`${today}T00:00:00+08:00`) + dayMs;
    world.clock.set(new Date(ends - 1));
    expect((await corner()).jobs.posts).toMatchObject([{ postId, employer: '示范焊接厂', wage: '每月 6000–8000 元', lastDay: today }]);
    world.clock.set(new Date(ends));
    expect([(await corner()).jobs.posts, (await read(postId)).statusCode, codeOf(await decide(school.regulator, late))]).toEqual([[], 404, 'corner_over']);
    expect((await desk(school.scheduler)).posts.every(({ over }) => over)).toBe(true);
    world.clock.set(now);
  });

  it('wrong in a field, with a refused word or another\'s id is not kept; sent twice it is one', async () => {
    const before = (await world.events('corner:written')).length;
    for (const wrong of [newsBody({ source: ' ' }), newsBody({ link: 'javascript:alert(1)' }), newsBody({ wage: '1' }), jobBody({ lastDay: null }), jobBody({ lastDay: '2027-01-01' }), jobBody({ contact: '' })]) {
      expect(codeOf(await write(school.scheduler, wrong))).toBe('corner_invalid');
    }
    expect(codeOf(await write(school.regulator, jobBody()))).toBe('forbidden');
    expect([codeOf(await write(foreign.scheduler, newsBody())), codeOf(await write(school.teacher, newsBody())), codeOf(await write(null, newsBody()))]).toEqual(['not_found', 'forbidden', 'unauthenticated']);
    expect(await world.events('corner:written')).toHaveLength(before);
    const body = newsBody();
    const both = await Promise.all([write(school.scheduler, body), write(school.scheduler, body)]);
    expect([...both, await write(school.scheduler, body)].map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(codeOf(await write(school.scheduler, { ...body, title: 'other' }))).toBe('bad_request');
    expect((await desk(school.scheduler)).posts.filter(({ postId }) => postId === body.postId)).toHaveLength(1);
    expect(await world.events('corner:written')).toHaveLength(before + 1);
  });

  it('stands on pages of twenty, newest first', async () => {
    for (let n = 0; n <= cornerPage; n++) { await published(newsBody({ title: `n${n}` })); world.clock.pass(1000); }
    const page = async (n: number) => (await world.call(`GET /api/corner/posts?kind=news&page=${n}`, null)).json<CornerPage>();
    const [first, second] = [await page(1), await page(2)];
    expect([first.posts[0]?.title, first.posts.length, first.more, second.posts.map(({ title }) => title), second.more]).toEqual([`n${cornerPage}`, cornerPage, true, ['n0'], false]);
    expect([(await page(3)).posts, codeOf(await world.call('GET /api/corner/posts?kind=news&page=0', null))]).toEqual([[], 'bad_request']);
  });

  it('waits on the desk of its own institution, and of whoever operates the platform', async () => {
    const postId = await waiting(newsBody());
    expect([(await desk(foreign.scheduler)).posts.some((one) => one.postId === postId), (await desk(foreign.regulator)).posts.some((one) => one.postId === postId), (await desk(operator)).posts[0]?.postId]).toEqual([false, false, postId]);
    const { writesFor, mayAddResource } = await desk(school.regulator);
    expect([writesFor, mayAddResource, (await desk(school.scheduler)).writesFor]).toEqual([
      [{ institutionId: school.institutionId, name: 'School', kinds: ['news'] }], true, [{ institutionId: school.institutionId, name: 'School', kinds: ['news', 'job'] }]]);
    // Within another institution its row is not there.
    expect(await withinInstitutions([foreign.institutionId], () => world.deps.orm.em.fork().execute('select id from corner_post where id = ?', [postId]))).toEqual([]);
  });
});

it('links to the public employment service', async () => {
  expect((await corner()).service).toEqual({ name: '中国公共招聘网', address: 'http://job.mohrss.gov.cn/' });
});

describe('resources of the authority', () => {
  it('are read by everybody, and withdrawn by who added them or the operator', async () => {
    const bytes = pdfBytes('ethics');
    const { resources: [added] } = (await sendResource(world, school.regulator, { title: ' 职业道德 ', bytes })).json<Corner>();
    expect(added).toMatchObject({ title: '职业道德', words: '通用素质', fileName: '职业道德.pdf', contentType: 'application/pdf', sizeBytes: bytes.length });
    const resourceId = added!.resourceId;
    const file = await world.call(`GET /api/corner/resources/${resourceId}/file`, null);
    expect([file.statusCode, file.headers['content-type'], file.headers['x-content-type-options'], file.rawPayload.equals(bytes)]).toEqual([200, 'application/pdf', 'nosniff', true]);
    expect(String(file.headers['content-disposition'])).toMatch(/^attachment/);
    const withdraw = (person: Known, reason = '内容过期') => world.call(`POST /api/corner/resources/${resourceId}/withdrawal`, person, { payload: { reason } });
    expect([codeOf(await withdraw(foreign.regulator)), codeOf(await withdraw(school.scheduler)), codeOf(await withdraw(school.regulator, ' '))]).toEqual(['not_found', 'forbidden', 'bad_request']);
    expect([(await desk(school.regulator)).ownResources, (await desk(foreign.regulator)).ownResources, (await desk(operator)).ownResources]).toEqual([[resourceId], [], [resourceId]]);
    expect((await withdraw(operator)).statusCode).toBe(200);
    expect([(await corner()).resources, (await world.call(`GET /api/corner/resources/${resourceId}/file`, null)).statusCode]).toEqual([[], 404]);
    expect((await factsOf(resourceId)).map(({ type }) => type)).toEqual(['corner:resourceAdded', 'corner:resourceWithdrawn']);
  });

  it('are ten at most, also where many come at once, and a withdrawn one leaves its place', async () => {
    const keysBefore = (await world.storedKeys()).length;
    const all = await Promise.all(Array.from({ length: mostResources + 4 }, (_, n) => sendResource(world, n % 2 ? school.regulator : foreign.regulator, { title: `r${n}`, bytes: pdfBytes(newId()) })));
    const full = all.filter(({ statusCode }) => statusCode !== 200);
    expect(full.map(codeOf)).toEqual(Array(4).fill('corner_resources_full'));
    const { resources } = await corner();
    expect([resources.length, (await world.storedKeys()).length - keysBefore]).toEqual([mostResources, mostResources]);
    await expect(world.deps.orm.em.fork().execute(`insert into corner_resource select gen_random_uuid(), 11, title, words, file_name, content_type, size_bytes, repeat('0', 64), added_at, added_by from corner_resource limit 1`)).rejects.toThrow(/check constraint/);
    await expect(world.deps.orm.em.fork().execute(`insert into corner_resource select gen_random_uuid(), 10, title, words, file_name, content_type, size_bytes, repeat('0', 64), added_at, added_by from corner_resource limit 1`)).rejects.toThrow(/corner_resource_place/);
    await world.call(`POST /api/corner/resources/${resources[3]!.resourceId}/withdrawal`, operator, { payload: { reason: '更新' } });
    const after = (await sendResource(world, school.regulator, { title: 'again', bytes: pdfBytes(newId()) })).json<Corner>();
    expect([after.resources.length, after.resources[3]?.title]).toEqual([mostResources, 'again']);
  });

  it('come from the authority alone, as what they are, and once', async () => {
    const [keys, events] = [(await world.storedKeys()).length, (await world.events('corner:resourceAdded')).length];
    expect([codeOf(await sendResource(world, school.scheduler)), codeOf(await sendResource(world, operator)), codeOf(await sendResource(world, null))]).toEqual(['forbidden', 'forbidden', 'unauthenticated']);
    expect([codeOf(await sendResource(world, school.regulator, { bytes: Buffer.from('<script>') })), codeOf(await sendResource(world, school.regulator, { sizeBytes: 5 })), codeOf(await sendResource(world, school.regulator, { title: ' ' })), codeOf(await sendResource(world, school.regulator, { sizeBytes: 21 * 1024 * 1024 }))])
      .toEqual(['attachment_type', 'bad_request', 'bad_request', 'attachment_too_large']);
    expect([(await world.storedKeys()).length, (await corner()).resources]).toEqual([keys, []]);
    const bytes = pdfBytes(newId());
    const both = await Promise.all([1, 2].map(() => sendResource(world, school.regulator, { bytes })));
    expect(both.map(({ statusCode }) => statusCode)).toEqual([200, 200]);
    expect([(await world.storedKeys()).length - keys, (await corner()).resources.length, (await world.events('corner:resourceAdded')).length - events]).toEqual([1, 1, 1]);
    // Who is of the authority no more adds nothing.
    await world.deps.orm.em.fork().nativeDelete(Membership, { personId: school.regulator.personId });
    expect(codeOf(await sendResource(world, school.regulator, { bytes: pdfBytes(newId()) }))).toBe('forbidden');
  });
});
