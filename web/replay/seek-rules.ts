// Where one may jump to in a film.

export interface SeekBounds {
  positionMs: number; durationMs: number;
  /** Nobody gets ahead of this while `skippingForbidden`. */
  furthestMs: number; skippingForbidden: boolean;
}
/** `refused`: the wish was ahead of what is watched; the film then stays where it is, or goes as far as it may. */
export interface SeekAnswer { toMs: number; refused: boolean }

/** Jumping to the very end would end the film instead of showing it. */
const endMarginMs = 100;
/** A player's own rounding is no skipping. */
const furthestSlackMs = 250;

const inside = (toMs: number, durationMs: number): number => Math.min(Math.max(0, toMs), Math.max(0, durationMs - endMarginMs));

/** A jump to a place somebody pointed at: beyond what is watched nothing happens. */
export function jumpTo(wantedMs: number, bounds: SeekBounds): SeekAnswer {
  const toMs = inside(wantedMs, bounds.durationMs);
  const limit = Math.max(bounds.furthestMs, bounds.positionMs) + furthestSlackMs;
  if (bounds.skippingForbidden && toMs > limit) return { toMs: bounds.positionMs, refused: true };
  return { toMs, refused: false };
}

/** A step of some seconds: goes as far as it may. */
export function stepBy(byMs: number, bounds: SeekBounds): SeekAnswer {
  const toMs = inside(bounds.positionMs + byMs, bounds.durationMs);
  const limit = Math.max(bounds.furthestMs, bounds.positionMs);
  if (bounds.skippingForbidden && toMs > limit) return { toMs: Math.min(toMs, limit), refused: true };
  return { toMs, refused: false };
}
