// Courseware in a film: which page stood on the stage when, and the lines on it, from the facts and rows of its session.
import type { ReplayCourseware, Stroke } from '#contracts/courseware.ts';
import { scenesOf, type Turned } from '#domain/courseware-scenes.ts';
import type { StrokeColour } from '#domain/stroke.ts';
import type { Replay } from '#db/entities/recording.ts';
import type { EntityManager } from '#db/orm.ts';
import type { Deps } from '../deps.ts';
import { shownReplay } from './viewings.ts';

interface FactRow { type: string; at: string | Date; courseware_id: string; page: number | null }
/** Turns of the session that was recorded, in their order. */
async function turnsOf(em: EntityManager, replay: Replay): Promise<Turned[]> {
  const rows = await em.execute<FactRow[]>(
    `select e.type, e.at, e.payload->>'coursewareId' as courseware_id, (e.payload->>'page')::int as page from event e join recording r on r.id = ?
     where e.stream = ? and e.type in ('courseware:turned', 'courseware:closed') and e.payload->>'sessionId' = r.session_id::text order by (e.payload->>'turn')::int`,
    [replay.recordingId, `lesson:${replay.lessonId}`]);
  return rows.map(({ type, at, courseware_id: id, page }) => ({ atMs: new Date(at).getTime(), coursewareId: type === 'courseware:closed' ? null : id, page: page ?? 1 }));
}

interface StrokeRow { id: string; courseware_id: string; page: number; colour: StrokeColour; width: Stroke['width']; points: number[]; drawn_at: string | Date; erased_at: string | Date | null }
async function linesOf(em: EntityManager, replay: Replay, span: { fromMs: number; toMs: number }): Promise<ReplayCourseware['lines']> {
  const rows = await em.execute<StrokeRow[]>(
    `select s.id, s.courseware_id, s.page, s.colour, s.width, s.points, s.drawn_at, s.erased_at from courseware_stroke s join recording r on r.session_id = s.session_id
     where r.id = ? and s.drawn_at < ? and (s.erased_at is null or s.erased_at > ?) order by s.drawn_at, s.id`, [replay.recordingId, new Date(span.toMs), new Date(span.fromMs)]);
  return rows.map((row) => ({
    coursewareId: row.courseware_id, page: row.page, stroke: { strokeId: row.id, colour: row.colour, width: row.width, points: row.points },
    fromMs: Math.max(0, new Date(row.drawn_at).getTime() - span.fromMs), toMs: Math.min(span.toMs, row.erased_at ? new Date(row.erased_at).getTime() : span.toMs) - span.fromMs,
  }));
}

/** Throws not_found, replay_not_ready. */
export async function replayCourseware(deps: Deps, personId: string, replayId: string): Promise<ReplayCourseware> {
  const { replay, durationMs } = await shownReplay(deps, personId, replayId);
  if (!replay.startsAt) return { scenes: [], lines: [] };
  const span = { fromMs: replay.startsAt.getTime(), toMs: replay.startsAt.getTime() + durationMs };
  const em = deps.orm.em.fork();
  const scenes = scenesOf(await turnsOf(em, replay), span);
  const titles = await em.execute<{ id: string; title: string; page_count: number | null }[]>(
    'select id, title, page_count from courseware where id = any (?::uuid[])', [`{${[...new Set(scenes.map(({ coursewareId }) => coursewareId))].join(',')}}`]);
  const known = new Map(titles.map(({ id, title, page_count: pageCount }) => [id, { title, pageCount: pageCount ?? 0 }]));
  return {
    scenes: scenes.flatMap((scene) => { const file = known.get(scene.coursewareId); return file ? [{ ...scene, ...file }] : []; }),
    lines: scenes.length > 0 ? await linesOf(em, replay, span) : [],
  };
}
