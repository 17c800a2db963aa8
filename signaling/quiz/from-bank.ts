// Questions of the bank asked in class, by id alone: one of them, or the next of a set. The wording that is asked is copied with the version it is.
import { randomInt } from 'node:crypto';
import type { BankBrief, OpenQuiz, QuizSets } from '#contracts/quiz.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { shownOrder } from '#domain/question.ts';
import { usualQuizSeconds } from '#domain/quiz.ts';
import { Question } from '#db/entities/classroom.ts';
import { QuestionSet, QuestionSetItem } from '#db/entities/question.ts';
import type { EntityManager } from '#db/orm.ts';
import { askedBefore, askedOfBank, courseOfLesson, lastSetAsked, nextOfSet, presentWording, type PresentWording } from '#db/queries/asked-questions.ts';
import { bankPage, questionSets } from '#db/queries/question-bank.ts';
import type { SeatContext } from '../classroom/context.ts';
import { ask, type Wanted } from './service.ts';

export interface BankAsk { setId?: string; questionId?: string; seconds?: number }
const foundAtOnce = 20;
/** Orders are drawn anew each time, so that none can be known beforehand. */
const seeds = 2 ** 32;

/** What is to be ordered stands in its right order in the bank: it is asked mixed, and what is right says how it was. */
function asShown({ kind, options, right }: PresentWording): { options: string[]; rightChoices: number[] } {
  if (kind !== 'ordering') return { options, rightChoices: right };
  const order = shownOrder(options.length, randomInt(seeds));
  return { options: order.map((index) => options[index]!), rightChoices: right.map((index) => order.indexOf(index)) };
}

async function questionIdOf(em: EntityManager, lessonId: string, set: QuestionSet | null, wanted: string | undefined): Promise<string> {
  if (!set) return wanted!;
  if (wanted && (await em.count(QuestionSetItem, { setId: set.id, questionId: wanted })) === 0) throw new DomainError('not_found', 'the set has no such question');
  const questionId = wanted ?? await nextOfSet(em, lessonId, set.id);
  if (!questionId) throw new DomainError('quiz_set_done', 'no question of the set is left');
  return questionId;
}

async function askedRow(em: EntityManager, { seat }: SeatContext, { wording, courseId, at }: { wording: PresentWording; courseId: string; at: Date }): Promise<string> {
  const before = await askedBefore(em, seat.lessonId, wording.versionId);
  if (before) return before;
  const id = newId(at.getTime());
  const { kind, stem, accepted, knowledgePoint, explanation, pictureId, versionId } = wording;
  await em.insert(Question, {
    id, institutionId: seat.institutionId, courseId, kind, prompt: stem, ...asShown(wording), accepted: kind === 'fillIn' ? accepted : null, knowledgePoint, pictureId, versionId,
    explanation: explanation || null, createdBy: seat.personId, createdAt: at,
  });
  return id;
}

async function wantedOf(em: EntityManager, context: SeatContext, { setId, questionId: wanted, seconds }: BankAsk, at: Date): Promise<Wanted> {
  const { lessonId, institutionId } = context.seat;
  const courseId = await courseOfLesson(em, lessonId);
  const set = setId ? await em.findOne(QuestionSet, { id: setId, courseId, institutionId }) : null;
  if (setId && !set) throw new DomainError('not_found', 'no such set in this course');
  const wording = await presentWording(em, courseId, await questionIdOf(em, lessonId, set, wanted));
  if (!wording) throw new DomainError('not_found', 'no such question in this course');
  if (wording.retired) throw new DomainError('question_retired', 'the question is out of use');
  return { questionId: await askedRow(em, context, { wording, courseId, at }), versionId: wording.versionId, setId: set?.id ?? null, seconds: seconds ?? set?.secondsEach ?? usualQuizSeconds };
}

/** Throws bad_request, not_found, question_retired, quiz_set_done, quiz_open_already, lesson_not_live. */
export async function openFromBank(context: SeatContext, wanted: BankAsk): Promise<OpenQuiz> {
  if (!wanted.setId && !wanted.questionId) throw new DomainError('bad_request', 'a set or a question is named');
  return ask(context, (em, at) => wantedOf(em, context, wanted, at));
}

type Briefed = Omit<BankBrief, 'asked'>;
const briefOf = ({ questionId, kind, stem, pictureId, knowledgePoint, retired }: Briefed, asked: ReadonlySet<string>): BankBrief =>
  ({ questionId, kind, stem, pictureId, knowledgePoint, retired, asked: asked.has(questionId) });

/** Sets of the lesson's course with what was asked of them in this lesson. */
export async function setsOf({ live, seat }: SeatContext): Promise<QuizSets> {
  const em = live.deps.orm.em.fork();
  const asked = await askedOfBank(em, seat.lessonId);
  const sets = await questionSets(em, await courseOfLesson(em, seat.lessonId));
  return {
    lastSetId: await lastSetAsked(em, seat.lessonId),
    sets: sets.map(({ setId, name, secondsEach, questions }) => ({ setId, name, secondsEach, questions: questions.map((one) => briefOf(one, asked)) })),
  };
}

/** Questions in use of the lesson's course with these words in their stem, newest first. */
export async function foundInBank({ live, seat }: SeatContext, text: string): Promise<{ questions: BankBrief[]; total: number }> {
  const em = live.deps.orm.em.fork();
  const asked = await askedOfBank(em, seat.lessonId);
  const { questions, total } = await bankPage(em, await courseOfLesson(em, seat.lessonId), { text }, foundAtOnce);
  return { questions: questions.map((one) => briefOf(one, asked)), total };
}
