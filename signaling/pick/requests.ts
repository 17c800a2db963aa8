// pick:* requests.
import type { pickRequests } from '#contracts/pick.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { lessonRoom } from '../classroom/rooms.ts';
import { drawPick, listPicks } from './service.ts';

export const pickHandlers: Handlers<typeof pickRequests, SeatContext> = {
  'pick:draw': async (context) => {
    const { live, seat, tell } = context;
    const picked = await drawPick(context);
    tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('pick:drawn', picked));
    return picked;
  },
  'pick:list': (context) => listPicks(context),
};
