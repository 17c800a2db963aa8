// REST of programs an institution lets read: made by its office with a secret that is told once, ended by it.
import { randomBytes } from 'node:crypto';
import type { ApiClientBody, ApiClientMade, apiClientRoutes, ApiClients } from '#contracts/api-client-routes.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { apiClientsOf } from '#db/queries/api-clients.ts';
import { requireOffice } from '#db/queries/institution-access.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';

const secretBytes = 32;

async function make({ orm, vault, now }: Deps, personId: string, institutionId: string, { name, scopes, perMinute }: ApiClientBody): Promise<ApiClientMade> {
  const [id, secret] = [newId(), randomBytes(secretBytes).toString('base64url')];
  return unitOfWork(orm, { personId, institutionId }, async (em) => {
    await requireOffice(em, personId, institutionId);
    await em.execute(
      `insert into api_client (id, institution_id, name, scopes, per_minute, sealed_secret, key_version, created_by, created_at) values (?, ?, ?, array(select jsonb_array_elements_text(?::jsonb)), ?, ?, ?, ?, ?)`,
      [id, institutionId, name.trim(), JSON.stringify(scopes), perMinute, vault.sealField({ personId: id, field: 'api_client' }, secret), vault.keyVersion, personId, now()]);
    await appendEvent(em, { personId, institutionId }, `institution:${institutionId}`, 'api_client:made', now(), { apiClientId: id, scopes });
    return { apiClientId: id, secret, ...await apiClientsOf(em, institutionId) };
  });
}

/** Ending twice ends once. Throws not_found. */
async function end({ orm, now }: Deps, personId: string, id: string): Promise<ApiClients> {
  const [row] = await orm.em.fork().execute<{ institution_id: string }[]>('select institution_id from api_client where id = ?', [id]);
  if (!row) throw new DomainError('not_found', 'no such client');
  const institutionId = row.institution_id;
  return unitOfWork(orm, { personId, institutionId }, async (em) => {
    await requireOffice(em, personId, institutionId);
    const ended = await em.execute<unknown[]>('update api_client set ended_at = ?, ended_by = ? where id = ? and ended_at is null returning id', [now(), personId, id]);
    if (ended.length > 0) await appendEvent(em, { personId, institutionId }, `institution:${institutionId}`, 'api_client:ended', now(), { apiClientId: id });
    return apiClientsOf(em, institutionId);
  });
}

export function apiClientHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof apiClientRoutes> {
  return {
    'GET /api/institutions/:institutionId/api-clients': async ({ person, params }) => {
      await requireOffice(deps.orm.em.fork(), person.personId, params.institutionId);
      return apiClientsOf(deps.orm.em.fork(), params.institutionId);
    },
    'POST /api/institutions/:institutionId/api-clients': ({ person, params, body }) => make(deps, person.personId, params.institutionId, body),
    'POST /api/api-clients/:apiClientId/ending': ({ person, params }) => end(deps, person.personId, params.apiClientId),
  };
}
