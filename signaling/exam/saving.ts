// Answers of an attempt: saved as they are chosen, in any order of arrival, and handed in once.
import type { AnswersBody, AnswersSaved, OwnResult, SavedAnswer } from '#contracts/exam.ts';
import { ExamItem, type Exam, type ExamAttempt } from '#db/entities/exam.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { contactsOf, noteContact } from '#db/queries/exam-contacts.ts';
import { handIn } from '#db/queries/exam-hand-in.ts';
import { storedItems, type StoredItem } from '#db/queries/exam-papers.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { asStored } from '#domain/exam-paper.ts';
import { contactSeats, type ExamAnswer } from '#domain/exam.ts';
import { DomainError } from '#domain/errors.ts';
import { answerFits } from '#domain/question.ts';
import { answerStanding, type AnswerStanding, type SeatSpan } from '#domain/quiz.ts';
import type { Deps } from '../deps.ts';
import { holdAttempt, requireTurn } from './attempts.ts';
import { ownResult } from './results.ts';

const invalid = (ordinal: number): DomainError => new DomainError('exam_answer_invalid', `question ${ordinal}`);

/** As it is stored: places of the options as they are written. Throws exam_answer_invalid. */
function storedAnswer(item: StoredItem, answer: ExamAnswer | null): ExamAnswer | null {
  if (answer === null) return null;
  if (item.kind === 'freeText') {
    if (!('text' in answer) || answer.text.trim() === '') throw invalid(item.ordinal);
    return { text: answer.text };
  }
  const stored = 'choices' in answer ? { choices: asStored(item.order, answer.choices) } : answer;
  if (!answerFits({ kind: item.kind, options: item.options }, stored)) throw invalid(item.ordinal);
  return stored;
}

/** `chosenAt` can only speak against an answer, and an answer of before the end says when. */
const standingOf = (attempt: ExamAttempt, { chosenAt }: SavedAnswer, seats: readonly SeatSpan[], now: Date): AnswerStanding =>
  answerStanding({ deadlineMs: attempt.deadlineAt!.getTime(), closedMs: null, atMs: now.getTime(), chosenMs: chosenAt === undefined ? null : Date.parse(chosenAt) }, seats);

interface Saving { em: EntityManager; exam: Exam; attempt: ExamAttempt; now: Date }
/** Writes what is newer than what is there and not too late; answers what is saved now, and how many came too late. Throws exam_answer_invalid, and then nothing is written. */
async function write({ em, exam, attempt, now }: Saving, answers: readonly SavedAnswer[]): Promise<{ saved: AnswersSaved['saved']; late: number }> {
  if (answers.length === 0) return { saved: [], late: 0 };
  const items = new Map((await storedItems(em, exam, attempt.id)).map((item) => [item.ordinal, item]));
  const seats = contactSeats(await contactsOf(em, attempt.id), now.getTime());
  let late = 0;
  for (const given of [...answers].sort((one, other) => one.revision - other.revision)) {
    const item = items.get(given.ordinal);
    if (!item) throw invalid(given.ordinal);
    const answer = storedAnswer(item, given.answer);
    if (given.revision <= item.revision) continue;
    const standing = standingOf(attempt, given, seats, now);
    if (standing === 'too_late') {
      late++;
      continue;
    }
    const afterCut = item.afterCut || standing === 'after_cut';
    await em.nativeUpdate(ExamItem, { attemptId: attempt.id, ordinal: given.ordinal }, { answer, revision: given.revision, savedAt: now, afterCut });
    Object.assign(item, { answer, revision: given.revision, afterCut });
  }
  return { saved: [...new Set(answers.map(({ ordinal }) => ordinal))].map((ordinal) => ({ ordinal, revision: items.get(ordinal)!.revision })), late };
}

/** Throws not_found, exam_sign_in_first. Heard of now, also where what it asks is refused: the rule of late answers goes by when the device was back. */
async function heard(deps: Deps, personId: string, attemptId: string, turn: number, now: Date): Promise<string> {
  const em = deps.orm.em.fork();
  const [row] = await em.execute<{ institution_id: string; status: string; turn: number }[]>('select institution_id, status, turn from exam_attempt where id = ? and person_id = ?', [attemptId, personId]);
  if (!row) throw new DomainError('not_found', 'no such attempt');
  if (row.status === 'working' && row.turn === turn) await noteContact(em, { attemptId, institutionId: row.institution_id, at: now });
  return row.institution_id;
}

/** Throws not_found, exam_elsewhere, exam_over, exam_sign_in_first, exam_answer_invalid. */
export async function saveAnswers(deps: Deps, personId: string, attemptId: string, { turn, answers }: AnswersBody): Promise<AnswersSaved> {
  const now = deps.now();
  const institutionId = await heard(deps, personId, attemptId, turn, now);
  return unitOfWork(deps.orm, actorFor(personId, institutionId), async (em) => {
    const { attempt, exam } = await holdAttempt(em, personId, attemptId);
    if (attempt.status === 'submitted' || attempt.status === 'void') throw new DomainError('exam_over', 'it is handed in');
    requireTurn(attempt, turn);
    if (attempt.status === 'signing_in') throw new DomainError('exam_sign_in_first', 'no question was given out yet');
    const { saved, late } = await write({ em, exam, attempt, now }, answers);
    if (late > 0 && late === answers.length) throw new DomainError('exam_over', 'the time is over');
    return { saved, serverAt: now.toISOString(), deadlineAt: attempt.deadlineAt!.toISOString() };
  });
}

/** Once, however often it is asked. Throws not_found, exam_elsewhere, exam_sign_in_first, exam_answer_invalid. */
export async function submit(deps: Deps, personId: string, attemptId: string, { turn, answers }: AnswersBody): Promise<OwnResult> {
  const now = deps.now();
  const institutionId = await heard(deps, personId, attemptId, turn, now);
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    const { attempt, exam } = await holdAttempt(em, personId, attemptId);
    if (attempt.status === 'submitted') return ownResult(em, exam, attemptId, now);
    requireTurn(attempt, turn);
    if (attempt.status !== 'working') throw new DomainError('exam_sign_in_first', 'no question was given out yet');
    await write({ em, exam, attempt, now }, answers);
    const inTime = now <= attempt.deadlineAt!;
    await handIn(em, actor, exam, [{ attempt, reason: inTime ? 'self' : 'time', at: inTime ? now : attempt.deadlineAt! }], now);
    return ownResult(em, exam, attemptId, now);
  });
}
