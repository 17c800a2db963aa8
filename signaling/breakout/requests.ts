// breakout:* requests. Who goes where is told by every process to its own people (classroom/groups.ts).
import type { breakoutRequests } from '#contracts/breakout.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { tellHands } from '../classroom/hands.ts';
import { lessonRoom } from '../classroom/rooms.ts';
import { callBack, extendBreakout, moveLearner, startBreakout, tellGroups, visitGroup } from './service.ts';

export const breakoutHandlers: Handlers<typeof breakoutRequests, SeatContext> = {
  'breakout:start': async (context, data) => {
    const { live, seat: { lessonId }, tell } = context;
    const { stage, hands } = await startBreakout(context, data);
    if (stage) tell(() => live.io.to(lessonRoom(lessonId)).emit('stage:changed', { personIds: [] }));
    if (hands) tell(() => tellHands(live, lessonId));
    return {};
  },
  'breakout:move': async (context, data) => {
    await moveLearner(context, data);
    return {};
  },
  'breakout:extend': async (context, { minutes }) => {
    await extendBreakout(context, minutes);
    return {};
  },
  'breakout:end': async (context) => {
    await callBack(context);
    return {};
  },
  'breakout:visit': async (context, { groupId }) => {
    const { live, seat, tell } = context;
    if (await visitGroup(context, groupId)) tell(() => tellHands(live, seat.lessonId));
    return {};
  },
  'breakout:tell': async (context, data) => {
    const { live, seat, tell } = context;
    const { message, sent } = await tellGroups(context, data);
    if (sent) tell(() => live.io.to(lessonRoom(seat.lessonId)).emit('breakout:told', message));
    return message;
  },
};
