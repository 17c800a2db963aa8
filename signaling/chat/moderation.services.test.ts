// Order in the chat (R5, R98): muting one and all, slow mode, deleting for everybody, the announcement; each told to all, kept for who comes later, refused to whoever may not.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { asStudent } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addSchool } from '../testing/school.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());

test('only leaders keep order', async () => {
  const { school } = world;
  const student = asStudent(await world.inside(school.learner));
  const { messageId } = await student.says('你好');
  const requests: [string, object][] = [
    ['chat:mute', { personId: school.other.personId, muted: true }], ['chat:rule', { mutedAll: true }], ['chat:delete', { messageId }], ['chat:pin', { messageId }],
  ];
  for (const person of [school.learner, school.proctor, school.regulator]) {
    const driver = person === school.learner ? student.driver : await world.inside(person);
    for (const [name, data] of requests) expect([name, await driver.refusal(name, data)]).toEqual([name, 'forbidden']);
  }
  expect(await world.rows('select 1 from chat_mute union all select 1 from chat_rule union all select 1 from chat_message where deleted_at is not null')).toEqual([]);
  const assistant = await world.inside(school.assistant);
  for (const [name, data] of requests.slice(0, 2)) expect((await assistant.send(name, data)).ok).toBe(true);
});

test('one is muted: that one hears it, staff see it, nobody else is told, and it lasts over a new entry', async () => {
  const { school } = world;
  const teacher = await world.inside(school.teacher);
  const student = asStudent(await world.inside(school.learner));
  const other = asStudent(await world.inside(school.other));
  const { personId } = school.learner;
  const name = 'School learner';
  await teacher.ask('chat:mute', { personId, muted: true });
  // Again: nothing changes, nobody is told again.
  await teacher.ask('chat:mute', { personId, muted: true });
  expect(await student.driver.next('chat:muted')).toEqual({ personId, name, muted: true });
  expect(await teacher.next('chat:muted')).toEqual({ personId, name, muted: true });
  expect(await student.driver.refusal('chat:send', { messageId: newId(), text: 'let me' })).toBe('chat_muted');
  await other.says('I may');
  await student.driver.next('chat:sent');
  expect([student, other].map(({ driver }) => driver.heard('chat:muted'))).toEqual([[], []]);
  expect((await student.driver.ask('lesson:snapshot', {})).chat).toMatchObject({ muted: true, mutedPeople: [] });
  expect((await other.driver.ask('lesson:snapshot', {})).chat).toMatchObject({ muted: false, mutedPeople: [] });
  expect((await teacher.ask('lesson:snapshot', {})).chat).toMatchObject({ muted: false, mutedPeople: [{ personId, name }] });
  await teacher.ask('chat:mute', { personId, muted: false });
  expect(await student.driver.next('chat:muted')).toEqual({ personId, name, muted: false });
  await student.says('thank you');
  expect(await world.rows('select muted_by, lifted_by from chat_mute')).toEqual([{ muted_by: school.teacher.personId, lifted_by: school.teacher.personId }]);
  expect((await world.events('chat:muted')).map(({ payload }) => payload)).toEqual([{ personId }]);
});

test('staff are not muted, nor are strangers', async () => {
  const { school } = world;
  const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  const teacher = await world.inside(school.teacher);
  expect(await teacher.refusal('chat:mute', { personId: school.assistant.personId, muted: true })).toBe('forbidden');
  expect(await teacher.refusal('chat:mute', { personId: school.regulator.personId, muted: true })).toBe('forbidden');
  expect(await teacher.refusal('chat:mute', { personId: foreign.learner.personId, muted: true })).toBe('not_found');
});

test('all are muted: staff still write, learners do not, also those who come later', async () => {
  const { school } = world;
  const teacher = await world.inside(school.teacher);
  const student = asStudent(await world.inside(school.learner));
  const rules = await teacher.ask('chat:rule', { mutedAll: true });
  expect(rules).toEqual({ version: 1, mutedAll: true, slowSeconds: 0, pinned: null });
  expect(await student.driver.next('chat:ruled')).toEqual(rules);
  expect(await student.driver.refusal('chat:send', { messageId: newId(), text: 'hello' })).toBe('chat_closed');
  const late = await world.inside(school.other);
  expect(late.snapshot?.chat).toMatchObject({ ...rules, muted: false });
  expect(await late.refusal('chat:send', { messageId: newId(), text: 'hello' })).toBe('chat_closed');
  const proctor = await world.inside(school.proctor);
  await proctor.ask('chat:send', { messageId: newId(), text: 'staff may' });
  await student.driver.next('chat:sent');
  expect(await teacher.ask('chat:rule', { mutedAll: false })).toMatchObject({ version: 2, mutedAll: false });
  await student.says('hello');
});

test('slow mode is judged by the server, from the last message on, also one that was deleted; the learner knows from when', async () => {
  const { school } = world;
  const teacher = await world.inside(school.teacher);
  const student = asStudent(await world.inside(school.learner));
  await teacher.ask('chat:rule', { slowSeconds: 30 });
  const first = await student.says('first');
  expect(await student.driver.refusal('chat:send', { messageId: newId(), text: 'second' })).toBe('chat_slow');
  // A retry of what is through is no second message.
  expect(await student.says('first', first.messageId)).toEqual(first);
  await teacher.ask('chat:delete', { messageId: first.messageId });
  world.clock.pass(29_999);
  expect(await student.driver.refusal('chat:send', { messageId: newId(), text: 'second' })).toBe('chat_slow');
  expect((await student.driver.ask('lesson:snapshot', {})).chat).toMatchObject({ slowSeconds: 30, lastSentAt: first.sentAt });
  await teacher.ask('chat:send', { messageId: newId(), text: 'staff are not slowed' });
  await teacher.ask('chat:send', { messageId: newId(), text: 'at all' });
  world.clock.pass(1);
  await student.says('second');
  // The other setting stays as it was.
  expect(await teacher.ask('chat:rule', { mutedAll: true })).toMatchObject({ mutedAll: true, slowSeconds: 30 });
  expect(await teacher.refusal('chat:rule', { slowSeconds: 601 })).toBe('bad_request');
  expect(await teacher.refusal('chat:rule', { slowSeconds: -1 })).toBe('bad_request');
});

test('deleted for everybody: no answer of the server has the words any more, the row keeps who did it', async () => {
  const { school } = world;
  const teacher = await world.inside(school.teacher);
  const student = asStudent(await world.inside(school.learner));
  const said = await student.says('一句不该说的话');
  const deleted = await teacher.ask('chat:delete', { messageId: said.messageId });
  expect(deleted).toEqual({ ...said, text: '', deletedBy: 'School teacher' });
  expect(await student.driver.next('chat:deleted')).toEqual(deleted);
  expect(await teacher.ask('chat:delete', { messageId: said.messageId })).toEqual(deleted);
  // The retry of its writer, who heard no answer, brings nothing back.
  expect(await student.says('一句不该说的话', said.messageId)).toEqual(deleted);
  const late = await world.inside(school.other);
  expect(late.snapshot?.messages).toEqual([deleted]);
  expect(JSON.stringify(late.snapshot)).not.toContain('不该说');
  expect(student.driver.heard('chat:deleted')).toEqual([]);
  expect(await world.rows('select deleted_by, deleted_at is not null as gone from chat_message')).toEqual([{ deleted_by: school.teacher.personId, gone: true }]);
  expect((await world.events('chat:deleted')).map(({ payload }) => payload)).toEqual([{ messageId: said.messageId, personId: school.learner.personId }]);
  expect(await teacher.refusal('chat:delete', { messageId: newId() })).toBe('not_found');
});

test('one announcement on top for all, also for who comes later; taken down, replaced, and gone when its message is deleted', async () => {
  const { school } = world;
  const teacher = await world.inside(school.teacher);
  const student = asStudent(await world.inside(school.learner));
  const [first, second] = [await teacher.ask('chat:send', { messageId: newId(), text: '十点考试' }), await teacher.ask('chat:send', { messageId: newId(), text: '改到十一点' })];
  const rules = await teacher.ask('chat:pin', { messageId: first.messageId });
  expect(rules.pinned).toEqual(first);
  expect(await student.driver.next('chat:ruled')).toEqual(rules);
  expect((await teacher.ask('chat:pin', { messageId: second.messageId })).pinned).toEqual(second);
  // Other settings leave it there.
  expect((await teacher.ask('chat:rule', { mutedAll: true })).pinned).toEqual(second);
  expect((await world.inside(school.other)).snapshot?.chat.pinned).toEqual(second);
  await teacher.ask('chat:delete', { messageId: second.messageId });
  expect(await student.driver.next('chat:ruled', ({ version }) => version === 4)).toMatchObject({ pinned: null, mutedAll: true });
  expect(await teacher.refusal('chat:pin', { messageId: second.messageId })).toBe('chat_deleted');
  expect(await teacher.refusal('chat:pin', { messageId: newId() })).toBe('not_found');
  await teacher.ask('chat:pin', { messageId: first.messageId });
  expect((await teacher.ask('chat:pin', { messageId: null })).pinned).toBeNull();
  expect((await student.driver.ask('lesson:snapshot', {})).chat).toMatchObject({ version: 6, pinned: null });
});

test('messages of another lesson are neither deleted nor pinned', async () => {
  const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  const stranger = await world.person(foreign.teacher);
  await stranger.enter(foreign.lessonId);
  const { messageId } = await stranger.ask('chat:send', { messageId: newId(), text: 'elsewhere' });
  const teacher = await world.inside(world.school.teacher);
  expect(await teacher.refusal('chat:delete', { messageId })).toBe('not_found');
  expect(await teacher.refusal('chat:pin', { messageId })).toBe('not_found');
  expect(await world.rows('select deleted_at from chat_message')).toEqual([{ deleted_at: null }]);
});

test('pinning and deleting at once never leave a deleted message on top', async () => {
  const teacher = await world.inside(world.school.teacher);
  const assistant = await world.inside(world.school.assistant);
  for (let round = 0; round < 5; round++) {
    const { messageId } = await teacher.ask('chat:send', { messageId: newId(), text: `round ${round}` });
    await Promise.all([teacher.send('chat:pin', { messageId }), assistant.ask('chat:delete', { messageId })]);
    expect((await teacher.ask('lesson:snapshot', {})).chat.pinned).toBeNull();
    world.clock.pass(1_000);
  }
});
