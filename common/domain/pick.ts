// Picking a learner by lot, fair over the lesson: who was picked least often comes first.

export interface Present { personId: string; /** Times picked in this lesson. */ picked: number }

/**
 * Among whom the lot is drawn: those picked least often of who is here. The one picked last stays out while somebody else is here, so that who comes
 * late, with no pick yet, is not asked again and again. Empty where nobody is here.
 */
export function candidates(present: readonly Present[], lastPicked: string | null): Present[] {
  const others = present.filter(({ personId }) => personId !== lastPicked);
  const among = others.length > 0 ? others : present;
  const least = Math.min(...among.map(({ picked }) => picked));
  return among.filter(({ picked }) => picked === least);
}

/** The lot. `below(n)`: a whole number 0..n-1, each equally likely, from a source nobody can foresee. Null where nobody is here. */
export function pickOf(present: readonly Present[], lastPicked: string | null, below: (n: number) => number): Present | null {
  const among = candidates(present, lastPicked);
  return among.length === 0 ? null : among[below(among.length)]!;
}
