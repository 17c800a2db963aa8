// quiz:* requests.
import type { OpenQuiz, quizRequests } from '#contracts/quiz.ts';
import type { Handlers } from '#contracts/request-table.ts';
import { DomainError } from '#domain/errors.ts';
import { answerOf, type QuestionAnswer } from '#domain/question.ts';
import { tellClosed } from '../classroom/closed-quiz.ts';
import type { SeatContext } from '../classroom/context.ts';
import { noteInRecording } from '../classroom/media-room.ts';
import { lessonRoom } from '../classroom/rooms.ts';
import { foundInBank, openFromBank, setsOf } from './from-bank.ts';
import { askAgain, closeByLeader, openQuiz, resultsOf } from './service.ts';

function tellOpened({ live, seat, tell }: SeatContext, quiz: OpenQuiz): OpenQuiz {
  tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('quiz:opened', quiz));
  tell(() => noteInRecording(live, seat.lessonId, 'quiz:opened', { quizId: quiz.quizId }));
  return quiz;
}

/** Throws bad_request. */
function oneAnswer(choices: number[] | undefined, text: string | undefined): QuestionAnswer {
  const answer = answerOf(choices ?? null, text ?? null);
  if (!answer || (choices && text !== undefined)) throw new DomainError('bad_request', 'an answer is chosen or typed');
  return answer;
}

export const quizHandlers: Handlers<typeof quizRequests, SeatContext> = {
  'quiz:open': async (context, draft) => tellOpened(context, await openQuiz(context, draft)),
  'quiz:again': async (context, { quizId, seconds }) => tellOpened(context, await askAgain(context, quizId, seconds)),
  'quiz:openFromBank': async (context, wanted) => tellOpened(context, await openFromBank(context, wanted)),
  'quiz:sets': setsOf,
  'quiz:bank': (context, { text }) => foundInBank(context, text),
  'quiz:answer': async ({ live, arrivedAt, seat: { lessonId, institutionId, personId } }, { quizId, choices, text, chosenAt = null }) =>
    live.gathered.answer({ lessonId, institutionId, personId, quizId, answer: oneAnswer(choices, text), chosenAt, arrivedAt }),
  'quiz:close': async (context, { quizId }) => {
    const { live, seat, tell } = context;
    const { result, changed } = await closeByLeader(context, quizId);
    if (changed) {
      tell(() => tellClosed(live, seat.lessonId, result));
      tell(() => noteInRecording(live, seat.lessonId, 'quiz:closed', { quizId }));
    }
    return result;
  },
  'quiz:results': async (context) => ({ results: await resultsOf(context) }),
};
