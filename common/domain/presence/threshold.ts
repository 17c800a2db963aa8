// How far a learner is from the threshold of attendance, and whether it can still be reached (R24, R25).

/** Milliseconds; `openMs`: of what is missing, what may still be made up. */
export interface Towards { heldMs: number; creditedMs: number; madeUpMs: number; openMs: number }
export interface Distance {
  /** Still needed for the threshold; 0 when it is reached, and where nothing was held. */
  neededMs: number;
  /** `out_of_reach`: too little of what is missing may still be made up. */
  state: 'nothing_held' | 'reached' | 'reachable' | 'out_of_reach';
}

/** Of whole units or of a whole lesson; live and made up together never count beyond what was held. */
export function distanceTo(belowPercent: number, { heldMs, creditedMs, madeUpMs, openMs }: Towards): Distance {
  if (heldMs <= 0) return { neededMs: 0, state: 'nothing_held' };
  const neededMs = Math.max(0, Math.ceil((heldMs * belowPercent) / 100) - Math.min(heldMs, creditedMs + madeUpMs));
  if (neededMs === 0) return { neededMs, state: 'reached' };
  return { neededMs, state: neededMs <= openMs ? 'reachable' : 'out_of_reach' };
}

/** Minutes with one decimal, rounded up: nobody makes up what was shown and is still short of it. */
export const minutesNeeded = (ms: number): number => Math.ceil(ms / 6000) / 10;
