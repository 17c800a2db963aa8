// What stood on the stage in a stretch of time, from the facts of turning and closing.

/** At `atMs` this page came on the stage, or (null) the stage was cleared; any clock, ms. */
export interface Turned { atMs: number; coursewareId: string | null; page: number }
/** Of the stretch: ms from its start, `toMs` not included. */
export interface Scene { fromMs: number; toMs: number; coursewareId: string; page: number }

/** Turns in their order; what was shown before the stretch still stands in it. Two turns to the same page in a row are one scene. */
export function scenesOf(turns: readonly Turned[], span: { fromMs: number; toMs: number }): Scene[] {
  const scenes: Scene[] = [];
  for (const [index, { atMs, coursewareId, page }] of turns.entries()) {
    const [fromMs, toMs] = [Math.max(atMs, span.fromMs), Math.min(turns[index + 1]?.atMs ?? span.toMs, span.toMs)];
    if (coursewareId === null || toMs <= fromMs) continue;
    const last = scenes.at(-1);
    const scene = { fromMs: Math.round(fromMs - span.fromMs), toMs: Math.round(toMs - span.fromMs), coursewareId, page };
    if (last && last.coursewareId === coursewareId && last.page === page && last.toMs === scene.fromMs) last.toMs = scene.toMs;
    else scenes.push(scene);
  }
  return scenes;
}

/** The one that stands at `atMs` of the stretch. */
export const sceneAt = <S extends Scene>(scenes: readonly S[], atMs: number): S | null => scenes.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs) ?? null;
