// Private words (R5): the learner and the teachers see them; other learners, proctor and overseers never do, neither at once nor later.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addSchool } from '../testing/school.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());

const words = (text: string, more: { learnerId?: string; messageId?: string } = {}) => ({ messageId: newId(), text, ...more });

test('a learner writes, teachers read and answer; nobody else hears of it', async () => {
  const { school } = world;
  const [teacher, assistant, learner] = [await world.inside(school.teacher), await world.inside(school.assistant), await world.inside(school.learner)];
  const strangers = [await world.inside(school.other), await world.inside(school.proctor), await world.inside(school.regulator), await world.inside(school.scheduler)];
  const asked = await learner.ask('private:send', words('老师，我听不见'));
  expect(asked).toMatchObject({ learnerId: school.learner.personId, personId: school.learner.personId, learnerName: 'School learner', text: '老师，我听不见' });
  expect(await teacher.next('private:sent')).toEqual(asked);
  expect(await assistant.next('private:sent')).toEqual(asked);
  const answered = await assistant.ask('private:send', words('请重新进入课堂', { learnerId: school.learner.personId }));
  expect(await learner.next('private:sent', ({ personId }) => personId === school.assistant.personId)).toEqual(answered);
  expect(await teacher.next('private:sent')).toEqual(answered);
  // What is told to all comes after it on every line: whoever was told of the private words would have heard them by now.
  await teacher.ask('chat:send', words('mark'));
  for (const stranger of strangers) {
    await stranger.next('chat:sent');
    expect(stranger.heard('private:sent')).toEqual([]);
    expect(JSON.stringify(await stranger.ask('lesson:snapshot', {}))).not.toContain('听不见');
  }
  const [other, ...overseers] = strangers;
  expect(await other!.ask('private:list', {})).toEqual({ messages: [] });
  for (const overseer of overseers) {
    expect(await overseer.refusal('private:list', {})).toBe('forbidden');
    expect(await overseer.refusal('private:send', words('I listen', { learnerId: school.learner.personId }))).toBe('forbidden');
  }
  for (const driver of [teacher, assistant, learner]) expect(await driver.ask('private:list', {})).toEqual({ messages: [asked, answered] });
});

test('each learner has a conversation of their own; none reaches into another', async () => {
  const { school } = world;
  const [teacher, learner, other] = [await world.inside(school.teacher), await world.inside(school.learner), await world.inside(school.other)];
  const mine = await learner.ask('private:send', words('mine'));
  const theirs = await other.ask('private:send', words('theirs'));
  expect(await learner.refusal('private:send', words('psst', { learnerId: school.other.personId }))).toBe('forbidden');
  expect(await learner.refusal('private:send', words('psst', { learnerId: school.teacher.personId }))).toBe('forbidden');
  // The own name is no harm.
  await learner.ask('private:send', words('again', { learnerId: school.learner.personId }));
  expect((await other.ask('private:list', {})).messages).toEqual([theirs]);
  expect((await learner.ask('private:list', {})).messages.map(({ text }) => text)).toEqual(['mine', 'again']);
  expect((await teacher.ask('private:list', {})).messages).toHaveLength(3);
  expect([mine.learnerId, theirs.learnerId]).toEqual([school.learner.personId, school.other.personId]);
  // The next one who enters is told how many there are, and of no word.
  expect((await learner.ask('lesson:snapshot', {})).chat.privateCount).toBe(2);
  expect((await teacher.ask('lesson:snapshot', {})).chat.privateCount).toBe(3);
  expect((await world.inside(school.proctor)).snapshot?.chat.privateCount).toBe(0);
});

test('teachers name a learner of this lesson', async () => {
  const { school } = world;
  const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  const teacher = await world.inside(school.teacher);
  expect(await teacher.refusal('private:send', words('to nobody'))).toBe('bad_request');
  for (const { personId } of [foreign.learner, school.assistant, school.regulator]) expect(await teacher.refusal('private:send', words('hello', { learnerId: personId }))).toBe('not_found');
  expect(await world.rows('select 1 from private_message')).toEqual([]);
});

test('a retry is the same message and told once; another use of its id is refused; not without words, not too fast', async () => {
  const { school } = world;
  const [teacher, learner, other] = [await world.inside(school.teacher), await world.inside(school.learner), await world.inside(school.other)];
  const first = words('once');
  const sent = await learner.ask('private:send', first);
  expect(await learner.ask('private:send', first)).toEqual(sent);
  await teacher.next('private:sent');
  expect(await learner.refusal('private:send', { ...first, text: 'changed' })).toBe('bad_request');
  expect(await other.refusal('private:send', first)).toBe('bad_request');
  expect(await learner.refusal('private:send', words('  '))).toBe('bad_request');
  const codes = await Promise.all(Array.from({ length: 6 }, async (_one, at) => {
    const reply = await learner.send('private:send', words(`${at}`));
    return reply.ok ? 'sent' : reply.error.code;
  }));
  expect(codes.filter((code) => code === 'chat_too_fast')).toHaveLength(2);
  expect(teacher.heard('private:sent').filter(({ text }) => text === 'once')).toEqual([]);
});

test('who is muted, alone or with all, still reaches the teachers; nobody does once the lesson is over', async () => {
  const { school } = world;
  const [teacher, learner] = [await world.inside(school.teacher), await world.inside(school.learner)];
  await teacher.ask('lesson:start', {});
  await teacher.ask('chat:rule', { mutedAll: true, slowSeconds: 300 });
  await teacher.ask('chat:mute', { personId: school.learner.personId, muted: true });
  await learner.ask('private:send', words('I have a question'));
  await learner.ask('private:send', words('and one more'));
  await world.deps.orm.em.fork().execute(`update lesson set status = 'ended' where id = ?`, [school.lessonId]);
  expect(await learner.refusal('private:send', words('late'))).toBe('lesson_ended');
});
