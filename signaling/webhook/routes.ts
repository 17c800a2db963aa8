// REST of webhooks: connectors of one institution, kept by its office.
import { randomBytes } from 'node:crypto';
import type { WebhookBody, WebhookMade, webhookRoutes, Webhooks } from '#contracts/webhook-routes.ts';
import { addConnector, endWebhook, pauseConnector, replayFrom, sendDeadAgain, type Doing } from '#db/queries/connector-deeds.ts';
import { deadFacts, webhooksOf } from '#db/queries/connectors.ts';
import { requireOffice } from '#db/queries/institution-access.ts';
import { webhookMapping } from '#domain/connector/mapping.ts';
import { DomainError } from '#domain/errors.ts';
import { loadMappings } from '#runtime/connector-mappings.ts';
import { webhookSecretOf } from '#runtime/signed-post.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';

const secretBytes = 32;
const mostOfOne = 5;

export function webhookHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof webhookRoutes> {
  const { orm, vault, config, now } = deps;
  const by = (personId: string): Doing => ({ orm, now: now(), personId });
  const shown = async (institutionId: string): Promise<Webhooks> => ({ webhooks: await webhooksOf(orm.em.fork(), institutionId) });
  /** Its institution. Throws not_found. */
  async function requireOwn(personId: string, webhookId: string): Promise<string> {
    const [row] = await orm.em.fork().execute<{ institution_id: string }[]>('select institution_id from connector where id = ? and mapping = ? and institution_id is not null and ended_at is null', [webhookId, webhookMapping]);
    if (!row) throw new DomainError('not_found', 'no such webhook');
    await requireOffice(orm.em.fork(), personId, row.institution_id);
    return row.institution_id;
  }
  async function make(personId: string, institutionId: string, { name, address }: WebhookBody): Promise<WebhookMade> {
    await requireOffice(orm.em.fork(), personId, institutionId);
    if ((await webhooksOf(orm.em.fork(), institutionId)).length >= mostOfOne) throw new DomainError('webhook_most', `${mostOfOne} already`);
    const body = { name, address, mapping: webhookMapping, institutionId, from: null, secret: webhookSecretOf(randomBytes(secretBytes)) };
    const { connectorId, secret } = await addConnector({ ...by(personId), vault, mappings: await loadMappings(undefined), allowInward: config.CONNECTOR_PRIVATE_ADDRESSES }, body);
    return { webhookId: connectorId, secret, ...await shown(institutionId) };
  }
  const done = async (personId: string, webhookId: string, deed: () => Promise<unknown>): Promise<Webhooks> => {
    const institutionId = await requireOwn(personId, webhookId);
    await deed();
    return shown(institutionId);
  };
  return {
    'GET /api/institutions/:institutionId/webhooks': async ({ person, params }) => {
      await requireOffice(orm.em.fork(), person.personId, params.institutionId);
      return shown(params.institutionId);
    },
    'POST /api/institutions/:institutionId/webhooks': ({ person, params, body }) => make(person.personId, params.institutionId, body),
    'PUT /api/webhooks/:webhookId/pausing': ({ person: { personId }, params: { webhookId }, body }) => done(personId, webhookId, () => pauseConnector(by(personId), webhookId, body.paused)),
    'GET /api/webhooks/:webhookId/dead': async ({ person: { personId }, params: { webhookId } }) => {
      await requireOwn(personId, webhookId);
      return { facts: await deadFacts(orm.em.fork(), webhookId) };
    },
    'POST /api/webhooks/:webhookId/sending': ({ person: { personId }, params: { webhookId } }) => done(personId, webhookId, () => sendDeadAgain(by(personId), webhookId, null)),
    'POST /api/webhooks/:webhookId/replays': ({ person: { personId }, params: { webhookId }, body }) => done(personId, webhookId, async () => replayFrom(by(personId), webhookId, body.from)),
    'POST /api/webhooks/:webhookId/ending': ({ person: { personId }, params: { webhookId } }) => done(personId, webhookId, () => endWebhook(by(personId), webhookId)),
  };
}
