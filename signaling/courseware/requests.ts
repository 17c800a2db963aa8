// courseware:* requests.
import type { coursewareRequests, StageCourseware } from '#contracts/courseware.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { ClassroomSocket, Live, SeatContext } from '../classroom/context.ts';
import { lessonRoom } from '../classroom/rooms.ts';
import { draw, erase, strokesShown } from './drawing.ts';
import { closeCourseware, showPage, type Shown } from './showing.ts';

/** A pointer that says more than this is not passed on more often; ms. */
const pointerEveryMs = 60;
const pointedAtMs = new WeakMap<ClassroomSocket, number>();

function tellShown({ live, seat, tell }: SeatContext, { changed, stage }: Shown): StageCourseware {
  if (changed) tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('courseware:shown', stage));
  return stage;
}

/** Nobody waits for it: a word that is lost is a dot less in the film. */
function keepPointed({ deps, gathered }: Live, lessonId: string, { points, ...page }: { coursewareId: string; page: number; points: number[] }): void {
  const [x, y] = points.length < 2 ? [] : points.slice(-2);
  gathered.pointed({ lessonId, ...page, at: deps.now(), x: x ?? null, y: y ?? null }).catch((error: unknown) => deps.log.warn({ err: error, lessonId }, 'pointer not kept for the film'));
}

export const coursewareHandlers: Handlers<typeof coursewareRequests, SeatContext> = {
  'courseware:show': async (context, wish) => tellShown(context, await showPage(context, wish)),
  'courseware:close': async (context) => tellShown(context, await closeCourseware(context)),
  'courseware:strokes': async (context, page) => ({ strokes: await strokesShown(context, page) }),
  'courseware:draw': async (context, { stroke, ...page }) => {
    const { live, seat, tell } = context;
    const drawn = await draw(context, page, stroke);
    if (drawn.changed) tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('courseware:drawn', { ...page, stroke: drawn.stroke }));
    return { stroke: drawn.stroke };
  },
  'courseware:erase': async (context, { all, ...page }) => {
    const { live, seat, tell } = context;
    const strokeIds = await erase(context, page, all);
    if (strokeIds.length > 0) tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('courseware:erased', { ...page, strokeIds }));
    return { strokeIds };
  },
  'courseware:point': async ({ live, seat, socket }, word) => {
    const nowMs = performance.now();
    if (word.points.length > 0 && nowMs - (pointedAtMs.get(socket) ?? -pointerEveryMs) < pointerEveryMs) return {};
    pointedAtMs.set(socket, nowMs);
    keepPointed(live, seat.lessonId, word);
    // Whoever cannot take it at once does without: the next word is as good.
    live.io.to(lessonRoom(seat.lessonId)).except(socket.id).volatile.emit('courseware:pointed', word);
    return {};
  },
};
