// hand:* requests.
import type { handRequests } from '#contracts/hand.ts';
import type { Handlers } from '#contracts/request-table.ts';
import { tellHands } from '../classroom/hands.ts';
import type { SeatContext } from '../classroom/context.ts';
import { lowerHand, raiseHand, type HandsAfter } from './service.ts';

function tellChange({ live, seat, tell }: SeatContext, { changed }: HandsAfter): void {
  if (changed) tell(() => tellHands(live, seat.lessonId));
}

export const handHandlers: Handlers<typeof handRequests, SeatContext> = {
  'hand:raise': async (context) => {
    const after = await raiseHand(context);
    tellChange(context, after);
    return after.own;
  },
  'hand:lower': async (context, { personId }) => {
    tellChange(context, await lowerHand(context, personId ?? context.seat.personId));
    return {};
  },
};
