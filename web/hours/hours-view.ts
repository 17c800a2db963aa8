// What the pages of hours show of a ledger: what did not count, where it lies in the unit, and in one sentence how things stand.
import type { HoursLesson, HoursSpan, HoursUnit, LessonHours } from '#contracts/hours.ts';
import { isCredited } from '#domain/presence/facts.ts';
import { appealableReasons, shortestAppealMs } from '#domain/review.ts';

/** What is not credited in class or by a correction, ascending. */
export const lostSpans = (unit: Pick<HoursUnit, 'spans'>): HoursSpan[] => unit.spans.filter(({ reason }) => !isCredited(reason));

export const lengthMs = ({ from, to }: Pick<HoursSpan, 'from' | 'to'>): number => Date.parse(to) - Date.parse(from);

export interface BarPiece { left: number; width: number; counted: boolean }
/** Pieces of the bar in percent of the time between the unit's first and last held moment; what was not held is a hole. */
export function barPieces({ spans }: Pick<HoursUnit, 'spans'>): BarPiece[] {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return [];
  const fromMs = Date.parse(first.from);
  const wholeMs = Math.max(1, Date.parse(last.to) - fromMs);
  return spans.map((span) => ({ left: ((Date.parse(span.from) - fromMs) / wholeMs) * 100, width: (lengthMs(span) / wholeMs) * 100, counted: isCredited(span.reason) }));
}

/** Tone and key of the sentence above the ledger. */
export type Standing = { tone: 'good' | 'warn' | 'bad' | 'tell'; key: string } | null;
export function standingOf({ state, open, status, kind }: Pick<HoursLesson, 'state' | 'open' | 'status' | 'kind'>): Standing {
  if (state === 'nothing_held') return null;
  if (kind === 'recorded' && state !== 'reached') return open ? { tone: 'warn', key: 'recorded.standing.open' } : { tone: 'bad', key: 'recorded.standing.over' };
  if (status === 'live') return state === 'reached' ? { tone: 'good', key: 'hours.standing.liveReached' } : { tone: 'warn', key: 'hours.standing.liveShort' };
  if (state === 'reached') return { tone: 'good', key: open && kind !== 'recorded' ? 'hours.standing.reachedOpen' : 'hours.standing.reached' };
  if (state === 'reachable') return { tone: 'warn', key: 'hours.standing.reachable' };
  return { tone: 'bad', key: open ? 'hours.standing.tooLittle' : 'hours.standing.short' };
}

/** True where figures may be read. */
export const hasFigures = ({ note }: Pick<LessonHours, 'note'>): boolean => note === null || note === 'still_live';

/** Stretches worth an appeal of their own; what a check took is appealed at the check. */
export const mayAppeal = (span: HoursSpan): boolean => (appealableReasons as readonly string[]).includes(span.reason) && lengthMs(span) >= shortestAppealMs;
