// What somebody who looks for a client sees: hours of that client's learners, and nothing else of the institution.
import type { ClientHours, OwnClients } from '#contracts/client-routes.ts';
import { ClientMember } from '#db/entities/client.ts';
import { unitOfWork } from '#db/orm.ts';
import { clientHours, ownClients } from '#db/queries/clients.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';

export async function listOwnClients({ orm }: Deps, personId: string): Promise<OwnClients> {
  return { clients: await ownClients(orm.em.fork(), personId) };
}

/** Throws not_found for a client this person does not look for. */
export async function ownClientHours({ orm, now }: Deps, personId: string, clientId: string): Promise<ClientHours> {
  const em = orm.em.fork();
  const member = await em.findOne(ClientMember, { clientId, personId });
  const own = member && (await ownClients(em, personId)).find((one) => one.clientId === clientId);
  if (!member || !own) throw new DomainError('not_found', 'no such client');
  const cohorts = await unitOfWork(orm, actorFor(personId, member.institutionId), (inside) => clientHours(inside, clientId, now()));
  return { name: own.name, institutionName: own.institutionName, cohorts };
}
