// The same numbers for the same seed, so that a failing test fails again.

/** Numbers in [0, 1), by Park and Miller's generator. */
export function seededRandom(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
}
