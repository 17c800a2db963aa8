// An exam as its learner stands to it: one word for where it is, what is left, and the sentences that follow.
import type { AttemptBrief, OwnExam } from '#contracts/exam.ts';

/** `missed`: over, and never begun; `used_up`: no try left, the last one did not count. */
export const ownStands = ['running', 'ready', 'upcoming', 'wait', 'to_mark', 'held', 'passed', 'failed', 'used_up', 'missed', 'withdrawn'] as const;
export type OwnStand = (typeof ownStands)[number];
type Seen = Pick<OwnExam, 'phase' | 'openAttemptId' | 'attempts' | 'best' | 'hindrance'>;

export function ownStand({ phase, openAttemptId, attempts, best, hindrance }: Seen): OwnStand {
  if (phase === 'withdrawn') return 'withdrawn';
  if (openAttemptId) return 'running';
  if (best?.result === 'passed') return 'passed';
  if (hindrance === null) return 'ready';
  if (hindrance === 'not_open_yet') return 'upcoming';
  const last = attempts.findLast(({ status }) => status === 'submitted');
  if (last?.result === 'to_mark' || last?.result === 'held') return last.result;
  if (hindrance === 'wait') return 'wait';
  if (!last) return hindrance === 'over' ? 'missed' : 'used_up';
  return last.result === 'annulled' ? 'used_up' : 'failed';
}

const tones: Record<OwnStand, { tone: string; icon: 'play' | 'calendar' | 'clock' | 'edit' | 'info' | 'done' | 'missed' | 'stop' }> = {
  running: { tone: 'live', icon: 'play' }, ready: { tone: 'tell', icon: 'play' }, upcoming: { tone: '', icon: 'calendar' }, wait: { tone: 'warn', icon: 'clock' },
  to_mark: { tone: 'tell', icon: 'edit' }, held: { tone: 'warn', icon: 'info' }, passed: { tone: 'good', icon: 'done' }, failed: { tone: 'bad', icon: 'missed' },
  used_up: { tone: 'bad', icon: 'stop' }, missed: { tone: 'warn', icon: 'missed' }, withdrawn: { tone: '', icon: 'stop' },
};
export const ownTone = (stand: OwnStand) => tones[stand];

/** Tries that may still be begun; what ended without counting took none. */
export const triesLeft = ({ attemptsAllowed, attempts }: Pick<OwnExam, 'attemptsAllowed' | 'attempts'>): number =>
  Math.max(0, attemptsAllowed - attempts.filter(({ status }) => status !== 'void').length);

/** Something to do now, or soon: what stands on the home page. */
export const isDue = (exam: Seen): boolean => (['running', 'ready', 'upcoming', 'wait', 'to_mark', 'held'] as const).some((stand) => stand === ownStand(exam));

/** Attempts that ended, the newest first. */
export const endedAttempts = ({ attempts }: Pick<OwnExam, 'attempts'>): AttemptBrief[] => attempts.filter(({ status }) => status === 'submitted').reverse();
