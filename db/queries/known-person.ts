// Finding somebody who has an account, for an office that adds them: by login or phone, and by the name that belongs to it.
import { DomainError } from '#domain/errors.ts';
import { phoneOf } from '#domain/identity/document.ts';
import { Account, Person } from '../entities/people.ts';
import type { EntityManager } from '../orm.ts';
import type { Vault } from '../vault.ts';
import { personByPhone } from './identities.ts';

/** Throws person_unknown: the same for an account that is not there or switched off, and for one of another name. */
export async function knownPerson(em: EntityManager, vault: Vault, { who, name }: { who: string; name: string }): Promise<string> {
  const login = who.trim();
  const phone = phoneOf(login);
  const byPhone = phone && await personByPhone(em, vault, phone);
  const account = await em.findOne(Account, byPhone ? { personId: byPhone, disabledAt: null } : { login, disabledAt: null });
  const person = account && await em.findOne(Person, { id: account.personId });
  if (!person || person.name.trim() !== name.trim()) throw new DomainError('person_unknown', 'nobody with this login or phone, and this name');
  return person.id;
}
