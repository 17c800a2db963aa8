// Programs an institution lets read its data: made, shown and ended by its office.
import Type, { type Static } from 'typebox';
import { apiScopes } from '#domain/api-client.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const office = ['admin', 'institution'] as const;
export const ApiClient = Closed({ apiClientId: Uuid, name: Type.String(), scopes: Type.Array(OneOf(apiScopes)), perMinute: Type.Integer(), createdBy: Type.String(), createdAt: Instant, lastUsedAt: Nullable(Instant), endedAt: Nullable(Instant) });
export const ApiClients = Closed({ clients: Type.Array(ApiClient) });
export type ApiClients = Static<typeof ApiClients>;
export const ApiClientBody = Closed({ name: Type.String({ minLength: 1, maxLength: 80, pattern: '\\S' }), scopes: Type.Array(OneOf(apiScopes), { minItems: 1, maxItems: apiScopes.length, uniqueItems: true }), perMinute: Type.Integer({ minimum: 1, maximum: 6000 }) });
export type ApiClientBody = Static<typeof ApiClientBody>;
/** The secret is told once and never again. */
export const ApiClientMade = Closed({ apiClientId: Uuid, secret: Type.String(), clients: ApiClients.properties.clients });
export type ApiClientMade = Static<typeof ApiClientMade>;

export const apiClientRoutes = {
  /** Newest first. Errors: not_found. */
  'GET /api/institutions/:institutionId/api-clients': { by: office, params: Closed({ institutionId: Uuid }), reply: ApiClients },
  /** Errors: not_found. */
  'POST /api/institutions/:institutionId/api-clients': { by: office, params: Closed({ institutionId: Uuid }), body: ApiClientBody, reply: ApiClientMade },
  /** At once and for good; ended ones stay in the list. Errors: not_found. */
  'POST /api/api-clients/:apiClientId/ending': { by: office, params: Closed({ apiClientId: Uuid }), reply: ApiClients },
} as const;
