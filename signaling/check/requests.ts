// check:* requests; the snapshots themselves come over REST.
import type { checkRequests } from '#contracts/check.ts';
import type { Handlers } from '#contracts/request-table.ts';
import { checkBriefs } from '#db/queries/checks.ts';
import type { SeatContext } from '../classroom/context.ts';
import { askSignInAgain } from './again.ts';
import { enterCode, sendCodeAgain } from './codes.ts';
import { look } from './looks.ts';
import { askNow } from './service.ts';
import { tellAsked } from './telling.ts';

export const checkHandlers: Handlers<typeof checkRequests, SeatContext> = {
  'check:list': async ({ live, seat }) => ({ checks: await checkBriefs(live.deps.orm.em.fork(), seat.lessonId) }),
  'check:ask': async (context, { personId }) => {
    const asked = await askNow(context, personId ?? null);
    context.tell(() => tellAsked(context.live, asked));
    return { asked: asked.length };
  },
  'check:again': async (context) => {
    const asked = await askSignInAgain(context);
    context.tell(() => tellAsked(context.live, [asked]));
    return { checkId: asked.id };
  },
  'check:code': async (context, answer) => {
    await sendCodeAgain(context, answer);
    return {};
  },
  'check:answer': async (context, answer) => {
    const { status, waiting } = await enterCode(context, answer);
    if (waiting) context.tell(() => tellAsked(context.live, [waiting]));
    return { status };
  },
  'check:look': async (context, said) => {
    const { status, waiting } = await look(context, said);
    if (waiting) context.tell(() => tellAsked(context.live, [waiting]));
    return { status };
  },
};
