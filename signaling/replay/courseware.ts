// Courseware in a film: which page stood on the stage when, and the lines on it, from the facts and rows of its session; and whether the film's picture has them.
import type { ReplayCourseware } from '#contracts/courseware.ts';
import { linesDrawn, scenesShown } from '#db/queries/courseware-facts.ts';
import type { Deps } from '../deps.ts';
import { shownReplay } from './viewings.ts';

/** Throws not_found, replay_not_ready. */
export async function replayCourseware(deps: Deps, personId: string, replayId: string): Promise<ReplayCourseware> {
  const { replay, durationMs } = await shownReplay(deps, personId, replayId);
  const inFilm = replay.coursewareInFilm;
  if (!replay.startsAt) return { inFilm, scenes: [], lines: [] };
  const span = { fromMs: replay.startsAt.getTime(), toMs: replay.startsAt.getTime() + durationMs };
  const inside = (ms: number): number => Math.round(Math.min(span.toMs, Math.max(span.fromMs, ms)) - span.fromMs);
  const em = deps.orm.em.fork();
  const [recorded] = await em.execute<{ session_id: string }[]>('select session_id from recording where id = ?', [replay.recordingId]);
  const session = { lessonId: replay.lessonId, sessionId: recorded!.session_id };
  const scenes = await scenesShown(em, session, span);
  const titles = await em.execute<{ id: string; title: string; page_count: number | null }[]>(
    'select id, title, page_count from courseware where id = any (?::uuid[])', [`{${[...new Set(scenes.map(({ coursewareId }) => coursewareId))].join(',')}}`]);
  const known = new Map(titles.map(({ id, title, page_count: pageCount }) => [id, { title, pageCount: pageCount ?? 0 }]));
  const lines = scenes.length > 0 ? await linesDrawn(em, session.sessionId, span) : [];
  return {
    inFilm,
    scenes: scenes.flatMap((scene) => { const file = known.get(scene.coursewareId); return file ? [{ ...scene, fromMs: inside(scene.fromMs), toMs: inside(scene.toMs), ...file }] : []; }),
    lines: lines.map((line) => ({ ...line, fromMs: inside(line.fromMs), toMs: inside(line.toMs ?? span.toMs) })),
  };
}
