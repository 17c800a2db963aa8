// Where a page lies in its box, and how far it is zoomed into. Pure: lengths in CSS pixels.

export interface Box { width: number; height: number }
export interface Point { x: number; y: number }
/** `x`, `y`: how far the page's middle is moved from the middle of the box. */
export interface Zoom extends Point { scale: number }

export const wholePage: Zoom = { scale: 1, x: 0, y: 0 };
export const [leastScale, mostScale, tappedScale] = [1, 5, 2.5];

/** The largest size with the picture's proportions that fits into the box. */
export function fitted(box: Box, picture: Box): Box {
  if (picture.width <= 0 || picture.height <= 0) return { width: 0, height: 0 };
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  return { width: picture.width * scale, height: picture.height * scale };
}

/** Moved so that no edge comes further in than it has to. */
export function within(zoom: Zoom, page: Box, box: Box): Zoom {
  const most = (side: number, room: number): number => Math.max(0, (side * zoom.scale - room) / 2);
  const [x, y] = [most(page.width, box.width), most(page.height, box.height)];
  const kept = (value: number, limit: number): number => (limit === 0 ? 0 : Math.min(limit, Math.max(-limit, value)));
  return { scale: zoom.scale, x: kept(zoom.x, x), y: kept(zoom.y, y) };
}

/** `by` times as large; what lies under `at` (from the middle of the box) stays there. */
export function zoomedAt(zoom: Zoom, by: number, at: Point): Zoom {
  const scale = Math.min(mostScale, Math.max(leastScale, zoom.scale * by));
  const grown = scale / zoom.scale;
  return { scale, x: at.x - (at.x - zoom.x) * grown, y: at.y - (at.y - zoom.y) * grown };
}
