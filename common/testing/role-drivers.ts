// What teachers and students do, in their words, over a classroom driver.
import type { QuestionDraft } from '#contracts/quiz.ts';
import { newId } from '#domain/id.ts';
import type { ClassroomDriver } from './classroom-driver.ts';

const oneRight: QuestionDraft = { kind: 'single', prompt: 'Which one?', options: ['A', 'B', 'C'], right: [1], seconds: 60 };

export const asTeacher = (driver: ClassroomDriver) => ({
  driver,
  enters: (lessonId: string) => driver.enter(lessonId),
  starts: () => driver.ask('lesson:start', {}),
  ends: () => driver.ask('lesson:end', {}),
  takesOver: () => driver.ask('lesson:takeOver', {}),
  opensQuiz: (draft: Partial<QuestionDraft> = {}) => driver.ask('quiz:open', { ...oneRight, ...draft }),
  closesQuiz: (quizId: string) => driver.ask('quiz:close', { quizId }),
  invites: (personId: string) => driver.ask('stage:invite', { personId }),
  sendsDown: (personId: string) => driver.ask('stage:leave', { personId }),
  asksForFaces: (personId?: string) => driver.ask('check:ask', personId ? { personId } : {}),
});

export const asStudent = (driver: ClassroomDriver) => ({
  driver,
  enters: (lessonId: string) => driver.enter(lessonId),
  leaves: () => driver.ask('lesson:leave', {}),
  raisesHand: () => driver.ask('hand:raise', {}),
  lowersHand: () => driver.ask('hand:lower', {}),
  answersInvitation: (accept: boolean) => driver.ask('stage:answer', { accept }),
  answers: (quizId: string, choices: number[]) => driver.ask('quiz:answer', { quizId, choices }),
  says: (text: string, messageId: string = newId()) => driver.ask('chat:send', { messageId, text }),
  reports: (visible: boolean, active = true, playing = true) => driver.ask('presence:report', { visible, active, playing }),
});
