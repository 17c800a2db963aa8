// Exams: what they follow, how far they are, who may begin one when, and what an attempt came to (R26, R43, R104, R143).
import { bankKinds, type BankKind, type QuestionAnswer } from './question.ts';
import { answerGraceMs, lateAnswerMs, type SeatSpan } from './quiz.ts';

/** `closed`: nobody begins any more, who began finishes; `withdrawn`: nothing of it counts. */
export const examStatuses = ['draft', 'published', 'closed', 'withdrawn'] as const;
export type ExamStatus = (typeof examStatuses)[number];
/** How far it is by the clock: a published one is `upcoming`, `open` or `over`. */
export const examPhases = ['draft', 'upcoming', 'open', 'over', 'closed', 'withdrawn'] as const;
export type ExamPhase = (typeof examPhases)[number];

/** Of an exam. `freeText` is marked by a person and stands in the exam itself; the bank holds what a machine can judge (docs/decisions/055). */
export const examKinds = [...bankKinds, 'freeText'] as const;
export type ExamKind = (typeof examKinds)[number];

/** Lengths in characters, numbers of things, minutes, points. */
export const examLimits = {
  title: 120, instructions: 2000, prompt: 2000, guidance: 4000, text: 10_000, comment: 2000, reasonLeast: 2, reason: 500,
  mostCourses: 20, mostCohorts: 100, mostParts: 30, mostFixed: 100, mostFreeText: 20, mostQuestions: 200, mostPoints: 100,
  leastMinutes: 1, mostMinutes: 480, mostAttempts: 20, mostWaitMinutes: 43_200, mostWindowDays: 366,
} as const;
/** What a new exam begins with; the pass mark is a setting of each exam, other than the 80 % of R27, which is of questions in class. */
export const usualExam = { durationMinutes: 60, passPercent: 60, attempts: 1, waitMinutes: 0 } as const;

/** `signing_in`: begun, no question given out yet, the clock does not run; `void`: it ended so and counts as none. */
export const attemptStatuses = ['signing_in', 'working', 'submitted', 'void'] as const;
export type AttemptStatus = (typeof attemptStatuses)[number];
/** `time`: by the server's clock, with what was saved; `withdrawn`: the exam was. */
export const submitReasons = ['self', 'time', 'withdrawn'] as const;
export type SubmitReason = (typeof submitReasons)[number];
/** `open`: not submitted; `to_mark`: free text waits for a teacher; `held`: a check failed or was missed, and a person decides; `annulled`: they decided that it counts for nothing. */
export const attemptResults = ['open', 'to_mark', 'held', 'passed', 'failed', 'annulled'] as const;
export type AttemptResult = (typeof attemptResults)[number];
/** Why somebody cannot begin now. */
export const startHindrances = ['not_open_yet', 'over', 'no_attempt_left', 'wait'] as const;
export type StartHindrance = (typeof startHindrances)[number];
/** `sign_in`: questions come once it is answered; `check`: one waits for its answer, work may go on; `again`: the last one was missed or failed and can be asked once more. */
export const attemptStands = ['sign_in', 'working', 'check', 'again', 'submitted'] as const;
export type AttemptStand = (typeof attemptStands)[number];
/** What keeps a draft from being published. `parts_short`: the bank does not hold enough for a rule. */
export const examProblems = ['no_questions', 'too_many_questions', 'parts_short', 'fixed_retired', 'window_past'] as const;
export type ExamProblem = (typeof examProblems)[number];
/** Of a held attempt, by a person. */
export const holdOutcomes = ['counts', 'annulled'] as const;
export type HoldOutcome = (typeof holdOutcomes)[number];

/** Any answer of an exam; of `freeText` it is text of up to `examLimits.text` characters. */
export type ExamAnswer = QuestionAnswer;

/** One rule of drawing. `kinds` empty: any; `knowledgePoint` null: any. Difficulties both included. */
export interface DrawRule {
  courseId: string; kinds: readonly BankKind[]; knowledgePoint: string | null; leastDifficulty: number; mostDifficulty: number; count: number; pointsEach: number;
}

/** Ms since epoch. */
export interface ExamWindow { status: ExamStatus; opensMs: number; closesMs: number }
/** Opens at `opensMs`, over at `closesMs`. */
export function examPhase({ status, opensMs, closesMs }: ExamWindow, nowMs: number): ExamPhase {
  if (status !== 'published') return status;
  return nowMs < opensMs ? 'upcoming' : nowMs < closesMs ? 'open' : 'over';
}

/** When the time of an attempt is over: after its minutes, and never after the window. */
export const deadlineOf = (startedMs: number, durationMinutes: number, closesMs: number): number => Math.min(startedMs + durationMinutes * 60_000, closesMs);

/** Whole numbers on both sides, so that 60 % of 5 points is 3 and not a rounding. */
export const reachesPass = (points: number, maxPoints: number, passPercent: number): boolean => points * 100 >= passPercent * maxPoints;

/** What an attempt is judged by. `toMark`: free texts without a mark; `outcome`: what was decided of a held one, null before. */
export interface AttemptFacts {
  examStatus: ExamStatus; status: AttemptStatus; toMark: number; held: boolean; outcome: HoldOutcome | null; points: number; maxPoints: number; passPercent: number;
}
export function resultOf({ examStatus, status, toMark, held, outcome, points, maxPoints, passPercent }: AttemptFacts): AttemptResult {
  if (examStatus === 'withdrawn' || outcome === 'annulled' || status === 'void') return 'annulled';
  if (status !== 'submitted') return 'open';
  if (toMark > 0) return 'to_mark';
  if (held && outcome !== 'counts') return 'held';
  return reachesPass(points, maxPoints, passPercent) ? 'passed' : 'failed';
}

/** The best attempt that counts: most of its points, of equals the first; null while none counts. */
export function bestOf<T extends { result: AttemptResult; share: number | null }>(attempts: readonly T[]): T | null {
  const counted = attempts.filter(({ result }) => result === 'passed' || result === 'failed');
  return counted.reduce<T | null>((best, one) => (best === null || (one.share ?? 0) > (best.share ?? 0) ? one : best), null);
}

/** `lastEndMs`: when the last attempt ended, null where there was none. Void ones are no attempts. */
export interface StartAsk { window: ExamWindow; allowed: number; used: number; waitMinutes: number; lastEndMs: number | null }
export const nextStartMs = ({ window, waitMinutes, lastEndMs }: StartAsk): number => Math.max(window.opensMs, lastEndMs === null ? 0 : lastEndMs + waitMinutes * 60_000);
/** Why a new attempt cannot begin now; null: it can. */
export function startHindrance(ask: StartAsk, nowMs: number): StartHindrance | null {
  const phase = examPhase(ask.window, nowMs);
  if (phase === 'upcoming') return 'not_open_yet';
  if (phase !== 'open') return 'over';
  if (ask.used >= ask.allowed) return 'no_attempt_left';
  return nowMs < nextStartMs(ask) ? 'wait' : null;
}

/** Without a packet for so long the server takes a device for lost; a page is heard every five seconds. */
export const examLeaseMs = 15_000;
/** One time the device of an attempt was heard without a gap, ms of the server's clock. */
export interface ContactSpan { fromMs: number; lastSeenMs: number }
/** The same as holds of a seat, so that the rule of late answers in class is the rule of exams (docs/decisions/047). Every one but the last ended in a cut; the last one is there until its lease is over. */
export const contactSeats = (contacts: readonly ContactSpan[], nowMs: number): SeatSpan[] => contacts.map(({ fromMs, lastSeenMs }, index) => {
  const there = index === contacts.length - 1 && nowMs - lastSeenMs <= examLeaseMs;
  return { connectedMs: fromMs, lastSeenMs, leftMs: there ? null : lastSeenMs, cut: !there };
});

/**
 * Whether the server submits an attempt by itself: after its time and the grace, where the device was heard without a break over the end; of a device that was lost then, when nothing
 * of it could be taken any more.
 */
export function isDue(deadlineMs: number, contacts: readonly ContactSpan[], nowMs: number): boolean {
  if (nowMs <= deadlineMs + answerGraceMs) return false;
  const last = contacts.at(-1);
  const heardOver = last !== undefined && last.fromMs <= deadlineMs && last.lastSeenMs >= deadlineMs;
  return heardOver || nowMs > deadlineMs + lateAnswerMs + answerGraceMs;
}

/** What a learner's exam came to: of the best attempt, or of the last one where none counts; `none`: never began. */
export function resultOfLearner(attempts: readonly { result: AttemptResult; share: number | null }[]): AttemptResult | 'none' {
  return (bestOf(attempts) ?? attempts.at(-1))?.result ?? 'none';
}

/** `rate`: passed among passed and failed, 0..1, null while there are none; `waiting` for an end, a mark or a decision. `meanShare`: of the best attempts that count. */
export interface Rate { learners: number; taken: number; passed: number; failed: number; waiting: number; rate: number | null; meanShare: number | null }
export function rateOf(learners: readonly { result: AttemptResult | 'none'; best: { share: number | null } | null }[]): Rate {
  const of = (...results: (AttemptResult | 'none')[]): number => learners.filter(({ result }) => results.includes(result)).length;
  const [passed, failed] = [of('passed'), of('failed')];
  const shares = learners.flatMap(({ best }) => best?.share ?? []);
  return {
    learners: learners.length, taken: learners.length - of('none'), passed, failed, waiting: of('open', 'to_mark', 'held'), rate: passed + failed === 0 ? null : passed / (passed + failed),
    meanShare: shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length,
  };
}
