// The chat of learners whose client has none (R62): refused, shown as it is, read all the same; nobody else is touched.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Client } from '#db/entities/client.ts';
import { Enrolment } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import { asStudent } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());

test('learners of a client without chat read and do not write', async () => {
  const { school, deps: { orm } } = world;
  const clientId = newId();
  const { institutionId, cohortId } = school;
  await orm.em.fork().insert(Client, {
    id: clientId, institutionId, name: '焊接厂', creditCode: '', region: null, contact: '', phone: '', switchedOff: ['chat'], createdAt: world.clock.now(), createdBy: school.scheduler.personId,
  });
  await orm.em.fork().nativeUpdate(Enrolment, { cohortId, personId: school.learner.personId }, { clientId });
  const student = await world.inside(school.learner);
  const other = asStudent(await world.inside(school.other));
  expect((await student.ask('lesson:snapshot', {})).chat).toMatchObject({ switchedOff: true, muted: false });
  expect((await other.driver.ask('lesson:snapshot', {})).chat).not.toHaveProperty('switchedOff');
  expect(await student.refusal('chat:send', { messageId: newId(), text: '你好' })).toBe('switched_off');
  await other.says('大家好');
  expect(await student.next('chat:sent')).toMatchObject({ text: '大家好' });
  await orm.em.fork().nativeUpdate(Client, { id: clientId }, { switchedOff: [] });
  await asStudent(student).says('现在可以了');
  expect((await student.ask('lesson:snapshot', {})).chat).not.toHaveProperty('switchedOff');
});
