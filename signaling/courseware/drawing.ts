// Lines on a page: drawn, taken back, wiped; made small before they are stored, and limited for each page.
import { LockMode } from '@mikro-orm/postgresql';
import type { Stroke } from '#contracts/courseware.ts';
import { DomainError } from '#domain/errors.ts';
import { isStaff } from '#domain/roles.ts';
import { mostPagePoints, mostPageStrokes, simplified, strokeSound } from '#domain/stroke.ts';
import { CoursewareStroke, CoursewareUse } from '#db/entities/courseware.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { strokesOf, type PageOfSession } from '#db/queries/courseware-shown.ts';
import { lessonWithSession, requireLiveSession } from '#db/queries/lesson-state.ts';
import type { SeatContext } from '../classroom/context.ts';

export interface PageWish { coursewareId: string; page: number }

/** The page, if it is of the file on the stage and was shown; held against other pens. Throws courseware_page, lesson_not_live. */
async function pageOnStage(em: EntityManager, { seat }: SeatContext, { coursewareId, page }: PageWish): Promise<PageOfSession> {
  const session = await requireLiveSession(em, seat.lessonId);
  const use = await em.findOne(CoursewareUse, { sessionId: session.id, coursewareId, open: true }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  if (!use || page > use.furthest) throw new DomainError('courseware_page', 'this page is not on the stage');
  return { sessionId: session.id, coursewareId, page };
}

/** Sent again it is the same line. Throws stroke_invalid, courseware_page, page_full, lesson_not_live. */
export async function draw(context: SeatContext, wish: PageWish, stroke: Stroke): Promise<{ changed: boolean; stroke: Stroke }> {
  if (!strokeSound(stroke.points)) throw new DomainError('stroke_invalid', 'points are pairs on the page');
  const { live, seat, actor } = context;
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const place = await pageOnStage(em, context, wish);
    const points = simplified(stroke.points);
    const known = await em.findOne(CoursewareStroke, { id: stroke.strokeId });
    if (known && (known.sessionId !== place.sessionId || known.coursewareId !== place.coursewareId || known.page !== place.page)) {
      throw new DomainError('stroke_invalid', 'this id belongs to another line');
    }
    if (known) return { changed: false, stroke: { strokeId: known.id, colour: known.colour, width: known.width as Stroke['width'], points: known.points } };
    const standing = await strokesOf(em, place);
    const pointCount = points.length / 2;
    const there = standing.reduce((sum, one) => sum + one.points.length / 2, 0);
    if (standing.length >= mostPageStrokes || there + pointCount > mostPagePoints) throw new DomainError('page_full', 'wipe the page first');
    await em.insert(CoursewareStroke, {
      id: stroke.strokeId, ...place, institutionId: seat.institutionId, drawnBy: seat.personId, colour: stroke.colour, width: stroke.width, points, pointCount, drawnAt: live.deps.now(), erasedAt: null,
    });
    return { changed: true, stroke: { ...stroke, points } };
  });
}

/** Answers what was taken away: the last line that stands, or all of them. Throws courseware_page, lesson_not_live. */
export async function erase(context: SeatContext, wish: PageWish, all: boolean): Promise<string[]> {
  const { live, actor } = context;
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const standing = await strokesOf(em, await pageOnStage(em, context, wish));
    const strokeIds = (all ? standing : standing.slice(-1)).map(({ strokeId }) => strokeId);
    if (strokeIds.length > 0) await em.nativeUpdate(CoursewareStroke, { id: { $in: strokeIds } }, { erasedAt: live.deps.now() });
    return strokeIds;
  });
}

/** Of any page shown in the latest session, open or not. Throws courseware_page for one that was not, but to staff. */
export async function strokesShown({ live, seat }: SeatContext, { coursewareId, page }: PageWish): Promise<Stroke[]> {
  const em = live.deps.orm.em.fork();
  const { session } = await lessonWithSession(em, seat.lessonId);
  const use = session && (await em.findOne(CoursewareUse, { sessionId: session.id, coursewareId }));
  if (!session || ((!use || page > use.furthest) && !isStaff(seat.role))) throw new DomainError('courseware_page', 'this page was not shown');
  return strokesOf(em, { sessionId: session.id, coursewareId, page });
}
