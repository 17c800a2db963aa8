// A regulator looks into a class that runs: nobody in it is told, nothing in it is counted, listed, written or asked differently than without them (R31, R68, R106).
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LessonReport } from '#contracts/report.ts';
import { socketEvents, socketRequests } from '#contracts/socket.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { largeFrom } from '#domain/audience.ts';
import { newId } from '#domain/id.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { isLarge, newAudience } from './audience.ts';
import type { Live } from './context.ts';
import { lessonRoom, observerRoom } from './rooms.ts';

let world: ClassroomWorld;
let teacher: ClassroomDriver;
let learner: ClassroomDriver;
let told: string[];
beforeEach(async () => {
  world = await openClassroomWorld();
  teacher = await world.inside(world.school.teacher);
  learner = await world.inside(world.school.learner);
  world.clock.pass(31 * 60_000);
  await asTeacher(teacher).starts();
  await settled();
  told = [];
  for (const [name, driver] of [['teacher', teacher], ['learner', learner]] as const) {
    for (const event of Object.keys(socketEvents) as (keyof typeof socketEvents)[]) driver.watch(event, (data) => told.push(`${name} ${event} ${JSON.stringify(data)}`));
  }
});
afterEach(() => world.close());

const pause = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 60); });
/** All that was waiting is told: rounds of every clock, and a moment for the lines. */
async function settled(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    await world.classrooms.tick();
    await world.classrooms.flush();
    await pause();
  }
}
const looksIn = async (): Promise<ClassroomDriver> => {
  const observer = await world.inside(world.school.regulator);
  expect(observer.snapshot!.me.role).toBe('observer');
  return observer;
};
/** All that the class may know of itself, and all its rows. */
async function theClass() {
  const { lessonId, scheduler } = world.school;
  const [seenByTeacher, seenByLearner] = [await teacher.ask('lesson:snapshot', {}), await learner.ask('lesson:snapshot', {})];
  const counted = (table: string, which = 'true') => world.rows(`select count(*)::int as n from ${table} where ${which}`);
  const { rows } = (await world.call(`GET /api/lessons/${lessonId}/report`, scheduler)).json<LessonReport>();
  return {
    seenByTeacher, seenByLearner, roster: await teacher.ask('lesson:roster', {}), wall: await teacher.ask('presence:wall', {}), checks: await teacher.ask('check:list', {}), report: rows,
    events: await world.rows('select type, payload from event where stream = ? order by id', [`lesson:${lessonId}`]),
    rows: await Promise.all(['observation', 'quiz_asked', 'hand', 'stage_visit', 'face_check', 'chat_message', 'ledger_row', 'media_seat', 'recording', 'live_stream', 'signal'].map((table) => counted(table))),
    seats: await counted('connection', "role <> 'observer'"),
  };
}

describe('looking in', () => {
  it('nobody hears of it, whether they come, stay, act, leave, are cut or come over another device', async () => {
    const before = await theClass();
    const observer = await looksIn();
    await observer.ask('presence:report', { visible: true, active: true, playing: true, rttMs: 12 });
    await observer.ask('presence:report', { visible: false, active: false, playing: false });
    await observer.refusal('media:join', {});
    await settled();
    expect(await theClass()).toEqual(before);
    const second = await looksIn();
    await observer.next('seat:taken');
    await settled();
    await second.ask('lesson:leave', {});
    await settled();
    const third = await looksIn();
    third.cut();
    await settled();
    world.clock.pass(20_000);
    await settled();
    expect(told.filter((one) => !one.startsWith('learner presence:credit'))).toEqual([]);
    expect(told.join()).not.toContain(world.school.regulator.personId);
    expect(await world.rows(`select left_reason from connection where role = 'observer' order by connected_at, id`)).toHaveLength(3);
    expect((await theClass()).roster).toEqual(before.roster);
  });

  it('sends nothing: every request that is not for looking is refused', async () => {
    const observer = await looksIn();
    const allowed = Object.entries(socketRequests).filter(([, { by }]) => (by as readonly string[]).includes('observer')).map(([name]) => name).sort();
    expect(allowed).toEqual([
      'courseware:strokes', 'lesson:enter', 'lesson:leave', 'lesson:snapshot', 'media:connectTransport', 'media:consume', 'media:createTransport', 'media:join', 'media:pauseConsumer', 'media:preferLayer',
      'media:restartIce', 'media:resumeConsumer', 'presence:report',
    ]);
    for (const name of Object.keys(socketRequests)) if (!allowed.includes(name)) expect([name, await observer.refusal(name, {})]).toEqual([name, 'forbidden']);
    const { lessonId } = world.school;
    for (const [route, payload] of [[`POST /api/lessons/${lessonId}/qa`, { postId: newId(), text: 'why' }], [`POST /api/lessons/${lessonId}/cancel`, { reason: 'x' }]] as const) {
      expect((await world.call(route, world.school.regulator, { payload })).statusCode).toBe(403);
    }
    await settled();
    expect(told).toEqual([]);
  });

  it('leaves the record of the class as it was: its looks stand in the record of whoever looked', async () => {
    const { lessonId, institutionId, regulator } = world.school;
    const observer = await looksIn();
    await observer.ask('lesson:leave', {});
    const own = await world.rows<{ type: string; institution_id: string; payload: object }>('select type, institution_id, payload from event where stream = ? order by id', [`person:${regulator.personId}`]);
    expect(own.map(({ type, institution_id: of, payload }) => [type, of, payload])).toEqual([
      ['seat:connected', institutionId, expect.objectContaining({ lessonId, role: 'observer' })], ['seat:left', institutionId, expect.objectContaining({ lessonId, reason: 'left' })],
    ]);
    const late = await looksIn();
    await asTeacher(teacher).ends();
    await late.next('lesson:changed', ({ status }) => status === 'ended');
    await settled();
    await reckonLedger(world.deps.orm, lessonId, world.clock.now(), { all: true });
    expect(await world.rows('select person_id from ledger_row where person_id = ?', [regulator.personId])).toEqual([]);
    expect(JSON.stringify(await world.rows('select payload from event where stream = ?', [`lesson:${lessonId}`]))).not.toContain(regulator.personId);
    expect((await world.call(`GET /api/lessons/${lessonId}/report`, world.school.scheduler)).body).not.toContain(regulator.personId);
  });

  it('whose line is silent is closed in their own record too', async () => {
    const observer = await looksIn();
    await world.rows(`update connection set last_seen_at = now() - interval '1 day' where role = 'observer' returning id`);
    observer.close();
    await settled();
    expect(await world.rows(`select 1 from connection where role = 'observer' and left_at is null`)).toEqual([]);
    expect(JSON.stringify(await world.rows('select payload from event where stream = ?', [`lesson:${world.school.lessonId}`]))).not.toContain(world.school.regulator.personId);
    expect(told).toEqual([]);
  });
});

describe('looks no longer', () => {
  const gone = async (end: () => Promise<unknown>, refused: string): Promise<void> => {
    const observer = await looksIn();
    await end();
    await settled();
    await observer.disconnected();
    expect(await world.rows(`select left_reason from connection where role = 'observer'`)).toEqual([{ left_reason: 'removed' }]);
    expect(told).toEqual([]);
    await expect(world.inside(world.school.regulator)).rejects.toThrow(refused);
  };
  it('who oversees no more', () => gone(() => world.rows(`delete from membership where person_id = ? returning id`, [world.school.regulator.personId]), 'not_enrolled'));
  it('whose account was closed', () => gone(() => world.rows(`update account set disabled_at = now() where person_id = ? returning id`, [world.school.regulator.personId]), 'unauthenticated'));
  it('who was logged out everywhere, for a lost phone', async () => {
    const observer = await looksIn();
    await world.rows(`delete from login_session where account_id = ? returning id`, [world.school.regulator.accountId]);
    await settled();
    await observer.disconnected();
  });
  it('but others stay, and who looks stays while nothing changes', async () => {
    const observer = await looksIn();
    await settled();
    for (const one of [observer, teacher, learner]) expect((await one.ask('lesson:snapshot', {})).lesson.lessonId).toBe(world.school.lessonId);
  });
});

it('makes no class large, which is told figures instead of names', () => {
  const lessonId = newId();
  const rooms = new Map<string, Set<string>>();
  const live = { audience: newAudience(), io: { of: () => ({ adapter: { rooms } }) } } as unknown as Live;
  const sit = (room: string, people: number): void => { rooms.set(room, new Set(Array.from({ length: people }, newId))); };
  sit(lessonRoom(lessonId), largeFrom - 1 + 3);
  sit(observerRoom(lessonId), 3);
  expect(isLarge(live, lessonId)).toBe(false);
  sit(lessonRoom(lessonId), largeFrom + 3);
  expect(isLarge(live, lessonId)).toBe(true);
});
