// check:* requests; the snapshots themselves come over REST.
import type { checkRequests } from '#contracts/check.ts';
import type { Handlers } from '#contracts/request-table.ts';
import { checkBriefs } from '#db/queries/checks.ts';
import type { SeatContext } from '../classroom/context.ts';
import { askNow } from './service.ts';
import { tellAsked } from './telling.ts';

export const checkHandlers: Handlers<typeof checkRequests, SeatContext> = {
  'check:list': async ({ live, seat }) => ({ checks: await checkBriefs(live.deps.orm.em.fork(), seat.lessonId) }),
  'check:ask': async (context, { personId }) => {
    const asked = await askNow(context, personId ?? null);
    context.tell(() => tellAsked(context.live, asked));
    return { asked: asked.length };
  },
};
