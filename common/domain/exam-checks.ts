// Face checks of an exam: a sign-in before the first question, spot checks at drawn moments of working time, and what each failure leads to (docs/decisions/055).
import { deservesRetry, signedIn, type CheckStatus, type Verdict } from './check.ts';
import type { AttemptStand, AttemptStatus } from './exam.ts';
import { spotMomentMs } from './presence/sitting.ts';
import type { RulePack } from './rules/rule-pack.ts';

export interface ExamCheckFact { kind: 'sign_in' | 'spot'; status: CheckStatus; verdict: Verdict | null; attempt: number }

const last = (checks: readonly ExamCheckFact[], kind: ExamCheckFact['kind']): ExamCheckFact | undefined => checks.findLast((check) => check.kind === kind && check.status !== 'void');

/** How often a sign-in is asked: then the exam may begin all the same, so that no machine's mistake takes it from anybody; the score is held until a person decides. */
export const mostSignIns = ({ retries, signInsAgain }: RulePack['checks']): number => 1 + retries + signInsAgain;

/** Whether questions may be given out: signed in (also while that waits for its verdict), or asked as often as the pack says. In the order of asking. */
export function mayWork(checks: readonly ExamCheckFact[], { exam, checks: rules }: Pick<RulePack, 'exam' | 'checks'>): boolean {
  if (!exam.signIn) return true;
  const asked = last(checks, 'sign_in');
  if (!asked) return false;
  if (asked.status !== 'asked' && signedIn({ answered: true, verdict: asked.verdict })) return asked.verdict !== 'missed';
  return asked.status === 'settled' && asked.attempt >= mostSignIns(rules);
}

/** Whether the last check may be asked once more now. */
export function mayAskAgain(checks: readonly ExamCheckFact[], status: AttemptStatus, rules: RulePack['checks']): boolean {
  const asked = last(checks, status === 'signing_in' ? 'sign_in' : 'spot');
  if (asked?.status !== 'settled' || asked.verdict === null || !deservesRetry(asked.verdict)) return false;
  return asked.attempt < (status === 'signing_in' ? mostSignIns(rules) : 1 + rules.retries);
}

export function examStand(checks: readonly ExamCheckFact[], status: AttemptStatus, rules: RulePack['checks']): AttemptStand {
  if (status === 'submitted' || status === 'void') return 'submitted';
  if (status === 'signing_in') return 'sign_in';
  if (checks.some((check) => check.kind === 'spot' && check.status === 'asked')) return 'check';
  return mayAskAgain(checks, status, rules) ? 'again' : 'working';
}

/**
 * When the next spot check is asked: one in each so many minutes of working, anywhere within them. `asked`: how many were. Null: none is to come, or its time to answer would not end before the
 * deadline. Ms since epoch; `random` in [0, 1), drawn for this one alone.
 */
export function nextSpotMs({ spotEveryMinutes }: RulePack['exam'], { startedMs, deadlineMs, asked, windowMs }: { startedMs: number; deadlineMs: number; asked: number; windowMs: number }, random: number): number | null {
  const moment = spotEveryMinutes === null ? null : spotMomentMs({ days: 0, failedChecks: false, checksPerUnit: 45 / spotEveryMinutes }, asked, random);
  return moment === null || startedMs + moment + windowMs > deadlineMs ? null : startedMs + moment;
}
