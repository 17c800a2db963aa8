// The paper of one attempt: which questions are drawn, in which order they and their options stand. All of it follows from random numbers that are given, so that a paper can be drawn again.
import { shownOrder, type BankKind } from './question.ts';

/** A question that fits a rule, by the number of the rule from 0. One that fits several stands there several times. */
export interface PoolEntry { versionId: string; part: number }
/** What a paper wants: how many of each rule. */
export interface Wanted { count: number }
export type Random = () => number;

/** Every order is equally likely. */
export function shuffled<T>(things: readonly T[], random: Random): T[] {
  const order = [...things];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}

/**
 * Gives each place of a rule a question of its own, taken in the order in which each rule's questions stand. Where rules want the same question, places that have one move to another of theirs as
 * long as that makes room (augmenting paths), so that a paper comes short only where the pool cannot fill it at all.
 */
function assign(wanted: readonly Wanted[], fitting: readonly (readonly string[])[]): string[][] {
  /** Who has a question: rule and place. */
  const holder = new Map<string, { part: number; place: number }>();
  const chosen = wanted.map((): string[] => []);
  const take = (part: number, place: number, tried: Set<string>): boolean => {
    const give = (versionId: string): true => {
      holder.set(versionId, { part, place });
      chosen[part]![place] = versionId;
      return true;
    };
    const free = fitting[part]!.find((versionId) => !holder.has(versionId));
    if (free !== undefined) return give(free);
    for (const versionId of fitting[part]!) {
      if (tried.has(versionId)) continue;
      tried.add(versionId);
      const other = holder.get(versionId)!;
      if (take(other.part, other.place, tried)) return give(versionId);
    }
    return false;
  };
  wanted.forEach(({ count }, part) => {
    for (let place = 0; place < count; place++) if (!take(part, place, new Set())) return;
  });
  return chosen;
}

const fittingOf = (wanted: readonly Wanted[], pool: readonly PoolEntry[], order: (ids: string[]) => string[]): string[][] =>
  wanted.map((_rule, part) => order(pool.filter((entry) => entry.part === part).map(({ versionId }) => versionId).sort()));

/** How many questions each rule lacks for a paper in which none stands twice; all 0: every paper can be drawn. */
export function shortages(wanted: readonly Wanted[], pool: readonly PoolEntry[]): number[] {
  const chosen = assign(wanted, fittingOf(wanted, pool, (ids) => ids));
  return wanted.map(({ count }, part) => count - chosen[part]!.length);
}

export interface Drawn { versionId: string; part: number }
/** By rule; of a rule whose questions no other rule wants every choice is equally likely. None stands twice. Fewer than wanted where the pool cannot give them: see `shortages`. */
export function drawQuestions(wanted: readonly Wanted[], pool: readonly PoolEntry[], random: Random): Drawn[] {
  const chosen = assign(wanted, fittingOf(wanted, pool, (ids) => shuffled(ids, random)));
  return chosen.flatMap((ids, part) => ids.map((versionId) => ({ versionId, part })));
}

/** In which order options are shown: places of the stored ones. What is to be ordered never stands as it is right; right and wrong keep their places. */
export function optionOrder(kind: BankKind, optionCount: number, shuffle: boolean, random: Random): number[] {
  if (kind === 'ordering') return shownOrder(optionCount, Math.floor(random() * 2 ** 32));
  const asStored = [...Array(optionCount).keys()];
  return shuffle && kind !== 'trueFalse' ? shuffled(asStored, random) : asStored;
}

/** Places as shown → places as stored. Throws nothing: a place that is not there becomes -1, which fits no question. */
export const asStored = (order: readonly number[], shown: readonly number[]): number[] => shown.map((place) => order[place] ?? -1);
/** Places as stored → places as shown. */
export const asShown = (order: readonly number[], stored: readonly number[]): number[] => stored.map((place) => order.indexOf(place));
