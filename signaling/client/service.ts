// Clients of an institution: kept by its office, with what is switched off for their learners, who looks for them, and whose learner somebody is.
import { LockMode } from '@mikro-orm/postgresql';
import type { ClientBody, ClientLearners, ClientList, ClientMember as NewMember } from '#contracts/client-routes.ts';
import { Client, ClientMember } from '#db/entities/client.ts';
import { Enrolment, Institution } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { clientsOf, learnersToLink } from '#db/queries/clients.ts';
import { isOffice, officeRoles, requireOffice, requirePart } from '#db/queries/institution-access.ts';
import { knownPerson } from '#db/queries/known-person.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { clientSwitches } from '#domain/client-switches.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { creditCodeFault, plainCreditCode } from '#domain/institution.ts';
import { isRegionCode } from '#domain/region.ts';
import type { Attempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';

const triesPerClerk = 60;
interface Asker { personId: string; institutionId: string }
interface OfClient extends Asker { clientId: string }

/** Throws not_found. */
export async function listClients({ orm }: Deps, { personId, institutionId }: Asker): Promise<ClientList> {
  const em = orm.em.fork();
  const roles = await requirePart(em, personId, institutionId, [...officeRoles, 'regulator']);
  return { clients: await clientsOf(em, institutionId), mayChange: isOffice(roles) };
}

/** One change by the office, one after the other in an institution; answers the list. Throws not_found, and what `work` throws. */
async function change(deps: Deps, { personId, institutionId }: Asker, work: (em: EntityManager, at: Date) => Promise<void>): Promise<ClientList> {
  return unitOfWork(deps.orm, actorFor(personId, institutionId), async (em) => {
    await em.findOne(Institution, { id: institutionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    await requireOffice(em, personId, institutionId);
    await work(em, deps.now());
    return { clients: await clientsOf(em, institutionId), mayChange: true };
  });
}

function plain({ name, creditCode, region, contact, phone, switchedOff }: ClientBody): ClientBody {
  const code = plainCreditCode(creditCode);
  if (code !== '' && creditCodeFault(code)) throw new DomainError('client_invalid', 'the credit code is wrong');
  if (region !== null && !isRegionCode(region)) throw new DomainError('client_invalid', 'no such region');
  return { name: name.trim(), creditCode: code, region, contact: contact.trim(), phone: phone.trim(), switchedOff: clientSwitches.filter((one) => switchedOff.includes(one)) };
}

async function requireFreeName(em: EntityManager, institutionId: string, name: string, exceptOf: string | null): Promise<void> {
  const [same] = await em.find(Client, { institutionId, name });
  if (same && same.id !== exceptOf) throw new DomainError('client_double', 'a client of that name is there already');
}

/** Throws not_found. */
async function requireClient(em: EntityManager, institutionId: string, clientId: string): Promise<void> {
  if (await em.count(Client, { id: clientId, institutionId }) === 0) throw new DomainError('not_found', 'no such client');
}

/** Throws not_found, client_invalid, client_double. */
export function addClient(deps: Deps, asker: Asker, body: ClientBody): Promise<ClientList> {
  const { personId, institutionId } = asker;
  return change(deps, asker, async (em, at) => {
    const row = plain(body);
    await requireFreeName(em, institutionId, row.name, null);
    const id = newId(at.getTime());
    await em.insert(Client, { id, institutionId, ...row, createdAt: at, createdBy: personId });
    await appendEvent(em, actorFor(personId, institutionId), `institution:${institutionId}`, 'client:added', at, { clientId: id, switchedOff: row.switchedOff });
  });
}

/** Throws not_found, client_invalid, client_double. What is switched holds from the next request on. */
export function changeClient(deps: Deps, { clientId, ...asker }: OfClient, body: ClientBody): Promise<ClientList> {
  const { personId, institutionId } = asker;
  return change(deps, asker, async (em, at) => {
    const row = plain(body);
    await requireClient(em, institutionId, clientId);
    await requireFreeName(em, institutionId, row.name, clientId);
    await em.nativeUpdate(Client, { id: clientId, institutionId }, row);
    await appendEvent(em, actorFor(personId, institutionId), `institution:${institutionId}`, 'client:changed', at, { clientId, switchedOff: row.switchedOff });
  });
}

/** Throws not_found, person_unknown, too_many_attempts. */
export async function addClientMember(deps: Deps, attempts: Attempts, { clientId, ...asker }: OfClient, wish: NewMember): Promise<ClientList> {
  const { personId: createdBy, institutionId } = asker;
  const em = deps.orm.em.fork();
  await requireOffice(em, createdBy, institutionId);
  await requireClient(em, institutionId, clientId);
  if (attempts.take([{ key: `client ${createdBy}`, limit: triesPerClerk }], deps.now().getTime()) > 0) throw new DomainError('too_many_attempts', 'too many people looked for');
  const personId = await knownPerson(em, deps.vault, wish);
  return change(deps, asker, async (write, at) => {
    await requireClient(write, institutionId, clientId);
    if (await write.count(ClientMember, { clientId, personId }) > 0) return;
    await write.insert(ClientMember, { clientId, personId, institutionId, createdAt: at, createdBy });
    await appendEvent(write, actorFor(createdBy, institutionId), `institution:${institutionId}`, 'client:memberAdded', at, { clientId, personId });
  });
}

/** Throws not_found. Twice is once. */
export function removeClientMember(deps: Deps, { clientId, memberId, ...asker }: OfClient & { memberId: string }): Promise<ClientList> {
  const { personId, institutionId } = asker;
  return change(deps, asker, async (em, at) => {
    await requireClient(em, institutionId, clientId);
    if (await em.nativeDelete(ClientMember, { clientId, personId: memberId }) > 0) {
      await appendEvent(em, actorFor(personId, institutionId), `institution:${institutionId}`, 'client:memberRemoved', at, { clientId, personId: memberId });
    }
  });
}

/** Throws not_found. */
export async function listLearners({ orm }: Deps, { personId, institutionId }: Asker): Promise<ClientLearners> {
  const em = orm.em.fork();
  await requireOffice(em, personId, institutionId);
  return { learners: await learnersToLink(em, institutionId) };
}

/** Throws not_found. */
export async function linkLearner(deps: Deps, { enrolmentId, ...asker }: Asker & { enrolmentId: string }, clientId: string | null): Promise<void> {
  const { personId, institutionId } = asker;
  await change(deps, asker, async (em, at) => {
    const enrolment = await em.findOne(Enrolment, { id: enrolmentId, institutionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!enrolment) throw new DomainError('not_found', 'no such enrolment');
    if (clientId !== null) await requireClient(em, institutionId, clientId);
    const from = enrolment.clientId ?? null;
    if (from === clientId) return;
    await em.nativeUpdate(Enrolment, { id: enrolmentId }, { clientId });
    await appendEvent(em, actorFor(personId, institutionId), `cohort:${enrolment.cohortId}`, 'enrolment:clientChanged', at, { enrolmentId, from, to: clientId });
  });
}
