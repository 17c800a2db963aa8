// private:* requests.
import type { privateRequests } from '#contracts/private.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { seatRoom } from '../classroom/rooms.ts';
import { conversationsFor, sendPrivately } from './service.ts';

export const privateHandlers: Handlers<typeof privateRequests, SeatContext> = {
  'private:send': async (context, { messageId, text, learnerId }) => {
    const { live, seat, tell } = context;
    const { message, sent, toldIds } = await sendPrivately(context, { messageId, text, learnerId });
    // Each by name: no room of the class or of all staff ever hears of it.
    if (sent) tell(() => live.io.to(toldIds.map((personId) => seatRoom(seat.lessonId, personId))).emit('private:sent', message));
    return message;
  },
  'private:list': async (context) => ({ messages: await conversationsFor(context) }),
};
