// Who may send what: the whole table.
import { expect, test } from 'vitest';
import { lessonStatuses } from './lesson.ts';
import { sources } from './media.ts';
import { lessonRoles } from './roles.ts';
import { mediaRefusal, produceRefusal } from './stage.ts';

test('leaders send anything, learners camera and microphone on stage, nobody else anything', () => {
  for (const role of lessonRoles) {
    for (const source of sources) {
      const [below, above] = [produceRefusal(role, source, false), produceRefusal(role, source, true)];
      if (role === 'teacher' || role === 'assistant') expect([below, above]).toEqual([null, null]);
      else if (role !== 'student') expect([below, above]).toEqual(['forbidden', 'forbidden']);
      else expect([below, above]).toEqual(source === 'camera' || source === 'microphone' ? ['not_on_stage', null] : ['forbidden', 'forbidden']);
    }
  }
});

test('media flows while the door is open', () => {
  expect(lessonStatuses.map((status) => mediaRefusal(status))).toEqual(['lesson_not_open', null, null, 'lesson_ended', 'lesson_cancelled', 'lesson_ended']);
});
