// hand:* requests.
import type { handRequests } from '#contracts/hand.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { lessonRoom } from '../classroom/rooms.ts';
import { lowerHand, raiseHand, type HandsAfter } from './service.ts';

function tellHands({ live, seat, tell }: SeatContext, { hands, changed }: HandsAfter): void {
  if (changed) tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('hand:changed', { hands }));
}

export const handHandlers: Handlers<typeof handRequests, SeatContext> = {
  'hand:raise': async (context) => {
    const after = await raiseHand(context);
    tellHands(context, after);
    return after.own;
  },
  'hand:lower': async (context, { personId }) => {
    tellHands(context, await lowerHand(context, personId ?? context.seat.personId));
    return {};
  },
};
