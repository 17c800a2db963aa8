// Own facts of a day held against a platform's: which are missing there, which say something else, which were never sent.

export const differenceWays = ['missing', 'altered', 'unknown'] as const;
export type DifferenceWay = (typeof differenceWays)[number];
/** `hash`: hexadecimal SHA-256 of the fact's data as canonical JSON. */
export interface HeldFact { id: string; hash: string }
export interface Difference { factId: string; kind: string; way: DifferenceWay }
/** How a day of one kind looks on both sides; `hash` is that of the whole day. */
export interface KindSums { kind: string; count: number; hash: string; theirCount: number | null; theirHash: string | null }

/** What the hash of a day is taken of: a line for each fact, `id hash`, by id, each ended by a line feed. Of no facts: of nothing. */
export const daySheet = (facts: readonly HeldFact[]): string => facts.toSorted((one, other) => (one.id < other.id ? -1 : 1)).map(({ id, hash }) => `${id} ${hash}\n`).join('');

/** `underway`: sent, but not known to have arrived; whether they have it already is no difference. */
export function differencesOf(kind: string, own: readonly HeldFact[], theirs: readonly HeldFact[], underway: ReadonlySet<string>): Difference[] {
  const held = new Map(theirs.map(({ id, hash }) => [id, hash]));
  const known = new Set(own.map(({ id }) => id));
  const found = own.flatMap(({ id, hash }): Difference[] => (underway.has(id) || held.get(id) === hash ? [] : [{ factId: id, kind, way: held.has(id) ? 'altered' : 'missing' }]));
  return [...found, ...[...held.keys()].filter((id) => !known.has(id) && !underway.has(id)).map((factId): Difference => ({ factId, kind, way: 'unknown' }))];
}
