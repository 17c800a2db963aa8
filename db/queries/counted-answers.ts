// Answers of a lesson that count for accuracy, by learner: in class, and in the replay as the rule pack says.
import { countedAnswer } from '#domain/film-question.ts';
import { answerGraceMs } from '#domain/quiz.ts';
import type { ReplayAnswerRule } from '#domain/rules/rule-pack.ts';
import type { EntityManager } from '../orm.ts';
import { filmFates } from './film-questions.ts';

export interface AnswerSums { asked: number; answered: number; correct: number }
/** `inReplay`: how much of the sums comes from the replay. */
export interface CountedAnswers extends AnswerSums { personId: string; inReplay: AnswerSums }

const nothing = (): AnswerSums => ({ asked: 0, answered: 0, correct: 0 });
function add(sums: AnswerSums, mark: 'right' | 'wrong' | 'none'): void {
  sums.asked++;
  if (mark !== 'none') sums.answered++;
  if (mark === 'right') sums.correct++;
}

/** A question that may still be answered is not counted: its figures would tell a learner whether the answer was right. */
export async function countedAnswersOf(em: EntityManager, lessonId: string, now: Date, rule: ReplayAnswerRule): Promise<Map<string, CountedAnswers>> {
  const live = await em.execute<(AnswerSums & { person_id: string })[]>(
    `select q.person_id, count(*)::int as asked, count(a.id)::int as answered, (count(*) filter (where a.correct))::int as correct
     from quiz z join quiz_asked q on q.quiz_id = z.id left join answer a on a.quiz_id = z.id and a.person_id = q.person_id
     where z.lesson_id = ? and (z.closed_at is not null or z.deadline_at < ?) group by q.person_id`, [lessonId, new Date(now.getTime() - answerGraceMs)]);
  const sums = new Map(live.map(({ person_id: personId, asked, answered, correct }): [string, CountedAnswers] => [personId, { personId, asked, answered, correct, inReplay: nothing() }]));
  for (const { personId, correct, madeUp, inClass } of await filmFates(em, lessonId, now)) {
    const { mark, from, counts } = countedAnswer({ live: inClass ? { correct: null } : null, film: { correct, madeUp } }, rule);
    // What was asked in class is in the sums already.
    if (!counts || from !== 'replay' || mark === 'not_asked') continue;
    const own = sums.get(personId) ?? { personId, ...nothing(), inReplay: nothing() };
    add(own, mark);
    add(own.inReplay, mark);
    sums.set(personId, own);
  }
  return sums;
}
