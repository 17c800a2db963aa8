// A signaling process that goes away in the middle of a lesson: the next one finds everything in the rows.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { createSignaling } from '../app.ts';
import { openClassroomWorld, openClassrooms } from '../testing/classroom-world.ts';

test('lead, hand, stage, quiz, chat and seats go on after a restart', async () => {
  const world = await openClassroomWorld();
  const { school } = world;
  const folder = await mkdtemp(join(tmpdir(), 'restart-'));
  const teacher = asTeacher(await world.inside(school.teacher));
  const student = asStudent(await world.inside(school.learner));
  const other = asStudent(await world.inside(school.other));
  await teacher.starts();
  await student.raisesHand();
  await teacher.invites(school.learner.personId);
  await student.answersInvitation(true);
  await other.raisesHand();
  const { quizId } = await teacher.opensQuiz();
  await student.answers(quizId, [1]);
  const said = await other.says('before');
  await world.classrooms.close();
  await teacher.driver.disconnected();
  expect(await world.rows(`select distinct left_reason from connection`)).toEqual([{ left_reason: 'cut' }]);

  const app = await createSignaling(world.deps, { webFolder: join(folder, 'no-web') });
  const next = await openClassrooms({ ...world, app }, {});
  try {
    const there = { url: next.url };
    const back = await world.person(school.teacher, { ...there, deviceId: teacher.driver.deviceId });
    const seen = await back.enter(school.lessonId);
    expect(seen.lesson.status).toBe('live');
    expect(seen.me.leading).toBe(true);
    expect(seen.lead).toMatchObject({ personId: school.teacher.personId, present: true });
    expect(seen.hands.map((hand) => hand.personId)).toEqual([school.other.personId]);
    expect(seen.messages).toEqual([said]);
    const learner = await world.person(school.learner, there);
    const own = await learner.enter(school.lessonId);
    expect(own.me.onStage).toBe(true);
    expect(own.quiz).toMatchObject({ quizId, answered: { choices: [1] } });
    expect((await back.next('participant:changed', (one) => one.personId === school.learner.personId && one.present)).onStage).toBe(true);
    expect((await asTeacher(back).closesQuiz(quizId)).correctCount).toBe(1);
    expect((await learner.next('quiz:closed')).quizId).toBe(quizId);
  } finally {
    await next.classrooms.close();
    await app.close();
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
});
