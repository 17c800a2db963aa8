// A sample of recordings that anybody can draw again: shares of institutions, courses and risks by largest remainder, then recordings without repetition from seeded numbers (R10, R106).
import type { Risk } from './inspection.ts';

/** A recording that may be drawn. All ids are uuids; `sha256` is that of its file, 64 hex digits. */
export interface Candidate { replayId: string; institutionId: string; courseId: string; cohortId: string; lessonId: string; unitId: string; risk: Risk; sha256: string }

/** How much more often recordings of a doubtful lesson are drawn than others of their course. */
export const riskWeights: Record<Risk, number> = { high: 3, middle: 2, low: 1 };

/** Order of code units, the same on every machine and in every language. */
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** What is frozen before the draw: sorted, one line each with its end. Its SHA-256 is published with the result. */
export function populationText(candidates: readonly Candidate[]): string {
  return candidates.map(({ replayId, institutionId, courseId, cohortId, lessonId, unitId, risk, sha256 }) => `${[replayId, institutionId, courseId, cohortId, lessonId, unitId, risk, sha256].join(' ')}\n`).sort(byText).join('');
}

export interface Group { key: string; weight: number; room: number }
/**
 * Whole shares of `total` by weight and largest remainder, at equal remainders in the order of keys. Nobody gets more than their room: where the exact share is more, the room is given and the rest shared anew
 * among the others. Weights are whole and above 0. The sum is `total`, or all the room there is.
 */
export function shareOut(total: number, groups: readonly Group[]): Map<string, number> {
  const shares = new Map(groups.map(({ key }) => [key, 0]));
  let open = groups.filter(({ room }) => room > 0).sort((a, b) => byText(a.key, b.key));
  let left = total;
  while (left > 0 && open.length > 0) {
    const sum = open.reduce((weights, { weight }) => weights + weight, 0);
    const full = open.filter(({ weight, room }) => left * weight > room * sum);
    if (full.length === 0) {
      const rests = open.map(({ key, weight }) => ({ key, whole: Math.floor((left * weight) / sum), rest: (left * weight) % sum }));
      const over = left - rests.reduce((wholes, { whole }) => wholes + whole, 0);
      const lucky = new Set(rests.toSorted((a, b) => b.rest - a.rest || byText(a.key, b.key)).slice(0, over).map(({ key }) => key));
      for (const { key, whole } of rests) shares.set(key, whole + (lucky.has(key) ? 1 : 0));
      return shares;
    }
    for (const { key, room } of full) { shares.set(key, room); left -= room; }
    open = open.filter((group) => !full.includes(group));
  }
  return shares;
}

/** One of each as long as there are enough for all, the rest by size. */
function shareWithOneEach(total: number, groups: readonly Group[]): Map<string, number> {
  if (total < groups.length) return shareOut(total, groups);
  const more = shareOut(total - groups.length, groups.map((group) => ({ ...group, room: group.room - 1 })));
  return new Map([...more].map(([key, share]) => [key, share + 1]));
}

export interface Stratum { institutionId: string; courseId: string; risk: Risk; candidates: readonly Candidate[]; wanted: number }

const groupsOf = <K extends string>(candidates: readonly Candidate[], keyOf: (one: Candidate) => K): [K, Candidate[]][] => [...Map.groupBy(candidates, keyOf)].sort(([a], [b]) => byText(a, b));
const bySize = (groups: readonly [string, readonly Candidate[]][]): Group[] => groups.map(([key, { length }]) => ({ key, weight: length, room: length }));

/** How many of each institution, course and risk; strata in the order of their ids and names, candidates in the order of the list. */
export function strataOf(candidates: readonly Candidate[], size: number): Stratum[] {
  const institutions = groupsOf(candidates, ({ institutionId }) => institutionId);
  const ofInstitutions = shareWithOneEach(Math.min(size, candidates.length), bySize(institutions));
  return institutions.flatMap(([institutionId, theirs]) => {
    const courses = groupsOf(theirs, ({ courseId }) => courseId);
    const ofCourses = shareOut(ofInstitutions.get(institutionId)!, bySize(courses));
    return courses.flatMap(([courseId, own]) => {
      const risks = groupsOf(own, ({ risk }) => risk);
      const ofRisks = shareOut(ofCourses.get(courseId)!, risks.map(([risk, { length }]) => ({ key: risk, weight: length * riskWeights[risk], room: length })));
      return risks.map(([risk, some]) => ({ institutionId, courseId, risk, candidates: some.toSorted((a, b) => byText(a.replayId, b.replayId)), wanted: ofRisks.get(risk)! }));
    });
  });
}

const bits53 = 2 ** 53;
/** A whole number in [0, below), each equally likely: numbers of the stream that would favour the first ones are passed over. */
function wholeBelow(below: number, random: () => number): number {
  const end = bits53 - (bits53 % below);
  for (;;) {
    const value = random() * bits53;
    if (value < end) return value % below;
  }
}

/** Drawn recordings in the order of their strata and, within, of their draw. `randomFor` answers a stream of numbers in [0, 1) with 53 bits for the label `institution course risk`. */
export function drawSample(candidates: readonly Candidate[], size: number, randomFor: (label: string) => () => number): Candidate[] {
  return strataOf(candidates, size).flatMap(({ institutionId, courseId, risk, candidates: some, wanted }) => {
    const random = randomFor(`${institutionId} ${courseId} ${risk}`);
    const row = [...some];
    for (let at = 0; at < wanted; at++) {
      const other = at + wholeBelow(row.length - at, random);
      [row[at], row[other]] = [row[other]!, row[at]!];
    }
    return row.slice(0, wanted);
  });
}
