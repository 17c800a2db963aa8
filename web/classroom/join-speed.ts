// How long joining takes, as marks on the browser's own timeline: from the click to the first picture of the lead.

const click = 'join-click';
const picture = 'first-frame';

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

export function forgetJoin(): void {
  performance.clearMarks(click);
  performance.clearMarks(picture);
}
