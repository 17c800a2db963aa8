// Answers: who answers in the same moment is written by one unit of work, in which each has an acknowledgement or a refusal of their own.
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { answerFits, answerOf, isRight, sameAnswer, type BankKind, type QuestionAnswer } from '#domain/question.ts';
import { answerStanding, isInTime, type AnswerMoment, type SeatSpan } from '#domain/quiz.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import type { Outcome } from '#runtime/batches.ts';
import type { Deps } from '../deps.ts';

/** `arrivedAt`: when it reached this process; `chosenAt`: when it was chosen, as the device says. */
export interface AnswerAsk { lessonId: string; institutionId: string; personId: string; quizId: string; answer: QuestionAnswer; chosenAt: string | null; arrivedAt: Date }
export interface Answered { quizId: string; answeredAt: string }

interface Asked {
  id: string; lesson_id: string; session_id: string; opened_at: string; deadline_at: string; closed_at: string | null;
  kind: BankKind; options: string[]; right: number[]; accepted: string[];
}
interface Own { person_id: string; asked: boolean; choices: number[] | null; text: string | null; answered_at: string | null }
interface Seats { person_id: string; connected_at: string; last_seen_at: string; left_at: string | null; cut: boolean }
/** An answer that counts and is not written yet. */
interface Fresh { ask: AnswerAsk; afterCut: boolean }

/** The question as it stands; closing waits for answers that are being written, and they for it. */
async function held(em: EntityManager, quizId: string): Promise<Asked | null> {
  const [row] = await em.execute<Asked[]>(
    `select z.id, z.lesson_id, z.session_id, z.opened_at, z.deadline_at, z.closed_at, q.kind, q.options, q.right_choices as right, coalesce(q.accepted, '[]') as accepted
     from quiz z join question q on q.id = z.question_id where z.id = ? for share of z`, [quizId]);
  return row ?? null;
}

/** Whether each was asked before it ended, and what they have answered already. */
async function ownOf(em: EntityManager, quizId: string, personIds: readonly string[]): Promise<Map<string, Own>> {
  const rows = await em.execute<Own[]>(
    `select who.person_id, asked.person_id is not null as asked, given.choices, given.text, given.answered_at from unnest(?::uuid[]) as who(person_id)
     left join quiz_asked asked on asked.quiz_id = ? and asked.person_id = who.person_id
     left join answer given on given.quiz_id = ? and given.person_id = who.person_id`, [arrayOf(personIds), quizId, quizId]);
  return new Map(rows.map((row) => [row.person_id, row]));
}

async function seatsOf(em: EntityManager, lessonId: string, personIds: readonly string[]): Promise<Map<string, SeatSpan[]>> {
  if (personIds.length === 0) return new Map();
  const rows = await em.execute<Seats[]>(
    `select person_id, connected_at, last_seen_at, left_at, coalesce(left_reason in ('cut', 'lease_expired'), false) as cut
     from connection where lesson_id = ? and person_id = any(?::uuid[])`, [lessonId, arrayOf(personIds)]);
  const ms = (at: string): number => new Date(at).getTime();
  const spans = Map.groupBy(rows, (row) => row.person_id);
  return new Map([...spans].map(([personId, own]) => [personId, own.map((row) => (
    { connectedMs: ms(row.connected_at), lastSeenMs: ms(row.last_seen_at), leftMs: row.left_at === null ? null : ms(row.left_at), cut: row.cut }))]));
}

const momentOf = (quiz: Asked, { arrivedAt, chosenAt }: AnswerAsk): AnswerMoment => ({
  deadlineMs: new Date(quiz.deadline_at).getTime(), closedMs: quiz.closed_at === null ? null : new Date(quiz.closed_at).getTime(),
  atMs: arrivedAt.getTime(), chosenMs: chosenAt === null ? null : Date.parse(chosenAt),
});

/** The answer of before, where it is the same one. Throws answer_differs. */
function again(quiz: Asked, ask: AnswerAsk, { choices, text, answered_at: at }: Own): Answered {
  if (!sameAnswer(quiz.kind, answerOf(choices, text)!, ask.answer)) throw new DomainError('answer_differs', 'another answer was given before');
  return { quizId: ask.quizId, answeredAt: new Date(at!).toISOString() };
}

/** What is known of an answer before it is written: its acknowledgement of before, or whether it counts. */
function judged(quiz: Asked | null, ask: AnswerAsk, own: Own | undefined, seats: readonly SeatSpan[]): Answered | Fresh {
  if (!quiz) throw new DomainError('not_found', 'no such quiz');
  if (quiz.lesson_id !== ask.lessonId) throw new DomainError('wrong_lesson', 'the quiz belongs to another lesson');
  if (!answerFits(quiz, ask.answer)) throw new DomainError('quiz_choice_invalid', 'the answer does not fit the question');
  if (own?.choices) return again(quiz, ask, own);
  const standing = answerStanding(momentOf(quiz, ask), seats);
  if (standing === 'too_late') throw new DomainError('quiz_closed', 'the quiz is closed');
  if (!own?.asked) throw new DomainError('quiz_not_asked', 'this person was not asked');
  return { ask, afterCut: standing === 'after_cut' };
}

/** Writes the answers with their events; answers whose were written: somebody else may have been quicker in another process. */
async function write(em: EntityManager, quiz: Asked, fresh: readonly Fresh[]): Promise<Set<string>> {
  if (fresh.length === 0) return new Set();
  const rows = fresh.map(({ ask: { personId, answer, arrivedAt }, afterCut }) => (
    { id: newId(arrivedAt.getTime()), event: newId(), person: personId, choices: [], text: null, ...answer, correct: isRight(quiz, answer), at: arrivedAt, after: afterCut }));
  const written = await em.execute<{ person_id: string }[]>(
    `with given as materialized (select * from jsonb_to_recordset(?::jsonb) as v(id uuid, event uuid, person uuid, choices jsonb, text text, correct boolean, at timestamptz, after boolean)), taken as (
       insert into answer (id, institution_id, quiz_id, person_id, choices, text, correct, answered_at, after_cut)
       select id, ?, ?, person, choices, text, correct, at, after from given order by person on conflict (quiz_id, person_id) do nothing returning id, person_id), told as (
       insert into event (id, stream, type, at, payload, institution_id, actor_id)
       select given.event, ?, 'quiz:answered', given.at, jsonb_build_object('sessionId', ?::text, 'quizId', ?::text, 'answerId', given.id, 'personId', given.person,
         'correct', given.correct, 'afterCut', given.after), ?, given.person from taken join given on given.id = taken.id)
     select person_id from taken`,
    [JSON.stringify(rows), fresh[0]!.ask.institutionId, quiz.id, `lesson:${quiz.lesson_id}`, quiz.session_id, quiz.id, fresh[0]!.ask.institutionId]);
  return new Set(written.map((row) => row.person_id));
}

function tried<T>(work: () => T): { value: T } | { error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

async function answerOne(em: EntityManager, quizId: string, asks: readonly AnswerAsk[]): Promise<Outcome<Answered>[]> {
  const quiz = await held(em, quizId);
  const people = asks.map(({ personId }) => personId);
  const own = quiz ? await ownOf(em, quizId, people) : new Map<string, Own>();
  const late = quiz ? asks.filter((ask) => !isInTime(momentOf(quiz, ask))).map(({ personId }) => personId) : [];
  const seats = quiz ? await seatsOf(em, quiz.lesson_id, late) : new Map<string, SeatSpan[]>();
  const found = asks.map((ask) => tried(() => judged(quiz, ask, own.get(ask.personId), seats.get(ask.personId) ?? [])));
  const fresh = found.flatMap((one) => ('value' in one && 'ask' in one.value ? [one.value] : []));
  const written = quiz ? await write(em, quiz, fresh) : new Set<string>();
  const overtaken = fresh.map(({ ask }) => ask.personId).filter((personId) => !written.has(personId));
  const quicker = overtaken.length > 0 ? await ownOf(em, quizId, overtaken) : new Map<string, Own>();
  return found.map((one): Outcome<Answered> => {
    if ('error' in one || !('ask' in one.value)) return one as Outcome<Answered>;
    const { ask } = one.value;
    return written.has(ask.personId) ? { value: { quizId, answeredAt: ask.arrivedAt.toISOString() } } : tried(() => again(quiz!, ask, quicker.get(ask.personId)!));
  });
}

/** Answers of different people to one question, in one transaction. The first answer of each counts. Each may be refused: see `quiz:answer`. */
export async function answerTogether({ orm }: Pick<Deps, 'orm'>, asks: readonly AnswerAsk[]): Promise<Outcome<Answered>[]> {
  const [first] = asks;
  if (!first) return [];
  return unitOfWork(orm, { personId: asks.length === 1 ? first.personId : null, institutionId: first.institutionId }, (em) => answerOne(em, first.quizId, asks));
}
