// In-class questions: which choices are valid, when an answer is correct, accuracy (R26, R27).

export const questionKinds = ['single', 'multiple', 'trueFalse'] as const;
export type QuestionKind = (typeof questionKinds)[number];

/** Shortest and longest answering time, seconds. */
export const quizSeconds = { min: 5, max: 1800 } as const;
/** Seconds for a question that says nothing of its time. */
export const usualQuizSeconds = 60;
/** An answer sent in time but slowed by the network is taken this long after the deadline, server clock. */
export const answerGraceMs = 1500;
/** So long after the end of a question an answer is still taken of somebody the server had lost at its end (docs/decisions/047). */
export const lateAnswerMs = 60_000;
/** Of this time the device may have been connected so long, all its returns together: it sends what it kept at once, and nobody sits and thinks. */
export const backAnswerMs = 10_000;

/** One hold of the seat, ms of the server's clock. `lastSeenMs`: the last packet that was stored; `cut`: it ended because the server lost the device. */
export interface SeatSpan { connectedMs: number; lastSeenMs: number; leftMs: number | null; cut: boolean }
export interface AnswerMoment {
  deadlineMs: number;
  /** When it was closed, null while it is open. */
  closedMs: number | null;
  /** When the answer reached the server. */
  atMs: number;
  /** When the device says it was chosen, by the server's clock; null where it says nothing. It can only speak against the answer. */
  chosenMs: number | null;
}
export type AnswerStanding = 'in_time' | 'after_cut' | 'too_late';

/** When nobody may answer any more: at the deadline, or when a leader closed it before. */
export const endOfQuiz = ({ deadlineMs, closedMs }: Pick<AnswerMoment, 'deadlineMs' | 'closedMs'>): number => Math.min(deadlineMs, closedMs ?? deadlineMs);

/** Not closed and not later than the deadline and its grace. */
export const isInTime = ({ deadlineMs, closedMs, atMs }: AnswerMoment): boolean =>
  atMs <= deadlineMs + answerGraceMs && (closedMs === null || atMs < closedMs);

/**
 * Whether an answer counts. One that comes late does only where the server itself had lost the person when the question ended, and where it comes at once
 * after the return. `seats`: all holds of the person in the lesson, in any order.
 */
export function answerStanding(moment: AnswerMoment, seats: readonly SeatSpan[]): AnswerStanding {
  const { atMs, chosenMs } = moment;
  if (isInTime(moment)) return 'in_time';
  const endMs = endOfQuiz(moment);
  if (atMs > endMs + lateAnswerMs || chosenMs === null || chosenMs > endMs + answerGraceMs) return 'too_late';
  const lostMs = ({ leftMs, lastSeenMs, cut }: SeatSpan): number => (leftMs === null ? atMs : cut ? Math.min(leftMs, lastSeenMs) : leftMs);
  const before = seats.filter(({ connectedMs }) => connectedMs <= endMs).sort((a, b) => a.connectedMs - b.connectedMs).at(-1);
  if (!before?.cut || before.leftMs === null || lostMs(before) > endMs) return 'too_late';
  const backMs = seats.reduce((sum, seat) => sum + Math.max(0, lostMs(seat) - Math.max(seat.connectedMs, endMs)), 0);
  return backMs <= backAnswerMs ? 'after_cut' : 'too_late';
}

/** What a learner made of a question: `none`: asked and did not answer; `not_asked`: was not there. */
export const answerMarks = ['right', 'wrong', 'none', 'not_asked'] as const;
export type AnswerMark = (typeof answerMarks)[number];

/** Choices are distinct option indexes 0..optionCount-1; one for `single` and `trueFalse`, one or more for `multiple`. */
export function choicesValid(kind: QuestionKind, optionCount: number, choices: readonly number[]): boolean {
  if (choices.length === 0 || new Set(choices).size !== choices.length) return false;
  if (kind !== 'multiple' && choices.length !== 1) return false;
  return choices.every((choice) => Number.isInteger(choice) && choice >= 0 && choice < optionCount);
}

export const sameChoices = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && [...a].sort((x, y) => x - y).every((choice, index) => choice === [...b].sort((x, y) => x - y)[index]);

/** Correct when exactly the right options are chosen. */
export const isCorrect = (right: readonly number[], choices: readonly number[]): boolean => sameChoices(right, choices);

/** Share 0..1 of correct among asked; null when nothing was asked. An unanswered question counts as asked (R27). */
export const accuracy = (asked: number, correct: number): number | null => (asked === 0 ? null : correct / asked);
