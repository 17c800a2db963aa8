// companion:* requests, of the leader whose second camera a phone is.
import type { companionRequests } from '#contracts/companion.ts';
import type { Handlers } from '#contracts/request-table.ts';
import type { SeatContext } from '../classroom/context.ts';
import { ownCompanion } from './rows.ts';
import { invite, revoke } from './service.ts';
import { sendAway, tellOwner } from './telling.ts';

export const companionHandlers: Handlers<typeof companionRequests, SeatContext> = {
  'companion:invite': async (context) => {
    const { live, seat, tell } = context;
    const { companionId, token, expiresAt, replaced } = await invite(context);
    tell(() => sendAway(live, replaced, 'replaced'));
    tell(() => tellOwner(live, seat.lessonId, seat.personId));
    return { companionId, token, state: 'waiting', expiresAt: expiresAt.toISOString() };
  },
  'companion:end': async (context, { companionId }) => {
    const { live, seat, tell } = context;
    const ended = await revoke(context, companionId);
    tell(() => sendAway(live, ended, 'revoked'));
    if (ended.length > 0) tell(() => tellOwner(live, seat.lessonId, seat.personId));
    return {};
  },
  'companion:read': async ({ live, seat }) => ({ companion: await ownCompanion(live.deps.orm.em.fork(), seat.lessonId, seat.personId, live.deps.now()) }),
};
