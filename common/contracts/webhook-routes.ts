// What an institution lets its own programs be told: addresses that get its facts one by one, made and ended by its office (docs/webhooks.md).
import Type, { type Static } from 'typebox';
import { Connector, DeadFacts } from './connector-routes.ts';
import { Closed, Uuid } from './shapes.ts';

const office = ['admin', 'institution'] as const;
/** Newest last. `trouble`, `waiting`, `dead` as of a connector. */
export const Webhooks = Closed({ webhooks: Type.Array(Connector) });
export type Webhooks = Static<typeof Webhooks>;
export const WebhookBody = Closed({ name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }), address: Type.String({ minLength: 1, maxLength: 500 }) });
export type WebhookBody = Static<typeof WebhookBody>;
/** The secret is told once and never again. */
export const WebhookMade = Closed({ webhookId: Uuid, secret: Type.String(), webhooks: Webhooks.properties.webhooks });
export type WebhookMade = Static<typeof WebhookMade>;
const One = Closed({ webhookId: Uuid });

export const webhookRoutes = {
  /** Errors: not_found. */
  'GET /api/institutions/:institutionId/webhooks': { by: office, params: Closed({ institutionId: Uuid }), reply: Webhooks },
  /** Facts from now on. Errors: not_found, connector_address (none, not HTTPS, or one of a private network), connector_double, webhook_most. */
  'POST /api/institutions/:institutionId/webhooks': { by: office, params: Closed({ institutionId: Uuid }), body: WebhookBody, reply: WebhookMade },
  /** Errors of all of these: not_found. While it is paused facts wait. */
  'PUT /api/webhooks/:webhookId/pausing': { by: office, params: One, body: Closed({ paused: Type.Boolean() }), reply: Webhooks },
  /** What was refused three times, newest first, at most 200. */
  'GET /api/webhooks/:webhookId/dead': { by: office, params: One, reply: DeadFacts },
  /** All of that again. */
  'POST /api/webhooks/:webhookId/sending': { by: office, params: One, reply: Webhooks },
  /** Everything since the beginning of that day again, under the same ids. Errors: connector_day, connector_replaying. */
  'POST /api/webhooks/:webhookId/replays': { by: office, params: One, body: Closed({ from: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' }) }), reply: Webhooks },
  /** At once and for good: what was not sent yet is not sent any more. */
  'POST /api/webhooks/:webhookId/ending': { by: office, params: One, reply: Webhooks },
} as const;
