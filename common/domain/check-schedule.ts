// When a learner is asked for a face check: drawn at random beforehand, spread, and never a whole class at one moment (R61, R117).

/** Milliseconds since epoch; `endMs` is the planned end. */
export interface UnitSlot { unitId: string; startMs: number; endMs: number }
export interface Moment { personId: string; unitId: string; dueMs: number }
export interface DrawOrder {
  units: readonly UnitSlot[];
  personIds: readonly string[];
  /** Checks per learner and unit; fewer where the unit is too short for them. */
  perUnit: number;
  /** Time a learner has to answer, ms. Windows of one learner never overlap. */
  windowMs: number;
  /** Most checks of one lesson due in one second; more only where the class would not fit otherwise: `roomFor`. */
  perSecond?: number;
  /** A stream of numbers in [0, 1) for a label; the same label must give the same stream. */
  randomFor: (label: string) => () => number;
}

/** No check in the first three minutes (people arrive) nor in the last two (a late answer would outlast the unit). */
export const quietStartMs = 3 * 60_000;
export const quietEndMs = 2 * 60_000;
/** Wanted between two checks of one learner, where the unit is long enough. */
export const checkGapMs = 5 * 60_000;
export const defaultPerSecond = 3;
/** How often a learner's draw is repeated to find seconds that are not full yet. */
const tries = 48;

/** The part of a unit checks may fall into: short units lose a quarter at either side instead of the full margins. */
export function checkSpan(unit: UnitSlot): { fromMs: number; toMs: number } {
  const length = Math.max(0, unit.endMs - unit.startMs);
  return { fromMs: unit.startMs + Math.min(quietStartMs, length / 4), toMs: unit.endMs - Math.min(quietEndMs, length / 4) };
}

/** How many checks fit: half of the span stays free, so that no moment can be foreseen from the ones before. */
export function checksThatFit(spanMs: number, wanted: number, windowMs: number): number {
  if (wanted <= 0 || spanMs <= 0) return 0;
  return Math.min(wanted, 1 + Math.floor(spanMs / (2 * windowMs)));
}

/** `count` moments, ascending, at least `gapMs` apart; every such set of moments is equally likely. */
function drawSet(span: { fromMs: number; toMs: number }, count: number, gapMs: number, random: () => number): number[] {
  const free = span.toMs - span.fromMs - (count - 1) * gapMs;
  const draws = Array.from({ length: count }, () => random() * free).sort((a, b) => a - b);
  return draws.map((draw, index) => Math.floor(span.fromMs + draw + index * gapMs));
}

/**
 * Most checks in one second of a span for a class of so many: the configured number, as long as the class fits into half of what that allows. With 3 a second and two
 * checks in 40 minutes that is 1,800 learners. Above that it is twice the average load, for then at most half of the seconds can be full and a free one is found;
 * 20,000 learners have 34 a second, 0.17 % of the class. It is not a certainty: after 48 draws that all met a full second the least full one is taken. Were half of the seconds
 * full, that would befall one learner in a million with two checks; in fact far fewer are.
 * It binds one lesson: lessons draw by themselves, from seeds of their own, and what falls together of many is left to chance.
 */
export const roomFor = (learners: number, checksEach: number, spanMs: number, perSecond: number): number =>
  Math.max(perSecond, Math.ceil((2 * checksEach * learners * 1000) / spanMs));

/**
 * Every learner's moments, by time. Each learner's draw is independent of the others' and uniform; only where more than
 * `roomFor` would fall into one second is a learner's draw repeated, learners taken in order of their ids.
 */
export function drawMoments(order: DrawOrder): Moment[] {
  const people = [...new Set(order.personIds)].sort();
  const load = new Map<number, number>();
  const moments: Moment[] = [];
  for (const unit of order.units) {
    const span = checkSpan(unit);
    const length = span.toMs - span.fromMs;
    const count = checksThatFit(length, order.perUnit, order.windowMs);
    if (count === 0) continue;
    const gapMs = count === 1 ? 0 : Math.min(Math.max(checkGapMs, order.windowMs), length / (2 * (count - 1)));
    const room = roomFor(people.length, count, length, order.perSecond ?? defaultPerSecond);
    for (const personId of people) {
      const random = order.randomFor(`${unit.unitId} ${personId}`);
      const chosen = leastCrowded(() => drawSet(span, count, gapMs, random), load, room);
      for (const dueMs of chosen) {
        load.set(second(dueMs), (load.get(second(dueMs)) ?? 0) + 1);
        moments.push({ personId, unitId: unit.unitId, dueMs });
      }
    }
  }
  return moments.sort((a, b) => a.dueMs - b.dueMs);
}

const second = (ms: number): number => Math.floor(ms / 1000);

/** The first draw that fits into the room left, else the one that overfills least. */
function leastCrowded(draw: () => number[], load: ReadonlyMap<number, number>, room: number): number[] {
  let best: number[] = [];
  let bestLoad = Infinity;
  for (let attempt = 0; attempt < tries && bestLoad > room; attempt++) {
    const moments = draw();
    const worst = Math.max(...moments.map((ms) => (load.get(second(ms)) ?? 0) + 1));
    if (worst < bestLoad) [best, bestLoad] = [moments, worst];
  }
  return best;
}

const keyOf = ({ personId, unitId, dueMs }: Moment): string => `${dueMs} ${unitId} ${personId}`;

/** Moments that the draw of this order gives and that are not among `found`, and such as are there and were not drawn. Both empty: `found` is exactly the draw. */
export function compareDraw(order: DrawOrder, found: readonly Moment[]): { missing: Moment[]; added: Moment[] } {
  const drawn = drawMoments(order);
  const [wanted, there] = [new Set(drawn.map(keyOf)), new Set(found.map(keyOf))];
  // Each is taken off the list, so that one told twice is one too many.
  const added = found.filter((moment) => !wanted.delete(keyOf(moment)));
  return { missing: drawn.filter((moment) => !there.has(keyOf(moment))), added };
}
