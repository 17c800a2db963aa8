// Quizzes: opened with a deadline, answered once, closed by a leader or by the clock.
import { LockMode } from '@mikro-orm/postgresql';
import type { OpenQuiz, QuestionDraft, QuizResult } from '#contracts/quiz.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { answerGraceMs, choicesValid, isCorrect, sameChoices } from '#domain/quiz.ts';
import { Answer, Question, Quiz } from '#db/entities/classroom.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { Cohort } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { lessonWithSession, requireLiveSession } from '#db/queries/lesson-state.ts';
import { askPresent, closeQuiz, markAsked, openQuizView, resultOf, runningQuiz } from '#db/queries/quizzes.ts';
import type { SeatContext } from '../classroom/context.ts';

function requireSoundDraft(draft: QuestionDraft): void {
  if (!choicesValid(draft.kind, draft.options.length, draft.right)) throw new DomainError('quiz_choice_invalid', 'the right choices do not fit the question');
  if (draft.kind === 'trueFalse' && draft.options.length !== 2) throw new DomainError('quiz_choice_invalid', 'true or false has two options');
}

async function insertQuestion(em: EntityManager, { seat }: SeatContext, draft: QuestionDraft, at: Date): Promise<string> {
  const lesson = await em.findOneOrFail(Lesson, { id: seat.lessonId });
  const cohort = await em.findOneOrFail(Cohort, { id: lesson.cohortId });
  const id = newId(at.getTime());
  await em.insert(Question, {
    id, institutionId: seat.institutionId, courseId: cohort.courseId, kind: draft.kind, prompt: draft.prompt, options: draft.options,
    rightChoices: draft.right, createdBy: seat.personId, createdAt: at,
  });
  return id;
}

/** Opens a quiz for all learners who are here. Throws quiz_open_already, quiz_choice_invalid, lesson_not_live. */
export async function openQuiz(context: SeatContext, draft: QuestionDraft): Promise<OpenQuiz> {
  requireSoundDraft(draft);
  const { live, seat, actor } = context;
  return unitOfWork(live.deps.orm, actor, async (em) => {
    // Held against those who are entering: each of them is here when it is asked who is, or finds the quiz.
    await em.execute('select 1 from lesson where id = ? for no key update', [seat.lessonId]);
    const at = live.deps.now();
    const session = await requireLiveSession(em, seat.lessonId, true);
    if (await runningQuiz(em, session.id)) throw new DomainError('quiz_open_already', 'a quiz is open');
    const questionId = await insertQuestion(em, context, draft, at);
    const id = newId(at.getTime());
    await em.insert(Quiz, {
      id, institutionId: seat.institutionId, lessonId: seat.lessonId, sessionId: session.id, questionId, openedAt: at,
      deadlineAt: new Date(at.getTime() + draft.seconds * 1000), closedAt: null,
    });
    const quiz = await em.findOneOrFail(Quiz, { id });
    const asked = await askPresent(em, quiz, at);
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'quiz:opened', at, { sessionId: session.id, quizId: id, questionId, seconds: draft.seconds, asked });
    return openQuizView(em, quiz, null);
  });
}

async function quizToAnswer(em: EntityManager, lessonId: string, quizId: string): Promise<Quiz> {
  // Answers come side by side; closing waits for those that are being written, and they for it.
  const quiz = await em.findOne(Quiz, { id: quizId }, { lockMode: LockMode.PESSIMISTIC_READ });
  if (!quiz) throw new DomainError('not_found', 'no such quiz');
  if (quiz.lessonId !== lessonId) throw new DomainError('wrong_lesson', 'the quiz belongs to another lesson');
  return quiz;
}

/** The first answer counts. Throws quiz_closed, wrong_lesson, quiz_choice_invalid, answer_differs. */
export async function answerQuiz({ live, seat, actor }: SeatContext, quizId: string, choices: number[]): Promise<{ quizId: string; answeredAt: string }> {
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const at = live.deps.now();
    const quiz = await quizToAnswer(em, seat.lessonId, quizId);
    const question = await em.findOneOrFail(Question, { id: quiz.questionId });
    if (!choicesValid(question.kind, question.options.length, choices)) throw new DomainError('quiz_choice_invalid', 'the choices do not fit the question');
    const given = await em.findOne(Answer, { quizId, personId: seat.personId });
    if (!given && (quiz.closedAt || at.getTime() > quiz.deadlineAt.getTime() + answerGraceMs)) throw new DomainError('quiz_closed', 'the quiz is closed');
    if (!given) {
      const id = newId(at.getTime());
      const correct = isCorrect(question.rightChoices, choices);
      const inserted = await em.execute<{ id: string }[]>(
        `insert into answer (id, institution_id, quiz_id, person_id, choices, correct, answered_at) values (?, ?, ?, ?, ?::jsonb, ?, ?)
         on conflict (quiz_id, person_id) do nothing returning id`,
        [id, seat.institutionId, quizId, seat.personId, JSON.stringify(choices), correct, at]);
      if (inserted.length > 0) {
        await markAsked(em, quiz, [seat.personId], at);
        await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'quiz:answered', at, { sessionId: quiz.sessionId, quizId, answerId: id, personId: seat.personId, correct });
        return { quizId, answeredAt: at.toISOString() };
      }
    }
    const stored = given ?? (await em.findOneOrFail(Answer, { quizId, personId: seat.personId }));
    if (!sameChoices(stored.choices, choices)) throw new DomainError('answer_differs', 'another answer was given before');
    return { quizId, answeredAt: stored.answeredAt.toISOString() };
  });
}

export async function closeByLeader({ live, seat, actor }: SeatContext, quizId: string): Promise<{ result: QuizResult; changed: boolean }> {
  return unitOfWork(live.deps.orm, actor, (em) => closeQuiz(em, actor, seat.lessonId, quizId, live.deps.now()));
}

/** Closed quizzes of the latest session, oldest first. */
export async function resultsOf({ live, seat }: SeatContext): Promise<QuizResult[]> {
  const em = live.deps.orm.em.fork();
  const { session } = await lessonWithSession(em, seat.lessonId);
  if (!session) return [];
  const quizzes = await em.find(Quiz, { sessionId: session.id, closedAt: { $ne: null } }, { orderBy: { openedAt: 'asc' } });
  const results: QuizResult[] = [];
  for (const quiz of quizzes) results.push(await resultOf(em, quiz));
  return results;
}
