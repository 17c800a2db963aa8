// What the page after class draws: moments as places on the time line and in the replay, the curve as a path, strips as pieces.
import type { AfterClass, AfterLearner } from '#contracts/after-class.ts';
import { stripState, type StripState } from '#domain/after-class.ts';

/** What led to a moment is worth seeing too. */
const leadInMs = 5_000;
export interface ReplayPlace { unit: string; part?: string; at: string }
/** Where a moment (ms from the start of the lesson) is in the replay, as its page's address has it; null where no file has it. */
export function placeIn(films: AfterClass['films'], atMs: number): ReplayPlace | null {
  const film = films.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  if (!film) return null;
  const at = Math.floor(Math.max(0, atMs - film.fromMs - leadInMs) / 1000);
  return { unit: String(film.ordinal), ...(film.parts > 1 && { part: String(film.part) }), at: String(at) };
}

type Curve = Pick<AfterClass, 'curve' | 'stepMs' | 'lengthMs'>;
/** How many were there; null where nothing was held. */
export function countAt({ curve, stepMs }: Curve, atMs: number): number | null {
  const stretch = curve.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
  return stretch?.there[Math.floor((atMs - stretch.fromMs) / stepMs)] ?? null;
}

const tenths = (value: number): number => Math.round(value * 10) / 10;
/** One area per held stretch, in a box of `width` by `height`; `top` people reach its upper edge. */
export function curveAreas({ curve, stepMs, lengthMs }: Curve, top: number, { width, height }: { width: number; height: number }): string[] {
  const x = (ms: number): number => tenths((ms / Math.max(1, lengthMs)) * width);
  const y = (count: number): number => tenths(height - (count / Math.max(1, top)) * height);
  return curve.map(({ fromMs, toMs, there }) => {
    const turns = there.flatMap((count, point) => (point > 0 && count === there[point - 1] ? [] : [`H${x(fromMs + point * stepMs)}V${y(count)}`]));
    return `M${x(fromMs)} ${height}${turns.join('')}H${x(toMs)}V${height}Z`;
  });
}

/** In percent of the time line. */
export interface Piece { left: number; width: number; state: StripState; reason: AfterLearner['away'][number]['reason'] | 'present' }
/** All that was held as there, and over it what was not. */
export function stripPieces({ curve, lengthMs }: Curve, away: AfterLearner['away']): Piece[] {
  const whole = Math.max(1, lengthMs);
  const piece = (fromMs: number, toMs: number, reason: Piece['reason']): Piece => ({ left: (fromMs / whole) * 100, width: ((toMs - fromMs) / whole) * 100, state: stripState(reason), reason });
  return [...curve.map(({ fromMs, toMs }) => piece(fromMs, toMs, 'present')), ...away.map(({ fromMs, toMs, reason }) => piece(fromMs, toMs, reason))];
}

const tickMinutes = [5, 10, 15, 20, 30, 60, 120, 240];
/** Moments of the time line's ticks: at the start and every few minutes, `most` at most. */
export function ticksOf(lengthMs: number, most: number): number[] {
  const everyMs = (tickMinutes.find((minutes) => lengthMs / (minutes * 60_000) < most) ?? tickMinutes.at(-1)!) * 60_000;
  return Array.from({ length: Math.floor(lengthMs / everyMs) + 1 }, (_, index) => index * everyMs);
}

export type StoryLine = { atMs: number; toMs?: number } & (
  { kind: 'away'; reason: AfterLearner['away'][number]['reason'] } | { kind: 'check'; result: AfterLearner['checks'][number]['result'] }
  | { kind: 'answer'; question: number; result: AfterLearner['answers'][number]['result'] } | { kind: 'hand' });
/** What there is to tell of one learner, by time. */
export function storyOf({ away, checks, answers, hands }: AfterLearner): StoryLine[] {
  return [
    ...away.map(({ fromMs, toMs, reason }): StoryLine => ({ kind: 'away', atMs: fromMs, toMs, reason })), ...checks.map((check): StoryLine => ({ kind: 'check', ...check })),
    ...answers.map((answer): StoryLine => ({ kind: 'answer', ...answer })), ...hands.map((atMs): StoryLine => ({ kind: 'hand', atMs })),
  ].sort((one, other) => one.atMs - other.atMs);
}
