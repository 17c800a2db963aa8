// Chat: told to all, once per message id, not too fast.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { asStudent } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());

test('a message reaches everybody once, also after a retry, and stands in the snapshot', async () => {
  const { school } = world;
  const teacher = await world.inside(school.teacher);
  const student = asStudent(await world.inside(school.learner));
  const messageId = newId();
  const sent = await student.says('你好', messageId);
  expect(await student.says('你好', messageId)).toEqual(sent);
  expect(await teacher.next('chat:sent')).toEqual(sent);
  expect(teacher.heard('chat:sent')).toEqual([]);
  expect(await student.driver.refusal('chat:send', { messageId, text: 'changed' })).toBe('bad_request');
  const other = await world.inside(school.other);
  expect(await other.refusal('chat:send', { messageId, text: '你好' })).toBe('bad_request');
  expect(other.snapshot?.messages).toEqual([sent]);
  const observer = await world.inside(school.regulator);
  expect(await observer.refusal('chat:send', { messageId: newId(), text: 'I was here' })).toBe('forbidden');
});

test('empty, too long, too fast', async () => {
  const student = asStudent(await world.inside(world.school.learner));
  for (const text of ['', '   ', 'x'.repeat(1001)]) expect(await student.driver.refusal('chat:send', { messageId: newId(), text })).toBe('bad_request');
  const codes = await Promise.all(Array.from({ length: 8 }, async (_, index) => {
    const reply = await student.driver.send('chat:send', { messageId: newId(), text: `${index}` });
    return reply.ok ? 'sent' : reply.error.code;
  }));
  expect(codes.filter((code) => code === 'sent')).toHaveLength(5);
  expect(codes.filter((code) => code === 'chat_too_fast')).toHaveLength(3);
  world.clock.pass(1_000);
  await student.says('slower');
  expect(await world.rows('select 1 from chat_message')).toHaveLength(6);
});
