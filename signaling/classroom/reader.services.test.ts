// Every request of the socket, asked by somebody who oversees the institution and nothing else: what is written is written under the role that reads, and it is their own seat; the rest PostgreSQL refuses.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { socketRequests } from '#contracts/socket.ts';
import { everyRow } from '#db/testing/every-row.ts';
import { noteWrites, type WriteNotes } from '#db/testing/write-notes.ts';
import { newId } from '#domain/id.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addCourseware } from '../testing/courseware.ts';
import type { ClassroomSocket, Live } from './context.ts';
import { registerRequests } from './dispatch.ts';
import { InFlight } from './in-flight.ts';

type Name = keyof typeof socketRequests;
let world: ClassroomWorld;
let notes: WriteNotes;
let coursewareId: string;
beforeAll(async () => {
  world = await openClassroomWorld();
  const teacher = await world.inside(world.school.teacher);
  await world.inside(world.school.learner);
  world.clock.pass(31 * 60_000);
  await asTeacher(teacher).starts();
  await teacher.ask('quiz:open', { kind: 'trueFalse', prompt: 'x', options: ['a', 'b'], right: [0], seconds: 600 });
  coursewareId = await addCourseware(world.deps.orm, world.school, world.clock.now());
  notes = await noteWrites(world.databaseUrl);
}, 60_000);
afterAll(async () => {
  await notes?.close();
  await world.close();
});

/** What those who look may ask. */
const looking = (): Partial<Record<Name, object>> => ({
  'courseware:strokes': { coursewareId, page: 1 }, 'lesson:enter': { lessonId: world.school.lessonId, deviceId: 'another-device' }, 'lesson:snapshot': {}, 'media:join': {}, 'media:createTransport': { direction: 'receive' },
  'media:connectTransport': { transportId: 'x', dtlsParameters: {} }, 'media:consume': { producerId: 'x', rtpCapabilities: {} }, 'media:pauseConsumer': { consumerId: 'x' }, 'media:resumeConsumer': { consumerId: 'x' },
  'media:preferLayer': { consumerId: 'x', spatialLayer: 0 }, 'media:restartIce': { transportId: 'x' }, 'presence:report': { visible: false, active: true, playing: true, rttMs: 9 },
});
/** Rounds of the clocks, and a moment for what is told. */
async function settled(): Promise<void> {
  for (let round = 0; round < 2; round++) {
    await world.classrooms.tick();
    await world.classrooms.flush();
  }
}
/** Logging in, and what a process notes of itself and of those who are in, whoever looks. */
const clocks = ['login_session', 'process_report', 'observation', 'ledger_due', 'security_log'];
const own = ['connection INSERT', 'connection UPDATE', 'event INSERT', 'look INSERT'];

async function asksAll(observer: ClassroomDriver): Promise<void> {
  await observer.enter(world.school.lessonId);
  const asked = looking();
  for (const name of Object.keys(socketRequests) as Name[]) {
    if (name === 'lesson:leave') continue;
    const reply = await observer.send(name, asked[name] ?? {});
    const code = reply.ok ? 'ok' : reply.error.code;
    if (asked[name]) expect(['ok', 'media_unavailable', 'not_entered', 'courseware_page', 'not_found', 'forbidden'], name).toContain(code);
    else expect([name, code]).toEqual([name, 'forbidden']);
  }
  await observer.ask('presence:report', { visible: true, active: false, playing: false });
  await observer.ask('lesson:leave', {});
}

it('writes their own seat, the look and its record as a reader, and nothing else of anybody', async () => {
  await settled();
  // What the process does by itself anyway is no work of whoever looks.
  await notes.taken([]);
  const unchanged = (): Promise<unknown> => everyRow(world.deps.orm, { except: ['write_note', 'connection', 'event', 'look', 'tree_due', 'observation'] });
  const seats = (): Promise<object[]> => world.rows(`select id, person_id, role, left_at, visible from connection where role <> 'observer' order by id`);
  const before = [await unchanged(), await seats()];
  const observer = await world.person(world.school.regulator);
  await asksAll(observer);
  const written = await notes.taken(clocks);
  const byReader = [...new Set(written.filter(({ role }) => role.startsWith('keshi_regulator')).map(({ name, op }) => `${name} ${op}`))].sort();
  expect(byReader).toEqual(own);
  // The process says of all who are in that they are; nobody else writes.
  const byOthers = written.filter(({ role, name, op }) => !role.startsWith('keshi_regulator') && role.startsWith('keshi_') && `${name} ${op}` !== 'connection UPDATE');
  expect(byOthers).toEqual([]);
  expect(await world.rows('select role, person_id from connection where role = ?', ['observer'])).toEqual([{ role: 'observer', person_id: world.school.regulator.personId }, { role: 'observer', person_id: world.school.regulator.personId }]);
  expect([await unchanged(), await seats()]).toEqual(before);
});

it('several who come in the same moment as teachers and learners come apart from them', async () => {
  await notes.taken([]);
  const [one, other, learner] = await Promise.all([world.person(world.school.regulator), world.person(world.school.assistant), world.person(world.school.other)]);
  await Promise.all([one.enter(world.school.lessonId), other.enter(world.school.lessonId), learner.enter(world.school.lessonId)]);
  expect([one, other, learner].map(({ snapshot }) => snapshot!.me.role)).toEqual(['observer', 'assistant', 'student']);
  const seats = (await notes.taken(clocks)).filter(({ name, op }) => name === 'connection' && op === 'INSERT').map(({ role }) => role);
  expect(new Set(seats)).toEqual(new Set(['keshi_regulator_across', 'keshi_platform']));
  expect((await one.ask('lesson:snapshot', {})).mediaAvailable).toBe(false);
});

it('a handler that writes what it must not is refused by PostgreSQL, before and after its answer, and the person is told so', async () => {
  const codes: unknown[] = [];
  const writes = (): Promise<unknown> => world.deps.orm.em.fork().execute(`update lesson set title = 'forged' where id = ?`, [world.school.lessonId]).catch((error: unknown) => { codes.push((error as { code?: string }).code); throw error; });
  const dispatch = new Map<string, (asking: { tell(work: () => unknown): void }) => Promise<unknown>>([
    ['now', async () => writes()],
    ['later', async ({ tell }) => { tell(writes); return {}; }],
  ]) as unknown as Parameters<typeof registerRequests>[2];
  const ask = async (data: object, name: string): Promise<unknown> => {
    const heard: ((event: unknown, ...args: unknown[]) => void)[] = [];
    const inFlight = new InFlight();
    const socket = { id: newId(), data, onAny: (listener: typeof heard[number]) => heard.push(listener) } as unknown as ClassroomSocket;
    registerRequests({ deps: world.deps, inFlight } as unknown as Live, socket, dispatch);
    const reply = await new Promise<{ ok: boolean; error?: { code: string } }>((resolve) => heard[0]!(name, {}, resolve));
    await inFlight.settled(3_000);
    return reply.ok ? 'ok' : reply.error!.code;
  };
  const regulator = { personId: world.school.regulator.personId, onlyOversees: true, seat: null };
  const observing = { personId: world.school.scheduler.personId, onlyOversees: false, seat: { role: 'observer' } };
  expect([await ask(regulator, 'now'), await ask(regulator, 'later'), await ask(observing, 'now'), await ask(observing, 'later')]).toEqual(['reads_only', 'ok', 'reads_only', 'ok']);
  expect(codes).toEqual(Array(4).fill('42501'));
  expect(await world.rows(`select 1 from lesson where title = 'forged'`)).toEqual([]);
  expect(await ask({ personId: world.school.teacher.personId, onlyOversees: false, seat: null }, 'now')).toBe('ok');
  expect(await world.rows(`select 1 from lesson where title = 'forged'`)).toHaveLength(1);
});
