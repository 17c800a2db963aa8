// What stands where in the picture, and from which frame to which: spans between changes of what is live.
import type { RecordingLayout } from '#domain/recording/layout.ts';
import { frameMs, type Grid } from './grid.ts';
import type { LayoutChoice } from '../recording/model.ts';
import type { Piece } from '../recording/pieces.ts';

export interface Box { x: number; y: number; width: number; height: number }
export interface Tile { piece: Piece; box: Box }
/** Frames `fromFrame` (included) to `toFrame` (not included) of the unit show these tiles, later ones on top; beside a page of courseware where there is one. */
export interface LayoutSpan { fromFrame: number; toFrame: number; tiles: Tile[]; page: Box | null }
/** Lower stands further in front: 0 leads the lesson, 1 is staff, 2 a guest. */
export type Rank = (peerId: string) => number;

export const canvas = { width: 1280, height: 720 };
const margin = 16;
const mostTiles = 9;
/** Shorter spans than this are joined to the one before: nobody sees them. */
const shortestSpanFrames = 3;

const whole: Box = { x: 0, y: 0, ...canvas };

/** Small pictures in front of a large one: one in the lower right corner, more of them smaller and upwards from there. */
function corner(count: number): Box[] {
  const width = count === 1 ? 320 : 256;
  const height = (width * 9) / 16;
  return Array.from({ length: Math.min(count, 4) }, (_, index) => ({
    x: canvas.width - width - margin, y: canvas.height - (height + margin) * (index + 1), width, height,
  }));
}

/** Side by side the screen has the left three quarters, where no camera ever stands, and cameras a column at the right. */
const besideScreen: Box = { x: 0, y: 0, width: 960, height: 720 };
function column(count: number): Box[] {
  const [width, height] = [320, 180];
  const shown = Math.min(count, 4);
  const top = (canvas.height - shown * height) / 2;
  return Array.from({ length: shown }, (_, index) => ({ x: besideScreen.width, y: top + index * height, width, height }));
}

/** Cameras alone: one fills the picture, more stand in a grid. */
function grid(count: number): Box[] {
  if (count <= 1) return count === 1 ? [whole] : [];
  const columns = count <= 4 ? 2 : 3;
  const rows = Math.ceil(count / columns);
  const width = Math.floor(canvas.width / columns / 2) * 2;
  const height = Math.floor((width * 9) / 16 / 2) * 2;
  const top = Math.floor((canvas.height - rows * height) / 2);
  return Array.from({ length: count }, (_, index) => ({ x: (index % columns) * width, y: top + Math.floor(index / columns) * height, width, height }));
}

/** The newest live piece of each person's source: a second producer of the same source replaces the first. */
function newestPerSource(pieces: readonly Piece[]): Piece[] {
  const newest = new Map<string, Piece>();
  for (const piece of pieces) {
    const key = `${piece.track.peerId} ${piece.track.source}`;
    const known = newest.get(key);
    if (!known || known.track.openMs < piece.track.openMs) newest.set(key, piece);
  }
  return [...newest.values()];
}

/** As the live page does (web/classroom/stage-choice.ts): a document camera before a screen, of two the one opened last. */
const importance = (piece: Piece): number => (piece.track.source === 'documentCamera' ? 0 : 1);
const inBoxes = (pieces: readonly Piece[], boxes: readonly Box[]): Tile[] => boxes.map((box, index): Tile => ({ piece: pieces[index]!, box }));

interface Sorted { content: Piece | undefined; behind: Piece[]; cameras: Piece[] }
function sorted(live: readonly Piece[], rank: Rank): Sorted {
  const shown = newestPerSource(live);
  const [content, ...behind] = shown.filter((piece) => piece.track.source !== 'camera')
    .sort((one, other) => importance(one) - importance(other) || other.track.openMs - one.track.openMs);
  const cameras = shown.filter((piece) => piece.track.source === 'camera')
    .sort((one, other) => rank(one.track.peerId) - rank(other.track.peerId) || one.track.openMs - other.track.openMs);
  return { content, behind, cameras };
}

/**
 * Places what is live, the leading picture first: a document camera or screen large, cameras and what else is shown in front of it or beside it; the lead's camera large
 * where the teacher chose so; cameras alone in a grid.
 */
export function arrange(live: readonly Piece[], rank: Rank, layout: RecordingLayout = 'inset'): Tile[] {
  const { content, behind, cameras } = sorted(live, rank);
  if (!content) return inBoxes(cameras, grid(Math.min(cameras.length, mostTiles)));
  const [first, ...others] = cameras;
  if (layout === 'cameraLarge' && first && rank(first.track.peerId) === 0) {
    const small = [content, ...others, ...behind];
    return [{ piece: first, box: whole }, ...inBoxes(small, corner(small.length))];
  }
  const small = [...cameras, ...behind];
  const beside = layout === 'sideBySide' && small.length > 0;
  return [{ piece: content, box: beside ? besideScreen : whole }, ...inBoxes(small, (beside ? column : corner)(small.length))];
}

/** A page is read: it is large and nothing ever covers it, whatever layout was chosen. The lead's camera stands beside it, then what else is shown (docs/decisions/057). */
export function arrangeBesidePage(live: readonly Piece[], rank: Rank): { page: Box; tiles: Tile[] } {
  const { content, behind, cameras: [first, ...others] } = sorted(live, rank);
  const small = [...(first ? [first] : []), ...(content ? [content] : []), ...others, ...behind];
  return { page: small.length > 0 ? besideScreen : whole, tiles: inBoxes(small, column(small.length)) };
}

const same = (one: Tile[], other: Tile[]): boolean =>
  one.length === other.length && one.every((tile, index) => tile.piece === other[index]!.piece && JSON.stringify(tile.box) === JSON.stringify(other[index]!.box));

interface Arranged { tiles: Tile[]; page: Box | null }
const unchanged = (one: Arranged, other: Arranged): boolean => one.page === other.page && same(one.tiles, other.tiles);

/** What a span is laid out from. `layouts` by time; before the first one it is `inset`. `pages`: when a page of courseware stood on the stage, server time. */
export interface LaidOut { rank: Rank; layouts: readonly LayoutChoice[]; pages?: readonly { fromMs: number; toMs: number }[] }

/** Covers every frame of `unit` (a chunk, or anything on its grid) once, in order. */
export function layoutSpans(pieces: readonly Piece[], unit: Grid, { rank, layouts, pages = [] }: LaidOut): LayoutSpan[] {
  const frameOf = (ms: number): number => Math.max(0, Math.min(unit.frames, Math.round((ms - unit.startMs) / frameMs)));
  const framed = <S extends { fromMs: number; toMs: number }>(span: S) => ({ span, from: frameOf(span.fromMs), to: frameOf(span.toMs) });
  const placed = pieces.map(framed).filter(({ from, to }) => to > from);
  const shown = pages.map(framed).filter(({ from, to }) => to > from);
  const choices = layouts.map(({ atMs, layout }) => ({ from: frameOf(atMs), layout }));
  const edges = [...new Set([0, unit.frames, ...[...placed, ...shown].flatMap(({ from, to }) => [from, to]), ...choices.map(({ from }) => from)])].sort((one, other) => one - other);
  const spans: LayoutSpan[] = [];
  for (const [index, fromFrame] of edges.slice(0, -1).entries()) {
    const toFrame = edges[index + 1]!;
    const layout = choices.findLast(({ from }) => from <= fromFrame)?.layout ?? 'inset';
    const stands = ({ from, to }: { from: number; to: number }): boolean => from <= fromFrame && to >= toFrame;
    const live = placed.filter(stands).map(({ span }) => span);
    const now: Arranged = shown.some(stands) ? arrangeBesidePage(live, rank) : { page: null, tiles: arrange(live, rank, layout) };
    const before = spans.at(-1);
    if (before && (unchanged(before, now) || toFrame - fromFrame < shortestSpanFrames)) before.toFrame = toFrame;
    else spans.push({ fromFrame, toFrame, ...now });
  }
  return spans;
}
