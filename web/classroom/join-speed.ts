// How long joining takes, as marks on the browser's own timeline: from the click to the first picture of the lead.

const click = 'join-click';
const picture = 'first-frame';
const longestJoinMs = 600_000;

/** The moment somebody asked to enter. */
export function markJoinClick(): void {
  performance.clearMarks(click);
  performance.clearMarks(picture);
  performance.mark(click);
}

/** Called by the classroom: who came by address or reload asked when the page began to load. */
export function markArrival(): void {
  if (performance.getEntriesByName(click).length === 0) performance.mark(click, { startTime: 0 });
}

/** The lead's first picture is on the screen; later ones change nothing. */
export function markFirstFrame(): void {
  if (performance.getEntriesByName(picture).length === 0) performance.mark(picture);
}

/** From the click to the first picture; null before both are known, or where it took so long that somebody was away. */
export function joinTookMs(): number | null {
  const [from] = performance.getEntriesByName(click);
  const [to] = performance.getEntriesByName(picture);
  const took = from && to ? Math.round(to.startTime - from.startTime) : -1;
  return took >= 0 && took < longestJoinMs ? took : null;
}

export function forgetJoin(): void {
  performance.clearMarks(click);
  performance.clearMarks(picture);
}
