// Breakout groups as rows and words: who may divide, who goes where, what is heard only in a group, and how everybody comes back.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import type { BreakoutView } from '#contracts/breakout.ts';
import { mostInGroup } from '#domain/breakout.ts';
import { asStudent } from '#testing/role-drivers.ts';
import { addLearner, dividesInTwo, openClass, type DividedClass } from '../testing/breakout-class.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
let four: DividedClass;
const learner = (index: number) => four.learners[index]!;
const ids = (): string[] => four.learners.map(({ personId }) => personId);
const says = (index: number, text: string) => learner(index).driver.ask('chat:send', { messageId: newId(), text });
const stays = () => world.rows<{ person_id: string; group_id: string; visiting: boolean; here: boolean }>('select person_id, group_id, visiting, left_at is null as here from breakout_member order by joined_at, id');

beforeEach(async () => {
  world = await openClassroomWorld();
  four = await openClass(world);
});
afterEach(() => world.close());

test('leaders divide a live class; nobody else does, not twice, and only learners of it', async () => {
  const { school } = world;
  const groups = [ids().slice(0, 2), ids().slice(2)];
  const requests: [string, object][] = [
    ['breakout:start', { groups, minutes: 10, recorded: false }], ['breakout:move', { personId: ids()[0], groupId: null }], ['breakout:extend', { minutes: 5 }], ['breakout:end', {}],
    ['breakout:visit', { groupId: null }], ['breakout:tell', { messageId: newId(), text: 'hello' }],
  ];
  for (const driver of [learner(0).driver, await world.inside(school.proctor), await world.inside(school.regulator)]) {
    for (const [name, data] of requests) expect([name, await driver.refusal(name, data)]).toEqual([name, 'forbidden']);
  }
  const { teacher } = four;
  for (const [name, data] of requests.slice(1)) expect([name, await teacher.refusal(name, data)]).toEqual([name, 'breakout_over']);
  const start = (people: string[][], minutes = 10) => teacher.refusal('breakout:start', { groups: people, minutes, recorded: false });
  expect(await start([[ids()[0]!], [ids()[0]!]])).toBe('bad_request');
  expect(await start([Array.from({ length: mostInGroup + 1 }, () => newId())])).toBe('bad_request');
  expect(await start([])).toBe('bad_request');
  expect(await start([[school.teacher.personId]])).toBe('not_found');
  expect(await start([[newId()]])).toBe('not_found');
  expect(await start(groups, 0)).toBe('bad_request');
  expect(await start(groups, 121)).toBe('bad_request');
  expect(await world.rows('select 1 from breakout')).toEqual([]);
  await dividesInTwo(four);
  expect(await start(groups)).toBe('breakout_running');
  const assistant = await world.inside(school.assistant);
  await assistant.ask('breakout:end', {});
  expect(await world.rows('select end_reason from breakout')).toEqual([{ end_reason: 'teacher' }]);
});

test('a lesson that is not live is not divided', async () => {
  await four.teacher.ask('lesson:end', {});
  expect(await four.teacher.refusal('breakout:start', { groups: [ids()], minutes: 10, recorded: false })).toBe('lesson_ended');
});

test('staff see all groups, a learner the own one alone; each stay is a row and an event', async () => {
  const [first, second] = await dividesInTwo(four);
  const view = (await four.teacher.ask('lesson:snapshot', {})).breakout!;
  expect(view).toMatchObject({ ownGroupId: null, groups: [{ groupId: first, ordinal: 1, visitors: [] }, { groupId: second, ordinal: 2 }] });
  expect(view.groups.map(({ members }) => members.map(({ personId }) => personId).sort())).toEqual([ids().slice(0, 2).sort(), ids().slice(2).sort()]);
  const own = (await learner(2).driver.ask('lesson:snapshot', {})).breakout!;
  expect(own).toMatchObject({ ownGroupId: second, endsAt: view.endsAt });
  expect(own.groups.map(({ groupId }) => groupId)).toEqual([second]);
  expect(JSON.stringify(own)).not.toContain(ids()[0]);
  const watcher = await world.inside(world.school.regulator);
  expect(watcher.snapshot?.breakout).toMatchObject({ ownGroupId: null, groups: [] });
  expect((await stays()).map(({ here, visiting }) => [here, visiting])).toEqual(Array.from({ length: 4 }, () => [true, false]));
  expect((await world.events('breakout:started')).map(({ payload }) => payload)).toMatchObject([{ breakoutId: view.breakoutId, endsAt: view.endsAt }]);
  const moved = (await world.events('breakout:moved')).map(({ payload }) => payload as { personId: string; from: null; to: string; reason: string });
  expect(moved.map(({ personId, to }) => [personId, to]).sort()).toEqual(ids().map((personId, index) => [personId, index < 2 ? first : second]).sort());
  expect(new Set(moved.map(({ from, reason }) => `${from} ${reason}`))).toEqual(new Set(['null divided']));
});

test('the stage empties and hands go down: a hand in a group calls the teacher, who comes and it goes down', async () => {
  const { teacher } = four;
  await asStudent(learner(0).driver).raisesHand();
  await teacher.ask('stage:invite', { personId: ids()[0]! });
  await learner(0).driver.next('stage:invited');
  await asStudent(learner(0).driver).answersInvitation(true);
  await asStudent(learner(1).driver).raisesHand();
  const [first] = await dividesInTwo(four);
  expect((await learner(3).driver.next('stage:changed', ({ personIds }) => personIds.length === 0)).personIds).toEqual([]);
  expect(await world.rows('select 1 from hand where lowered_at is null union all select 1 from stage_visit where left_at is null')).toEqual([]);
  await asStudent(learner(1).driver).raisesHand();
  await asStudent(learner(2).driver).raisesHand();
  await teacher.next('hand:changed', ({ hands }) => hands.length === 2);
  expect(await teacher.refusal('stage:invite', { personId: ids()[1] })).toBe('breakout_running');
  await teacher.ask('breakout:visit', { groupId: first });
  // The call from the other group still waits.
  const { hands } = await teacher.next('hand:changed', (told) => told.hands.length === 1 && told.hands[0]?.personId === ids()[2]);
  expect(hands).toHaveLength(1);
});

test('what is said in a group is heard and found there alone; the teacher hears it while looking in', async () => {
  const { teacher } = four;
  const before = await says(0, 'to the class');
  const [first] = await dividesInTwo(four);
  const inside = await says(0, 'to my group');
  expect(await learner(1).driver.next('chat:sent', ({ text }) => text === 'to my group')).toEqual(inside);
  const answer = await says(2, 'elsewhere');
  await learner(3).driver.next('chat:sent', ({ text }) => text === 'elsewhere');
  const texts = async (driver: typeof teacher) => (await driver.ask('lesson:snapshot', {})).messages.map(({ text }) => text);
  expect(await texts(learner(1).driver)).toEqual(['to my group']);
  expect(await texts(learner(3).driver)).toEqual(['elsewhere']);
  expect(await texts(teacher)).toEqual(['to the class']);
  for (const [driver, text] of [[learner(0).driver, 'elsewhere'], [learner(2).driver, 'to my group'], [teacher, 'to my group'], [teacher, 'elsewhere']] as const) {
    expect(driver.heard('chat:sent').filter((one) => one.text === text)).toEqual([]);
  }
  await teacher.ask('breakout:visit', { groupId: first });
  await teacher.next('media:reset');
  expect((await learner(0).driver.next('breakout:changed', ({ breakout }) => breakout!.groups[0]!.visitors.length === 1)).breakout!.groups[0]!.visitors)
    .toEqual([{ personId: world.school.teacher.personId, name: 'School teacher' }]);
  expect(await texts(teacher)).toEqual(['to my group']);
  const word = await says(1, 'welcome');
  expect(await teacher.next('chat:sent', ({ text }) => text === 'welcome')).toEqual(word);
  await teacher.ask('chat:send', { messageId: newId(), text: 'thank you' });
  await learner(0).driver.next('chat:sent', ({ text }) => text === 'thank you');
  await teacher.ask('breakout:visit', { groupId: null });
  await teacher.next('media:reset');
  await says(0, 'gone again');
  await learner(1).driver.next('chat:sent', ({ text }) => text === 'gone again');
  expect(await texts(teacher)).toEqual(['to the class']);
  expect([teacher, learner(2).driver].flatMap((driver) => driver.heard('chat:sent').filter(({ text }) => ['gone again', 'thank you'].includes(text) && driver !== teacher))).toEqual([]);
  expect(teacher.heard('chat:sent').filter(({ text }) => text === 'gone again')).toEqual([]);
  // What was said in a group cannot be put on top for everybody, but it can be taken away.
  expect(await teacher.refusal('chat:pin', { messageId: inside.messageId })).toBe('not_found');
  await teacher.ask('chat:delete', { messageId: answer.messageId });
  expect(await texts(learner(3).driver)).toEqual(['']);
  await teacher.ask('breakout:end', {});
  await learner(0).driver.next('breakout:changed', ({ breakout }) => breakout === null);
  expect((await texts(learner(0).driver))).toEqual([before.text]);
});

test('one line reaches every group and the class, once, and stands in each chat', async () => {
  const { teacher } = four;
  await dividesInTwo(four);
  const data = { messageId: newId(), text: '还有两分钟' };
  const sent = await teacher.ask('breakout:tell', data);
  expect(await teacher.ask('breakout:tell', data)).toEqual(sent);
  for (const { driver } of four.learners) expect(await driver.next('breakout:told')).toEqual(sent);
  for (const driver of [learner(0).driver, learner(2).driver, teacher]) expect((await driver.ask('lesson:snapshot', {})).messages).toEqual([sent]);
  expect(learner(0).driver.heard('breakout:told')).toEqual([]);
  expect(await teacher.refusal('breakout:tell', { ...data, text: 'other words' })).toBe('bad_request');
  expect(await teacher.refusal('breakout:tell', { messageId: newId(), text: '  ' })).toBe('bad_request');
});

test('whoever reloads or was cut lands in the same group; who comes late in the smallest; who was sent back stays with the class', async () => {
  const { teacher } = four;
  const [first, second] = await dividesInTwo(four);
  const again = await world.inside(learner(2).known);
  expect(again.snapshot?.breakout).toMatchObject({ ownGroupId: second, groups: [{ groupId: second }] });
  await says(3, 'you are back');
  expect((await again.next('chat:sent')).text).toBe('you are back');
  await teacher.ask('breakout:move', { personId: ids()[0]!, groupId: null });
  expect((await learner(0).driver.next('breakout:changed', ({ breakout }) => breakout!.ownGroupId === null)).breakout!.groups).toEqual([]);
  const late = await addLearner(world, 'Late');
  const driver = await world.inside(late);
  expect(driver.snapshot?.breakout).toMatchObject({ ownGroupId: null, groups: [] });
  await world.classrooms.tick();
  expect((await driver.next('breakout:changed', ({ breakout }) => breakout!.ownGroupId !== null)).breakout!.ownGroupId).toBe(first);
  await world.classrooms.tick();
  expect(await world.rows('select 1 from breakout_member where left_at is null and person_id = ?', [ids()[0]])).toEqual([]);
  expect((await world.events('breakout:moved')).map(({ payload }) => payload as { personId: string; reason: string }).filter(({ personId }) => personId === late.personId).map(({ reason }) => reason)).toEqual(['late']);
});

test('a learner is moved by hand; a full group, a strange one and a stranger are refused', async () => {
  const { teacher } = four;
  const [first, second] = await dividesInTwo(four);
  await teacher.ask('breakout:move', { personId: ids()[0]!, groupId: second });
  await learner(0).driver.next('media:reset');
  await says(3, 'hello');
  expect((await learner(0).driver.next('chat:sent')).text).toBe('hello');
  await teacher.ask('breakout:move', { personId: ids()[0]!, groupId: second });
  expect((await stays()).filter(({ person_id, here }) => person_id === ids()[0] && here).map(({ group_id }) => group_id)).toEqual([second]);
  expect(await teacher.refusal('breakout:move', { personId: ids()[0], groupId: newId() })).toBe('not_found');
  expect(await teacher.refusal('breakout:move', { personId: world.school.assistant.personId, groupId: first })).toBe('not_found');
  expect(await teacher.refusal('breakout:visit', { groupId: newId() })).toBe('not_found');
  for (let more = 3; more < mostInGroup; more++) await teacher.ask('breakout:move', { personId: (await addLearner(world, `More ${more}`)).personId, groupId: second });
  expect(await teacher.refusal('breakout:move', { personId: ids()[1], groupId: second })).toBe('group_full');
  expect(await world.rows('select 1 from breakout_member where group_id = ? and left_at is null and not visiting', [second])).toHaveLength(mostInGroup);
});

test('time ends it, later where it was given more, and everybody is back, also who was cut', async () => {
  const { teacher } = four;
  await dividesInTwo(four, { minutes: 10 });
  expect(await teacher.refusal('breakout:extend', { minutes: 115 })).toBe('bad_request');
  await teacher.ask('breakout:extend', { minutes: 5 });
  const { breakout } = await learner(0).driver.next('breakout:changed', (told) => Date.parse(told.breakout!.endsAt) - Date.parse(told.breakout!.startedAt) === 15 * 60_000);
  learner(1).driver.cut();
  world.clock.pass(14 * 60_000);
  await world.classrooms.tick();
  expect(await world.rows('select 1 from breakout where ended_at is null')).toHaveLength(1);
  world.clock.pass(60_000);
  await world.classrooms.tick();
  for (const index of [0, 2, 3]) expect(await learner(index).driver.next('breakout:changed', (told) => told.breakout === null)).toEqual({ breakout: null });
  expect((await world.rows<{ end_reason: string; ended_at: Date | string }>('select end_reason, ended_at from breakout')).map((row) => [row.end_reason, new Date(row.ended_at).toISOString()])).toEqual([['time', breakout!.endsAt]]);
  expect((await stays()).filter(({ here }) => here)).toEqual([]);
  const back = await world.inside(learner(1).known);
  expect(back.snapshot?.breakout).toBeNull();
  const word = await says(0, 'all together');
  for (const driver of [back, teacher, learner(3).driver]) expect(await driver.next('chat:sent')).toEqual(word);
  expect((await world.events('breakout:ended')).map(({ payload }) => (payload as { reason: string }).reason)).toEqual(['time']);
});

test('it ends with the lesson', async () => {
  await dividesInTwo(four);
  await four.teacher.ask('lesson:end', {});
  await world.classrooms.tick();
  expect(await world.rows('select end_reason from breakout')).toEqual([{ end_reason: 'lesson_over' }]);
  expect((await stays()).filter(({ here }) => here)).toEqual([]);
});

test('seats, presence and who is taken out are of the lesson as before', async () => {
  const { teacher } = four;
  const seats = () => world.rows<{ id: string }>(`select id from connection where left_at is null order by id`);
  const before = await seats();
  await dividesInTwo(four);
  expect(await seats()).toEqual(before);
  await teacher.ask('door:remove', { personId: ids()[0]!, reason: 'disturbing', note: '' });
  await learner(0).driver.gone();
  expect(await (await world.person(learner(0).known)).refusal('lesson:enter', { lessonId: world.school.lessonId, deviceId: 'another-device' })).toBe('removed_from_lesson');
  await teacher.ask('breakout:end', {});
  await learner(1).driver.next('breakout:changed', (told) => told.breakout === null);
  expect(await seats()).toHaveLength(before.length - 1);
});

test('the clock tells nothing where nothing changed', async () => {
  const views: (BreakoutView | null)[] = [];
  four.teacher.watch('breakout:changed', ({ breakout }) => views.push(breakout));
  await dividesInTwo(four);
  await world.classrooms.tick();
  await world.classrooms.tick();
  expect(views).toHaveLength(1);
});
