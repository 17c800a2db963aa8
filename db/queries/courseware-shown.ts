// What of the courseware is on the stage of a session, with what is drawn on its page.
import type { StageCourseware, Stroke } from '#contracts/courseware.ts';
import type { StrokeColour } from '#domain/stroke.ts';
import type { EntityManager } from '../orm.ts';

export interface PageOfSession { sessionId: string; coursewareId: string; page: number }

/** Lines of one page that stand, in the order they were drawn. */
export async function strokesOf(em: EntityManager, { sessionId, coursewareId, page }: PageOfSession): Promise<Stroke[]> {
  const rows = await em.execute<{ id: string; colour: StrokeColour; width: Stroke['width']; points: number[] }[]>(
    `select id, colour, width, points from courseware_stroke where session_id = ? and courseware_id = ? and page = ? and erased_at is null
     order by drawn_at, id`, [sessionId, coursewareId, page]);
  return rows.map(({ id, colour, width, points }) => ({ strokeId: id, colour, width, points }));
}

/** The highest turn of the session, and the page that is open; nothing for no session. */
export async function stageCourseware(em: EntityManager, sessionId: string | null): Promise<StageCourseware> {
  if (!sessionId) return { turn: 0, shown: null };
  const rows = await em.execute<{ courseware_id: string; title: string; page: number; page_count: number; furthest: number; turn: number; open: boolean }[]>(
    `select u.courseware_id, c.title, u.page, c.page_count, u.furthest, u.turn, u.open from courseware_use u join courseware c on c.id = u.courseware_id where u.session_id = ?`,
    [sessionId]);
  const turn = rows.reduce((latest, row) => Math.max(latest, row.turn), 0);
  const open = rows.find((row) => row.open);
  if (!open) return { turn, shown: null };
  const { courseware_id: coursewareId, title, page, page_count: pageCount, furthest } = open;
  return { turn, shown: { coursewareId, title, page, pageCount, furthest, strokes: await strokesOf(em, { sessionId, coursewareId, page }) } };
}
