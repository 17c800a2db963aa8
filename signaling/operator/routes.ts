// REST of the operator's page: the platform as it is, and taking a media node out of service or back in.
import type { OperatorLive } from '#contracts/operator.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { setDraining } from '#db/queries/media-nodes.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { gatherLive } from './gather.ts';

type Mine = 'GET /api/operator' | 'PUT /api/operator/nodes/:nodeId';

/** Throws not_found. Asked again it changes nothing and is no second event. */
async function drain({ orm, log, now }: Deps, personId: string, nodeId: string, draining: boolean): Promise<void> {
  const actor = { personId, institutionId: null };
  await unitOfWork(orm, actor, async (em) => {
    const [node] = await em.execute<{ draining: boolean }[]>('select draining from media_node where id = ? for update', [nodeId]);
    if (!node) throw new DomainError('not_found', 'no such media node');
    if (node.draining === draining) return;
    await setDraining(em, nodeId, draining);
    await appendEvent(em, actor, `node:${nodeId}`, draining ? 'node:drained' : 'node:restored', now(), { nodeId });
  });
  log.info({ nodeId, draining, personId }, 'media node taken out of service, or back in');
}

/** Several operators look every two seconds: one look at the rows serves all that ask while it runs. */
export function operatorRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  let looking: Promise<OperatorLive> | null = null;
  return {
    'GET /api/operator': () => (looking ??= gatherLive(deps).finally(() => { looking = null; })),
    'PUT /api/operator/nodes/:nodeId': async ({ person, params, body }) => {
      await drain(deps, person.personId, params.nodeId, body.draining);
      return {};
    },
  };
}
