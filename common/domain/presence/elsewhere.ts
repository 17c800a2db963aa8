// Two lessons at once: a person gets each instant once, in the lesson they entered first (R22, R149). A pure function of what each lesson would be worth by itself.
import { unionSpans, type Span } from '../spans.ts';
import { isCredited, type LearnerFacts } from './facts.ts';
import type { Ledger } from './ledger.ts';

interface Entered { lessonId: string; enteredMs: number }
/** A lesson a learner had a seat in; `present`: what would be credited were it the only one, epoch ms. */
export interface Attended extends Entered { present: readonly Span[] }

/** When the learner first took a seat, or was first at the place, epoch ms; Infinity where they never did. */
export const enteredMs = ({ seats, onSite = [] }: Pick<LearnerFacts, 'seats' | 'onSite'>): number =>
  Math.min(...seats.map(({ connectedMs }) => connectedMs), ...onSite.map(({ fromMs }) => fromMs));

export const presentSpans = ({ spans }: Pick<Ledger, 'spans'>): Span[] =>
  unionSpans(spans.filter(({ reason }) => isCredited(reason)).map(({ fromMs, toMs }) => ({ fromMs, toMs })));

/** One order over all lessons of a person, so that of any two the same one counts whoever asks; entered in the same moment, the id decides. */
const goesBefore = (one: Entered, other: Entered): boolean => one.enteredMs < other.enteredMs || (one.enteredMs === other.enteredMs && one.lessonId < other.lessonId);

/**
 * Instants of this lesson that count in another: in those entered before it, as each stands by itself. That one of them loses an instant to a third
 * changes nothing, as that one was entered before this lesson too. `others` may hold the lesson itself.
 */
export const countedElsewhere = (lesson: Entered, others: readonly Attended[]): Span[] =>
  unionSpans(others.filter((other) => other.lessonId !== lesson.lessonId && goesBefore(other, lesson)).flatMap(({ present }) => present));
