// quiz:* requests.
import type { OpenQuiz, quizRequests } from '#contracts/quiz.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { noteInRecording } from '../classroom/media-room.ts';
import { lessonRoom } from '../classroom/rooms.ts';
import { askAgain, closeByLeader, openQuiz, resultsOf } from './service.ts';

function tellOpened({ live, seat, tell }: SeatContext, quiz: OpenQuiz): OpenQuiz {
  tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('quiz:opened', quiz));
  tell(() => noteInRecording(live, seat.lessonId, 'quiz:opened', { quizId: quiz.quizId }));
  return quiz;
}

export const quizHandlers: Handlers<typeof quizRequests, SeatContext> = {
  'quiz:open': async (context, draft) => tellOpened(context, await openQuiz(context, draft)),
  'quiz:again': async (context, { quizId, seconds }) => tellOpened(context, await askAgain(context, quizId, seconds)),
  'quiz:answer': ({ live, arrivedAt, seat: { lessonId, institutionId, personId } }, { quizId, choices, chosenAt = null }) =>
    live.gathered.answer({ lessonId, institutionId, personId, quizId, choices, chosenAt, arrivedAt }),
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
