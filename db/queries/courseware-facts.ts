// What was shown and drawn in a session, in time: for the film that the worker makes and for the replay that the browser shows.
import { scenesOf, type Scene, type Turned } from '#domain/courseware-scenes.ts';
import type { Stroke } from '#contracts/courseware.ts';
import type { StrokeColour } from '#domain/stroke.ts';
import type { EntityManager } from '../orm.ts';

export interface SessionOfLesson { lessonId: string; sessionId: string }
interface Span { fromMs: number; toMs: number }
/** Server time, ms. `toMs` is null where it still stands at the end of the span it was asked for. */
export interface DrawnLine { fromMs: number; toMs: number | null; coursewareId: string; page: number; stroke: Stroke }
/** From `atMs` on the pointer is here on this page, or (null) gone. */
export interface PointerWord { atMs: number; coursewareId: string; page: number; at: { x: number; y: number } | null }

const msOf = (at: string | Date): number => new Date(at).getTime();

interface FactRow { type: string; at: string | Date; courseware_id: string; page: number | null }
/** In the order of turning. */
async function turnsOf(em: EntityManager, { lessonId, sessionId }: SessionOfLesson): Promise<Turned[]> {
  const rows = await em.execute<FactRow[]>(
    `select type, at, payload->>'coursewareId' as courseware_id, (payload->>'page')::int as page from event
     where stream = ? and type in ('courseware:turned', 'courseware:closed') and payload->>'sessionId' = ? order by (payload->>'turn')::int`,
    [`lesson:${lessonId}`, sessionId]);
  return rows.map(({ type, at, courseware_id: id, page }) => ({ atMs: msOf(at), coursewareId: type === 'courseware:closed' ? null : id, page: page ?? 1 }));
}

/** Scenes that touch the span, in server time: each from its true beginning, the last one to the span's end at most. */
export async function scenesShown(em: EntityManager, session: SessionOfLesson, { fromMs, toMs }: Span): Promise<Scene[]> {
  return scenesOf(await turnsOf(em, session), { fromMs: 0, toMs }).filter((scene) => scene.toMs > fromMs);
}

interface StrokeRow { id: string; courseware_id: string; page: number; colour: StrokeColour; width: Stroke['width']; points: number[]; drawn_at: string | Date; erased_at: string | Date | null }
/** Lines that stood at some moment of the span, in the order they were drawn. What happened behind the span changes nothing of the answer. */
export async function linesDrawn(em: EntityManager, sessionId: string, { fromMs, toMs }: Span): Promise<DrawnLine[]> {
  const rows = await em.execute<StrokeRow[]>(
    `select id, courseware_id, page, colour, width, points, drawn_at, erased_at from courseware_stroke
     where session_id = ? and drawn_at < ? and (erased_at is null or erased_at > ?) order by drawn_at, id`, [sessionId, new Date(toMs), new Date(fromMs)]);
  return rows.map((row) => ({
    coursewareId: row.courseware_id, page: row.page, stroke: { strokeId: row.id, colour: row.colour, width: row.width, points: row.points },
    fromMs: msOf(row.drawn_at), toMs: row.erased_at && msOf(row.erased_at) < toMs ? msOf(row.erased_at) : null,
  }));
}

interface PointerRow { courseware_id: string; page: number; at: string | Date; x: number | null; y: number | null }
/** In order; the last word before the span comes first, for it still holds. */
export async function pointerWords(em: EntityManager, sessionId: string, { fromMs, toMs }: Span): Promise<PointerWord[]> {
  const rows = await em.execute<PointerRow[]>(
    `select courseware_id, page, at, x, y from courseware_pointer
     where session_id = ? and at < ? and at >= coalesce((select max(at) from courseware_pointer where session_id = ? and at <= ?), ?) order by at`,
    [sessionId, new Date(toMs), sessionId, new Date(fromMs), new Date(fromMs)]);
  return rows.map(({ courseware_id: coursewareId, page, at, x, y }) => ({ atMs: msOf(at), coursewareId, page, at: x === null || y === null ? null : { x, y } }));
}

export interface ToldPointer { lessonId: string; coursewareId: string; page: number; at: Date; x: number | null; y: number | null }
/** Words of many lessons in one statement. Kept where the page's file is on the stage of a live lesson that is recorded; others are no part of any film. */
export async function keepPointerWords(em: EntityManager, words: readonly ToldPointer[]): Promise<void> {
  await em.execute(
    `insert into courseware_pointer (session_id, courseware_id, institution_id, page, at, x, y)
     select u.session_id, u.courseware_id, u.institution_id, w.page, w.at, w.x, w.y
     from jsonb_to_recordset(?::jsonb) as w("lessonId" uuid, "coursewareId" uuid, page int, at timestamptz, x int, y int)
     join courseware_use u on u.lesson_id = w."lessonId" and u.courseware_id = w."coursewareId" and u.open
     join lesson_session s on s.id = u.session_id and s.ended_at is null join lesson l on l.id = u.lesson_id and l.recorded`, [JSON.stringify(words)]);
}
