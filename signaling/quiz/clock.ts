// What time does to quizzes: closing at the deadline, counting answers for staff.
import { answerGraceMs, lateAnswerMs } from '#domain/quiz.ts';
import { Quiz } from '#db/entities/classroom.ts';
import { unitOfWork } from '#db/orm.ts';
import { presentLearners } from '#db/queries/participants.ts';
import { figuresOfRunning } from '#db/queries/quiz-counts.ts';
import { closeQuiz } from '#db/queries/quizzes.ts';
import { tellClosed } from '../classroom/closed-quiz.ts';
import type { Live } from '../classroom/context.ts';
import { noteInRecording } from '../classroom/media-room.ts';
import { staffRoom } from '../classroom/rooms.ts';

/** Closes quizzes whose deadline and grace are past; whichever process comes first tells. */
export async function closeDueQuizzes(live: Live): Promise<void> {
  const { orm, now } = live.deps;
  const due = await orm.em.fork().find(Quiz, { closedAt: null, deadlineAt: { $lte: new Date(now().getTime() - answerGraceMs) } });
  for (const { id: quizId, lessonId, institutionId } of due) {
    const actor = { personId: null, institutionId };
    const { result, changed } = await unitOfWork(orm, actor, (em) => closeQuiz(em, actor, lessonId, quizId, now()));
    if (!changed) continue;
    tellClosed(live, lessonId, result);
    await noteInRecording(live, lessonId, 'quiz:closed', { quizId });
  }
}

/** Tells this process's staff how a question is answered, where that changed or somebody of them is new: one message a second at most, however many answer. `told` remembers what was said. */
export async function countAnswers(live: Live, lessonIds: string[], told: Map<string, string>): Promise<void> {
  if (lessonIds.length === 0) return told.clear();
  const em = live.deps.orm.em.fork();
  const figures = await figuresOfRunning(em, lessonIds, new Date(live.deps.now().getTime() - lateAnswerMs - answerGraceMs));
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
