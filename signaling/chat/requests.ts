// chat:* requests.
import type { chatRequests } from '#contracts/chat.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { lessonRoom } from '../classroom/rooms.ts';
import { sendMessage } from './service.ts';

export const chatHandlers: Handlers<typeof chatRequests, SeatContext> = {
  'chat:send': async (context, { messageId, text }) => {
    const { live, seat, tell } = context;
    const { message, sent } = await sendMessage(context, messageId, text);
    if (sent) tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('chat:sent', message));
    return message;
  },
};
