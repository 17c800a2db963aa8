// Seats: how long a lost one is kept, and when a lead counts as gone.

/** A seat that was cut comes back by itself within this time; then hand, stage and media are given up. */
export const seatKeptMs = 30_000;
/** The lead may be away this long before the lesson counts as interrupted. */
export const leadGoneAfterMs = 10_000;
/** How often the server gives a sign of life and asks for one: pages that hear none for half as long again say that they are cut off (docs/decisions/043). */
export const signOfLifeEveryMs = 2_000;
/** How often last-seen times are written. */
export const lastSeenEveryMs = 5_000;
/** A seat nobody vouches for this long (its process died) is closed at its last sign of life. */
export const seatLeaseMs = 30_000;
