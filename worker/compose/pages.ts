// Courseware in the picture: which page with which lines stands from which frame on, and where the pointer is. Pure, from facts of the session.
import type { Stroke } from '#contracts/courseware.ts';
import type { Scene } from '#domain/courseware-scenes.ts';
import { frameMs, type Grid } from './grid.ts';

/** A line on a page, server time; `toMs` null: it stands beyond the chunk. */
export interface PageLine { fromMs: number; toMs: number | null; coursewareId: string; page: number; stroke: Stroke }
/** From `atMs` (server time) on the pointer is here, in `strokeScale`, or (null) gone. */
export interface PageWord { atMs: number; coursewareId: string; page: number; at: { x: number; y: number } | null }
/** What a chunk shows of courseware, all in time order and server time. Every page of a scene has its picture, a file that can be read. */
export interface FilmPages { scenes: readonly Scene[]; lines: readonly PageLine[]; words: readonly PageWord[]; pictures: ReadonlyMap<string, Buffer> }

export interface OnePage { coursewareId: string; page: number }
export const pageKey = ({ coursewareId, page }: OnePage): string => `${coursewareId} ${page}`;

/** From this frame of the chunk on, until the next one. */
export interface PageFace extends OnePage { fromFrame: number; strokes: Stroke[] }
export interface PointerPlace { fromFrame: number; page: OnePage; at: { x: number; y: number } | null }

/** Lines and pointer change at every second frame at most: 12.5 times a second. */
const changeFrames = 2;
const frameAt = ({ startMs }: Grid, ms: number): number => Math.round((ms - startMs) / frameMs);
const changeAt = ({ startMs }: Grid, ms: number): number => changeFrames * Math.round((ms - startMs) / frameMs / changeFrames);

interface FrameSpan { fromFrame: number; toFrame: number }
const moments = (span: FrameSpan, frames: readonly number[]): number[] =>
  [...new Set([span.fromFrame, ...frames.filter((frame) => frame > span.fromFrame && frame < span.toFrame)])].sort((one, other) => one - other);

/** A span may begin a little before its first scene, and end a little behind its last one: then the nearest holds. */
const sceneOn = (grid: Grid, scenes: readonly Scene[], frame: number): Scene | undefined => scenes.findLast(({ fromMs }) => frameAt(grid, fromMs) <= frame) ?? scenes[0];

/** What the page's picture shows within the span, where its first frame is always named. Empty without scenes. */
export function pageFaces({ scenes, lines }: FilmPages, grid: Grid, span: FrameSpan): PageFace[] {
  const edges = [...scenes.map(({ fromMs }) => frameAt(grid, fromMs)), ...lines.flatMap(({ fromMs, toMs }) => [changeAt(grid, fromMs), ...(toMs === null ? [] : [changeAt(grid, toMs)])])];
  const faces: PageFace[] = [];
  for (const fromFrame of moments(span, edges)) {
    const scene = sceneOn(grid, scenes, fromFrame);
    if (!scene) continue;
    const { coursewareId, page } = scene;
    const strokes = lines.filter((line) => pageKey(line) === pageKey(scene) && changeAt(grid, line.fromMs) <= fromFrame && (line.toMs === null || fromFrame < changeAt(grid, line.toMs)))
      .map(({ stroke }) => stroke);
    const before = faces.at(-1);
    const same = before && pageKey(before) === pageKey(scene) && before.strokes.length === strokes.length && before.strokes.every(({ strokeId }, index) => strokeId === strokes[index]!.strokeId);
    if (!same) faces.push({ fromFrame, coursewareId, page, strokes });
  }
  return faces;
}

/** As people saw it: the pointer stands where it was last until it is taken away or the page is turned. Empty where it is never seen in the span. */
export function pointerPlaces({ scenes, words }: FilmPages, grid: Grid, span: FrameSpan): PointerPlace[] {
  const places: PointerPlace[] = [];
  for (const fromFrame of moments(span, [...scenes.map(({ fromMs }) => frameAt(grid, fromMs)), ...words.map(({ atMs }) => changeAt(grid, atMs))])) {
    const scene = sceneOn(grid, scenes, fromFrame);
    const word = words.findLast(({ atMs }) => changeAt(grid, atMs) <= fromFrame);
    if (!scene) continue;
    const at = word && word.atMs >= scene.fromMs && pageKey(word) === pageKey(scene) ? word.at : null;
    const before = places.at(-1);
    if (!before || before.at?.x !== at?.x || before.at?.y !== at?.y || pageKey(before.page) !== pageKey(scene)) places.push({ fromFrame, page: { coursewareId: scene.coursewareId, page: scene.page }, at });
  }
  return places.some(({ at }) => at) ? places : [];
}
