// chat:* requests.
import type { ChatRules, chatRequests } from '#contracts/chat.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { lessonRoom, mediaOfSeat, peopleIn, seatRoom, staffRoom } from '../classroom/rooms.ts';
import { deleteMessage, muteOne, pinMessage, setRules } from './moderation.ts';
import { sendMessage } from './service.ts';

function tellRules({ live, seat, tell }: SeatContext, rules: ChatRules): ChatRules {
  tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('chat:ruled', rules));
  return rules;
}

export const chatHandlers: Handlers<typeof chatRequests, SeatContext> = {
  'chat:send': async (context, { messageId, text }) => {
    const { live, seat, tell } = context;
    const { message, sent, groupId } = await sendMessage(context, messageId, text);
    if (sent) tell(() => peopleIn(live, mediaOfSeat({ lessonId: seat.lessonId, groupId })).emit('chat:sent', message));
    return message;
  },
  'chat:mute': async (context, { personId, muted }) => {
    const { live, seat: { lessonId }, tell } = context;
    const changed = await muteOne(context, personId, muted);
    if (changed) tell(() => live.io.to([staffRoom(lessonId), seatRoom(lessonId, personId)]).emit('chat:muted', { ...changed, muted }));
    return {};
  },
  'chat:rule': async (context, change) => tellRules(context, await setRules(context, change)),
  'chat:delete': async (context, { messageId }) => {
    const { live, seat, tell } = context;
    const { message, changed, rules } = await deleteMessage(context, messageId);
    if (changed) tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('chat:deleted', message));
    if (rules) tellRules(context, rules);
    return message;
  },
  'chat:pin': async (context, { messageId }) => tellRules(context, await pinMessage(context, messageId)),
};
