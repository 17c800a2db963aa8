// What time does to quizzes: closing at the deadline, counting answers for staff.
import { answerGraceMs } from '#domain/quiz.ts';
import { Quiz } from '#db/entities/classroom.ts';
import { unitOfWork } from '#db/orm.ts';
import { closeQuiz } from '#db/queries/quizzes.ts';
import type { Live } from '../classroom/context.ts';
import { noteInRecording } from '../classroom/media-room.ts';
import { lessonRoom, staffRoom } from '../classroom/rooms.ts';

/** Closes quizzes whose deadline and grace are past; whichever process comes first tells. */
export async function closeDueQuizzes(live: Live): Promise<void> {
  const { orm, now } = live.deps;
  const due = await orm.em.fork().find(Quiz, { closedAt: null, deadlineAt: { $lte: new Date(now().getTime() - answerGraceMs) } });
  for (const { id: quizId, lessonId, institutionId } of due) {
    const actor = { personId: null, institutionId };
    const { result, changed } = await unitOfWork(orm, actor, (em) => closeQuiz(em, actor, lessonId, quizId, now()));
    if (!changed) continue;
    live.io.to(lessonRoom(lessonId)).emit('quiz:closed', result);
    await noteInRecording(live, lessonId, 'quiz:closed', { quizId });
  }
}

interface Count { id: string; lesson_id: string; answered: number; learners: number }

/** Tells this process's staff how many have answered, where that changed. `told` remembers what was said. */
export async function countAnswers(live: Live, lessonIds: string[], told: Map<string, string>): Promise<void> {
  if (lessonIds.length === 0) return;
  const counts = await live.deps.orm.em.fork().execute<Count[]>(
    `select q.id, q.lesson_id, (select count(*)::int from answer a where a.quiz_id = q.id) as answered,
       (select count(*)::int from connection c where c.lesson_id = q.lesson_id and c.left_at is null and c.role = 'student') as learners
     from quiz q where q.closed_at is null and q.lesson_id in (?)`, [lessonIds]);
  for (const quizId of told.keys()) if (!counts.some((count) => count.id === quizId)) told.delete(quizId);
  for (const count of counts) {
    const words = `${count.answered}/${count.learners}`;
    if (told.get(count.id) === words) continue;
    told.set(count.id, words);
    live.io.local.to(staffRoom(count.lesson_id)).emit('quiz:counted', { quizId: count.id, answeredCount: count.answered, presentLearners: count.learners });
  }
}
