// quiz:* requests.
import type { quizRequests } from '#contracts/quiz.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { noteInRecording } from '../classroom/media-room.ts';
import { lessonRoom } from '../classroom/rooms.ts';
import { answerQuiz, closeByLeader, openQuiz, resultsOf } from './service.ts';

export const quizHandlers: Handlers<typeof quizRequests, SeatContext> = {
  'quiz:open': async (context, draft) => {
    const { live, seat, tell } = context;
    const quiz = await openQuiz(context, draft);
    tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('quiz:opened', quiz));
    tell(() => noteInRecording(live, seat.lessonId, 'quiz:opened', { quizId: quiz.quizId }));
    return quiz;
  },
  'quiz:answer': (context, { quizId, choices }) => answerQuiz(context, quizId, choices),
  'quiz:close': async (context, { quizId }) => {
    const { live, seat, tell } = context;
    const { result, changed } = await closeByLeader(context, quizId);
    if (changed) {
      tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('quiz:closed', result));
      tell(() => noteInRecording(live, seat.lessonId, 'quiz:closed', { quizId }));
    }
    return result;
  },
  'quiz:results': async (context) => ({ results: await resultsOf(context) }),
};
