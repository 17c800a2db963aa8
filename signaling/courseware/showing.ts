// Courseware on the stage: opened, turned and closed by a leader; the page is a row, each turn a fact with its time.
import type { StageCourseware } from '#contracts/courseware.ts';
import { DomainError } from '#domain/errors.ts';
import { CoursewareUse } from '#db/entities/courseware.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { coursePlace, coursewareOf } from '#db/queries/courseware-access.ts';
import { stageCourseware } from '#db/queries/courseware-shown.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import type { SeatContext } from '../classroom/context.ts';

export interface Shown { changed: boolean; stage: StageCourseware }
export interface ShowWish { coursewareId: string; page?: number }

/** How many pages a file of the lesson's course has. Throws not_found, wrong_lesson, courseware_not_ready. */
async function pagesReady(em: EntityManager, { seat }: SeatContext, coursewareId: string): Promise<number> {
  const { courseId } = await coursePlace(em, seat.personId, seat.lessonId);
  const row = await coursewareOf(em, courseId, coursewareId);
  if (row.removedAt) throw new DomainError('not_found', 'no such courseware');
  if (row.status !== 'ready' || typeof row.pageCount !== 'number') throw new DomainError('courseware_not_ready', `it is ${row.status}`);
  return row.pageCount;
}

const nextTurn = async (em: EntityManager, sessionId: string): Promise<number> =>
  1 + (await em.execute<{ turn: number }[]>('select coalesce(max(turn), 0) as turn from courseware_use where session_id = ?', [sessionId]))[0]!.turn;

/** Without a page it opens where it was left in this session, else at the first. Throws not_found, wrong_lesson, courseware_not_ready, courseware_page, lesson_not_live. */
export async function showPage(context: SeatContext, { coursewareId, page }: ShowWish): Promise<Shown> {
  const { live, seat, actor } = context;
  return unitOfWork(live.deps.orm, actor, async (em) => {
    // The session is held: turns of two leaders come one after the other, in every process.
    const session = await requireLiveSession(em, seat.lessonId, true);
    const pageCount = await pagesReady(em, context, coursewareId);
    const use = await em.findOne(CoursewareUse, { sessionId: session.id, coursewareId }, { refresh: true });
    const wanted = page ?? use?.page ?? 1;
    if (wanted > pageCount) throw new DomainError('courseware_page', `it has ${pageCount} pages`);
    if (use?.open && use.page === wanted) return { changed: false, stage: await stageCourseware(em, session.id) };
    const [at, turn] = [live.deps.now(), await nextTurn(em, session.id)];
    const furthest = Math.max(wanted, use?.furthest ?? 0);
    await em.nativeUpdate(CoursewareUse, { sessionId: session.id, open: true, coursewareId: { $ne: coursewareId } }, { open: false, changedAt: at });
    const now = { page: wanted, furthest, turn, open: true, changedAt: at };
    if (use) await em.nativeUpdate(CoursewareUse, { sessionId: session.id, coursewareId }, now);
    else await em.insert(CoursewareUse, { sessionId: session.id, coursewareId, institutionId: seat.institutionId, lessonId: seat.lessonId, ...now });
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'courseware:turned', at, { sessionId: session.id, coursewareId, page: wanted, turn });
    return { changed: true, stage: await stageCourseware(em, session.id) };
  });
}

/** Closed already, it changes nothing. Throws lesson_not_live. */
export async function closeCourseware({ live, seat, actor }: SeatContext): Promise<Shown> {
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const session = await requireLiveSession(em, seat.lessonId, true);
    const open = await em.findOne(CoursewareUse, { sessionId: session.id, open: true }, { refresh: true });
    if (!open) return { changed: false, stage: await stageCourseware(em, session.id) };
    const [at, turn] = [live.deps.now(), await nextTurn(em, session.id)];
    await em.nativeUpdate(CoursewareUse, { sessionId: session.id, coursewareId: open.coursewareId }, { open: false, turn, changedAt: at });
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'courseware:closed', at, { sessionId: session.id, coursewareId: open.coursewareId, turn });
    return { changed: true, stage: await stageCourseware(em, session.id) };
  });
}
