// What time does to quizzes: closing at the deadline, counting answers for staff.
import { answerGraceMs, lateAnswerMs } from '#domain/quiz.ts';
import { Quiz } from '#db/entities/classroom.ts';
import { unitOfWork } from '#db/orm.ts';
import { presentLearners } from '#db/queries/participants.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { figuresOfRunning, runningSql } from '#db/queries/quiz-counts.ts';
import { closeQuiz } from '#db/queries/quizzes.ts';
import { tellClosed } from '../classroom/closed-quiz.ts';
import type { Live } from '../classroom/context.ts';
import { due, type Due } from '../classroom/due-look.ts';
import { noteInRecording } from '../classroom/media-room.ts';
import { staffRoom } from '../classroom/rooms.ts';

const overSince = (live: Live): Date => new Date(live.deps.now().getTime() - answerGraceMs);
export const quizzesOver = (live: Live): Due => due('exists (select from quiz where closed_at is null and deadline_at <= ?)', overSince(live));

/** Closes quizzes whose deadline and grace are past; whichever process comes first tells. */
export async function closeDueQuizzes(live: Live): Promise<void> {
  const { orm, now } = live.deps;
  const due = await orm.em.fork().find(Quiz, { closedAt: null, deadlineAt: { $lte: overSince(live) } });
  for (const { id: quizId, lessonId, institutionId } of due) {
    const actor = { personId: null, institutionId };
    const { result, changed } = await unitOfWork(orm, actor, (em) => closeQuiz(em, actor, lessonId, quizId, now()));
    if (!changed) continue;
    tellClosed(live, lessonId, result);
    await noteInRecording(live, lessonId, 'quiz:closed', { quizId });
  }
}

const countedSince = (live: Live): Date => new Date(live.deps.now().getTime() - lateAnswerMs - answerGraceMs);
/** Something is asked in a lesson that somebody here sits in, or was a moment ago. */
export const answersCome = (live: Live, lessonIds: readonly string[], told: ReadonlyMap<string, string>): Due | boolean =>
  told.size > 0 || (lessonIds.length > 0 && due(`exists (select from quiz z where ${runningSql})`, arrayOf(lessonIds), countedSince(live)));

/** Tells this process's staff how a question is answered, where that changed or somebody of them is new: one message a second at most, however many answer. `told` remembers what was said. */
export async function countAnswers(live: Live, lessonIds: string[], told: Map<string, string>): Promise<void> {
  if (lessonIds.length === 0) return told.clear();
  const em = live.deps.orm.em.fork();
  const figures = await figuresOfRunning(em, lessonIds, countedSince(live));
  for (const quizId of told.keys()) if (!figures.some((one) => one.quizId === quizId)) told.delete(quizId);
  const present = figures.length > 0 ? await presentLearners(em, [...new Set(figures.map(({ lessonId }) => lessonId))]) : new Map<string, number>();
  for (const { quizId, lessonId, counts, answeredCount, correctCount } of figures) {
    const staff = live.io.of('/').adapter.rooms.get(staffRoom(lessonId))?.size ?? 0;
    const count = { quizId, counts, answeredCount, correctCount, presentLearners: present.get(lessonId) ?? 0 };
    const words = JSON.stringify([count, staff]);
    if (staff === 0 || told.get(quizId) === words) continue;
    told.set(quizId, words);
    live.io.local.to(staffRoom(lessonId)).emit('quiz:counted', count);
  }
}
