// Reports of trouble over HTTP: to the right desk, answered, clocked, solved and opened again, handed up; without login; and who finds nothing (R30, R66, R67).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { HelpDesk, OwnHelp, TicketBody } from '#contracts/help-routes.ts';
import type { Notices } from '#contracts/timetable.ts';
import { HelpTicket } from '#db/entities/help.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { Membership } from '#db/entities/people.ts';
import { changePhone } from '#db/queries/identities.ts';
import { mostOpenReports } from '#domain/help.ts';
import { newId } from '#domain/id.ts';
import { someDiagnostics, ticketBody } from '../testing/help.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let operator: Known;
let colleague: Known;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => {
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  operator = await addPerson(world.deps.orm, world.clock.now(), 'Operator', foreign.institutionId, 'admin');
  colleague = await addPerson(world.deps.orm, world.clock.now(), 'Colleague', school.institutionId, 'institution');
});

const minuteMs = 60_000;
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const report = (person: Known, part: Partial<TicketBody> = {}) => world.call('POST /api/help/tickets', person, { payload: ticketBody(part) });
async function reported(person: Known, part: Partial<TicketBody> = {}): Promise<string> {
  const payload = ticketBody(part);
  expect((await world.call('POST /api/help/tickets', person, { payload })).statusCode).toBe(200);
  return payload.ticketId;
}
const own = async (person: Known): Promise<OwnHelp> => (await world.call('GET /api/help', person)).json<OwnHelp>();
const desk = async (person: Known): Promise<HelpDesk> => (await world.call('GET /api/help-desk', person)).json<HelpDesk>();
const platformDesk = async (): Promise<HelpDesk> => (await world.call('GET /api/operator/help-desk', operator)).json<HelpDesk>();
const post = (person: Known, ticketId: string, text = '请刷新页面', postId = newId()) => world.call(`POST /api/help/tickets/${ticketId}/posts`, person, { payload: { postId, text } });
const solve = (person: Known, ticketId: string, solved = true) => world.call(`PUT /api/help/tickets/${ticketId}/solved`, person, { payload: { solved } });
const assign = (person: Known, ticketId: string, mine = true) => world.call(`PUT /api/help/tickets/${ticketId}/assignment`, person, { payload: { mine } });
const handUp = (person: Known, ticketId: string) => world.call(`POST /api/help/tickets/${ticketId}/handing-up`, person);
const stateOf = async (person: Known, ticketId: string): Promise<string | undefined> => (await own(person)).tickets.find((one) => one.ticketId === ticketId)?.state;

it('goes to the desk of the asker\'s institution, is answered in time, and the asker is told', async () => {
  const ticketId = await reported(school.learner);
  const [ticket] = (await desk(school.scheduler)).tickets;
  expect(ticket).toMatchObject({ ticketId, state: 'new', severity: 'normal', text: '看不到画面', asker: { personId: school.learner.personId }, leftMs: 480 * minuteMs, callBack: null, diagnostics: someDiagnostics, posts: [] });
  world.clock.pass(10 * minuteMs);
  expect((await post(school.scheduler, ticketId)).statusCode).toBe(200);
  const { tickets } = await own(school.learner);
  expect(tickets).toMatchObject([{ state: 'answered', leftMs: null, firstAnsweredAt: world.clock.now().toISOString(), posts: [{ byDesk: true, text: '请刷新页面', name: 'School scheduler' }] }]);
  expect((await world.call('GET /api/notices', school.learner)).json<Notices>()).toMatchObject({ unread: 1, notices: [{ kind: 'help_answered', lessonId: null, parts: { title: '看不到画面' } }] });
  expect((await desk(school.scheduler)).tickets[0]?.assignee).toMatchObject({ personId: school.scheduler.personId });
  expect((await desk(school.scheduler)).figures).toEqual({ tickets: 1, medianAnswerMs: 10 * minuteMs, answeredLate: 0, overdue: 0, open: 1 });
  const facts = (await world.deps.orm.em.fork().execute<{ type: string; payload: object }[]>('select type, payload from event where stream = ? order by id', [`help:${ticketId}`]));
  expect(facts.map(({ type }) => type)).toEqual(['help:reported', 'help:answered']);
  expect(JSON.stringify(facts)).not.toContain('画面');
});

it('is opened again by its asker, and only stays solved through an answer', async () => {
  const ticketId = await reported(school.learner);
  await post(school.scheduler, ticketId);
  await solve(school.learner, ticketId);
  await post(school.scheduler, ticketId, '不客气');
  expect(await stateOf(school.learner, ticketId)).toBe('solved');
  await post(school.learner, ticketId, '又没有了');
  expect(await stateOf(school.learner, ticketId)).toBe('reopened');
  await solve(school.scheduler, ticketId);
  await solve(school.scheduler, ticketId);
  await solve(school.learner, ticketId, false);
  expect(await stateOf(school.learner, ticketId)).toBe('reopened');
  expect((await world.events('help:solved')).filter(({ payload }) => payload.ticketId === ticketId)).toHaveLength(2);
});

it('is urgent while the class runs, and late by the server\'s clock', async () => {
  await world.deps.orm.em.fork().nativeUpdate(Lesson, { id: school.lessonId }, { status: 'live' });
  const urgent = await reported(school.learner, { lessonId: school.lessonId, category: 'sound' });
  const calm = await reported(school.learner, { lessonId: school.lessonId, category: 'hours' });
  world.clock.pass(16 * minuteMs);
  const { tickets, figures } = await desk(school.scheduler);
  expect(tickets.map(({ ticketId, severity, leftMs, lesson }) => [ticketId, severity, leftMs, lesson?.lessonId])).toEqual([[urgent, 'urgent', -minuteMs, school.lessonId], [calm, 'normal', 464 * minuteMs, school.lessonId]]);
  expect(figures).toMatchObject({ overdue: 1, open: 2 });
  await post(school.scheduler, urgent);
  expect((await desk(school.scheduler)).figures).toMatchObject({ overdue: 0, answeredLate: 1 });
  expect((await world.events('help:answered')).at(-1)?.payload).toMatchObject({ ticketId: urgent, first: true, late: true });
});

it('sent twice is one report, and so many may be open', async () => {
  const payload = ticketBody();
  for (let index = 0; index < 2; index++) expect((await world.call('POST /api/help/tickets', school.learner, { payload })).json<OwnHelp>().tickets).toHaveLength(1);
  expect(codeOf(await world.call('POST /api/help/tickets', school.other, { payload }))).toBe('bad_request');
  for (let index = 1; index < mostOpenReports; index++) await reported(school.learner);
  expect(codeOf(await report(school.learner))).toBe('too_many_attempts');
  const postId = newId();
  for (let index = 0; index < 2; index++) expect((await post(school.learner, payload.ticketId, '补充', postId)).statusCode).toBe(200);
  expect(codeOf(await post(school.learner, payload.ticketId, '别的', postId))).toBe('bad_request');
  expect((await own(school.learner)).tickets.find(({ ticketId }) => ticketId === payload.ticketId)?.posts).toHaveLength(1);
});

it('is handed to the platform, whose operator answers it; before that it is not there for them', async () => {
  const ticketId = await reported(school.learner);
  for (const response of [await post(operator, ticketId), await assign(operator, ticketId), await handUp(operator, ticketId)]) expect(codeOf(response)).toBe('not_found');
  expect((await platformDesk()).tickets.map((one) => one.ticketId)).not.toContain(ticketId);
  await assign(school.scheduler, ticketId);
  expect((await handUp(school.scheduler, ticketId)).statusCode).toBe(200);
  expect((await platformDesk()).tickets.find((one) => one.ticketId === ticketId)).toMatchObject({ handedUp: true, assignee: null, institutionName: 'School' });
  expect((await assign(operator, ticketId)).statusCode).toBe(200);
  expect((await post(operator, ticketId, '已修复')).statusCode).toBe(200);
  expect((await own(school.learner)).tickets[0]).toMatchObject({ state: 'answered', posts: [{ byDesk: true, name: 'Operator' }] });
  expect((await desk(school.scheduler)).tickets[0]).toMatchObject({ ticketId, assignee: { personId: operator.personId } });
  expect((await world.call('GET /api/notices', school.learner)).json<Notices>().unread).toBe(1);
});

it('of somebody without an institution goes to the platform, and the bell reaches them', async () => {
  const nobody = await addPerson(world.deps.orm, world.clock.now(), '新学员', null, null);
  const ticketId = await reported(nobody, { category: 'sign_in' });
  expect((await platformDesk()).tickets.find((one) => one.ticketId === ticketId)).toMatchObject({ severity: 'urgent', institutionName: null });
  expect(codeOf(await post(school.scheduler, ticketId))).toBe('not_found');
  await post(operator, ticketId);
  expect((await world.call('GET /api/notices', nobody)).json<Notices>()).toMatchObject({ unread: 1, notices: [{ kind: 'help_answered' }] });
  expect((await world.call('GET /api/notices', school.learner)).json<Notices>().unread).toBe(0);
});

it('is nobody else\'s: other learners, teachers, other institutions find nothing, and a lesson one has no part in is none', async () => {
  const ticketId = await reported(school.learner);
  for (const person of [school.other, school.teacher, school.regulator, foreign.scheduler, foreign.learner]) {
    for (const response of [await post(person, ticketId), await solve(person, ticketId)]) expect(codeOf(response)).toBe('not_found');
    expect((await own(person)).tickets).toEqual([]);
  }
  expect((await desk(foreign.scheduler)).tickets).toEqual([]);
  expect(codeOf(await report(foreign.learner, { lessonId: school.lessonId }))).toBe('not_found');
  expect(codeOf(await assign(school.learner, ticketId))).toBe('forbidden');
  expect((await world.deps.orm.em.fork().findOneOrFail(HelpTicket, { id: ticketId })).state).toBe('new');
});

it('of the office itself is answered by a colleague, not by whoever asks', async () => {
  const ticketId = await reported(school.scheduler);
  await post(school.scheduler, ticketId, '补充一句');
  expect(await stateOf(school.scheduler, ticketId)).toBe('new');
  expect(codeOf(await assign(school.scheduler, ticketId))).toBe('not_found');
  await post(colleague, ticketId);
  expect(await stateOf(school.scheduler, ticketId)).toBe('answered');
  await world.deps.orm.em.fork().nativeDelete(Membership, { personId: colleague.personId });
  expect(codeOf(await post(colleague, ticketId))).toBe('not_found');
});

it('without login takes words and diagnostics, for the platform alone, so often and no more', async () => {
  const payload = { ticketId: newId(), category: 'sign_in', text: '登录不了', diagnostics: someDiagnostics };
  expect((await world.call('POST /api/outside-tickets', null, { payload })).json()).toEqual({});
  expect((await platformDesk()).tickets.find(({ ticketId }) => ticketId === payload.ticketId)).toMatchObject({ asker: null, severity: 'urgent', institutionName: null });
  const statuses: number[] = [];
  for (let index = 0; index < 10; index++) statuses.push((await world.call('POST /api/outside-tickets', null, { payload: { ...payload, ticketId: newId() } })).statusCode);
  expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  world.clock.pass(61 * minuteMs);
  expect((await world.call('POST /api/outside-tickets', null, { payload: { ...payload, ticketId: newId() } })).statusCode).toBe(200);
  expect((await world.call('GET /api/help-line', null)).json()).toEqual({ hotline: '', hours: '' });
});

it('takes no secrets along: queries of addresses, further fields and free texts are refused', async () => {
  for (const part of [{ page: '/lessons?token=abc' }, { errors: [{ code: '李雷 said', requestId: null, at: '2026-03-02T00:59:00.000Z' }] }, { screen: '李雷' }, { cookie: 'x' }]) {
    expect(codeOf(await report(school.learner, { diagnostics: { ...someDiagnostics, ...part } as TicketBody['diagnostics'] })), JSON.stringify(part)).toBe('bad_request');
  }
  expect(codeOf(await report(school.learner, { text: '   ' }))).toBe('bad_request');
  expect((await own(school.learner)).tickets).toEqual([]);
});

it('shows the desk a phone only of whoever asked to be called, until it is solved', async () => {
  await changePhone(world.deps.orm.em.fork(), world.deps.vault, school.learner.personId, '13812345678', world.clock.now());
  const [calls, silent] = [await reported(school.learner, { callBack: true }), await reported(school.learner)];
  const phones = async () => (await desk(school.scheduler)).tickets.filter(({ ticketId }) => [calls, silent].includes(ticketId)).map(({ ticketId, callBack }) => [ticketId, callBack]);
  expect(new Map(await phones() as [string, string | null][])).toEqual(new Map([[calls, '13812345678'], [silent, null]]));
  expect(await own(school.learner)).toMatchObject({ phone: '138****5678' });
  await solve(school.scheduler, calls);
  expect(new Map(await phones() as [string, string | null][]).get(calls)).toBeNull();
});
