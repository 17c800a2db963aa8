// The layout of the recorded picture: who may choose it, when, what is kept and who is told.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
beforeEach(async () => {
  world = await openClassroomWorld();
  teacher = asTeacher(await world.inside(world.school.teacher));
});
afterEach(() => world.close());

const set = (layout: 'inset' | 'sideBySide') => teacher.driver.ask('recording:setLayout', { layout });
const events = () => world.rows<{ payload: object }>(`select payload from event where type = 'recording:layout' order by id`);

test('the teacher and the assistant choose it while the lesson is live; everybody is told and it survives a reconnect', async () => {
  const { school } = world;
  const student = await world.inside(school.learner);
  expect((await teacher.enters(school.lessonId)).recordingLayout).toBe('inset');
  await teacher.starts();
  expect(await set('sideBySide')).toEqual({ layout: 'sideBySide' });
  expect(await student.next('recording:layoutChanged')).toEqual({ layout: 'sideBySide' });
  expect(await teacher.driver.next('recording:layoutChanged')).toEqual({ layout: 'sideBySide' });
  expect((await student.enter(school.lessonId)).recordingLayout).toBe('sideBySide');
  expect(await set('sideBySide')).toEqual({ layout: 'sideBySide' });
  const assistant = await world.inside(school.assistant);
  expect(await assistant.ask('recording:setLayout', { layout: 'inset' })).toEqual({ layout: 'inset' });
  expect(await student.next('recording:layoutChanged')).toEqual({ layout: 'inset' });
  const [session] = await world.rows<{ id: string; layout: string }>('select id, layout from lesson_session');
  expect(session!.layout).toBe('inset');
  expect((await events()).map(({ payload }) => payload)).toEqual([{ sessionId: session!.id, layout: 'sideBySide' }, { sessionId: session!.id, layout: 'inset' }]);
});

test('refused: a learner, a proctor, an unknown layout, a lesson that is not live; nothing is kept of it', async () => {
  const { school } = world;
  expect(await teacher.driver.refusal('recording:setLayout', { layout: 'sideBySide' })).toBe('lesson_not_live');
  await teacher.starts();
  for (const person of [school.learner, school.proctor]) {
    expect(await (await world.inside(person)).refusal('recording:setLayout', { layout: 'sideBySide' })).toBe('forbidden');
  }
  expect(await teacher.driver.refusal('recording:setLayout', { layout: 'above' })).toBe('bad_request');
  await teacher.ends();
  expect(await teacher.driver.refusal('recording:setLayout', { layout: 'sideBySide' })).toBe('lesson_ended');
  expect(await world.rows('select layout from lesson_session')).toEqual([{ layout: 'inset' }]);
  expect(await events()).toEqual([]);
});
