// Telling that a question is closed: everybody what was right and how it was answered, staff also what others typed.
import type { QuizResult } from '#contracts/quiz.ts';
import type { Live } from './context.ts';
import { lessonRoom, staffRoom } from './rooms.ts';

/** What learners typed is shown by a teacher, or not at all. */
export function tellClosed({ io }: Pick<Live, 'io'>, lessonId: string, result: QuizResult): void {
  io.to(staffRoom(lessonId)).emit('quiz:closed', result);
  io.to(lessonRoom(lessonId)).except(staffRoom(lessonId)).emit('quiz:closed', { ...result, frequent: [] });
}
