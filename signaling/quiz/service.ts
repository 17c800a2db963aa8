// Quizzes: opened with a deadline, closed by a leader or by the clock, and their results. Answers: answering.ts.
import type { OpenQuiz, QuestionDraft, QuizResult } from '#contracts/quiz.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { choicesValid } from '#domain/quiz.ts';
import { Question, Quiz } from '#db/entities/classroom.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { Cohort } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { lessonWithSession, requireLiveSession } from '#db/queries/lesson-state.ts';
import { askPresent, closeQuiz, openQuizView, resultsOfQuizzes, runningQuiz } from '#db/queries/quizzes.ts';
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
    rightChoices: draft.right, explanation: draft.explanation ?? null, createdBy: seat.personId, createdAt: at,
  });
  return id;
}

/** What is asked, for how long, and from where. */
export interface Wanted { questionId: string; seconds: number; versionId: string | null; setId: string | null }

/** Asks all learners who are here. Throws quiz_open_already, lesson_not_live and what `wantedOf` throws. */
export async function ask({ live, seat, actor }: SeatContext, wantedOf: (em: EntityManager, at: Date) => Promise<Wanted>): Promise<OpenQuiz> {
  return unitOfWork(live.deps.orm, actor, async (em) => {
    // Held against those who are entering: each of them is here when it is asked who is, or finds the quiz.
    await em.execute('select 1 from lesson where id = ? for no key update', [seat.lessonId]);
    const at = live.deps.now();
    const session = await requireLiveSession(em, seat.lessonId, true);
    if (await runningQuiz(em, session.id)) throw new DomainError('quiz_open_already', 'a quiz is open');
    const { questionId, seconds, versionId, setId } = await wantedOf(em, at);
    const id = newId(at.getTime());
    await em.insert(Quiz, {
      id, institutionId: seat.institutionId, lessonId: seat.lessonId, sessionId: session.id, questionId, openedAt: at,
      deadlineAt: new Date(at.getTime() + seconds * 1000), closedAt: null, setId,
    });
    const quiz = await em.findOneOrFail(Quiz, { id });
    const asked = await askPresent(em, quiz, at);
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'quiz:opened', at, { sessionId: session.id, quizId: id, questionId, versionId, setId, seconds, asked });
    return openQuizView(em, quiz, null);
  });
}

/** Opens a new question. Throws quiz_open_already, quiz_choice_invalid, lesson_not_live. */
export async function openQuiz(context: SeatContext, draft: QuestionDraft): Promise<OpenQuiz> {
  requireSoundDraft(draft);
  return ask(context, async (em, at) => ({ questionId: await insertQuestion(em, context, draft, at), seconds: draft.seconds, versionId: null, setId: null }));
}

/** Asks the wording of a quiz of this lesson once more. Throws not_found, wrong_lesson, quiz_open_already, lesson_not_live. */
export async function askAgain(context: SeatContext, quizId: string, seconds: number): Promise<OpenQuiz> {
  return ask(context, async (em) => {
    const before = await em.findOne(Quiz, { id: quizId });
    if (!before) throw new DomainError('not_found', 'no such quiz');
    if (before.lessonId !== context.seat.lessonId) throw new DomainError('wrong_lesson', 'the quiz belongs to another lesson');
    const { versionId } = await em.findOneOrFail(Question, { id: before.questionId });
    return { questionId: before.questionId, seconds, versionId: versionId ?? null, setId: before.setId ?? null };
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
  const quizzes = await em.find(Quiz, { sessionId: session.id, closedAt: { $ne: null } });
  return resultsOfQuizzes(em, quizzes.map(({ id }) => id));
}
