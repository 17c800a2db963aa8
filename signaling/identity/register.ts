// Registering with a real name: checked, the phone proven, the document free, an authority asked where there is one and the person agreed; then written at once (R9, R84, R102).
import { randomInt } from 'node:crypto';
import type { OwnIdentityBody, RegistrationBody, RegistrationReply } from '#contracts/identity.ts';
import { Account, Consent, Person } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { addIdentity, correctIdentity, identityOf, requireFreeIdentity, statedPersonOf, takeOverIdentity } from '#db/queries/identities.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { takePhoneCode } from '#db/queries/phone-codes.ts';
import type { AuthorityStatus } from '#domain/identity/authority.ts';
import { consentVersion } from '#domain/consent.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { passwordFault } from '#domain/identity/registration.ts';
import { hashPassword } from '#runtime/password.ts';
import type { Static } from 'typebox';
import type { Deps } from '../deps.ts';
import { agreedPurposes, statedIdentity, type Stated } from './stated.ts';

type Registered = Static<typeof RegistrationReply>;
/** `takesOver`: the person an institution stated, whom the registering one has shown to be. */
interface Proven { stated: Stated; takesOver: string | null; agreed: ReturnType<typeof agreedPurposes>; authority: AuthorityStatus; now: Date }

/** Everything that can refuse, before anything is written; of others' documents and phones nothing is said before the code was right. `exceptOf`: whose own are no others'; `mayTakeOver`: what an institution stated is this person's to take over. */
async function prove(deps: Deps, body: OwnIdentityBody, name: string, { exceptOf, mayTakeOver = false }: { exceptOf?: string; mayTakeOver?: boolean } = {}): Promise<Proven> {
  const { orm, vault, authority } = deps;
  const now = deps.now();
  const stated = statedIdentity(body, name, now);
  const agreed = agreedPurposes(body.consents);
  await takePhoneCode(orm.em.fork(), vault, { personId: null, phone: stated.phone, purpose: exceptOf === undefined ? 'register' : 'change_phone', code: body.code, now });
  const takesOver = exceptOf === undefined && mayTakeOver ? await statedPersonOf(orm.em.fork(), vault, stated) : null;
  await requireFreeIdentity(orm.em.fork(), vault, stated, exceptOf ?? takesOver ?? undefined);
  return { stated, takesOver, agreed, authority: agreed.includes('authority') ? await authority.ask(stated) : 'not_asked', now };
}

async function writeConsents(em: EntityManager, personId: string, { agreed, now }: Proven): Promise<void> {
  for (const purpose of agreed) {
    await em.insert(Consent, { id: newId(now.getTime()), personId, purpose, version: consentVersion[purpose], given: true, at: now });
    await appendEvent(em, actorFor(personId, null), `person:${personId}`, 'consent:given', now, { personId, purpose, version: consentVersion[purpose] });
  }
}

async function writeIdentity(deps: Deps, em: EntityManager, personId: string, proven: Proven): Promise<void> {
  const { stated, takesOver, authority, now } = proven;
  const actor = actorFor(personId, null);
  await (takesOver ? takeOverIdentity : addIdentity)(em, deps.vault, { personId, ...stated, authorityStatus: authority }, now);
  await writeConsents(em, personId, proven);
  const { documentKind, learnerCategory } = stated;
  await appendEvent(em, actor, `person:${personId}`, 'identity:registered', now, { personId, documentKind, learnerCategory, authority, ...(takesOver && { statedBefore: true }) });
}

/** Shown where people of one name are told apart; signing in is by phone. */
const accountName = (): string => `k${String(randomInt(10 ** 10)).padStart(10, '0')}`;

/** Throws what the contract says; then nothing is written but the try of the code. */
export async function register(deps: Deps, body: RegistrationBody): Promise<Registered> {
  const { name = '', password, locale, ...rest } = body;
  const fault = passwordFault(password, rest);
  if (fault) throw new DomainError('password_weak', `password: ${fault}`);
  const proven = await prove(deps, rest, name, { mayTakeOver: true });
  const passwordHash = await hashPassword(password);
  const personId = proven.takesOver ?? newId();
  const createdAt = proven.now;
  await unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
    if (!proven.takesOver) await em.insert(Person, { id: personId, name: proven.stated.name, createdAt });
    // First: of two who take over at once the second is refused here.
    await writeIdentity(deps, em, personId, proven);
    await em.insert(Account, { id: newId(), personId, login: accountName(), passwordHash, locale, createdAt, disabledAt: null });
  });
  deps.log.info({ personId, authority: proven.authority }, 'a person registered');
  return { personId, authority: proven.authority };
}

/** Another number, and where the authority confirms both another name, in place of what it denied. */
async function correct(deps: Deps, personId: string, body: OwnIdentityBody, former: string): Promise<Registered> {
  const proven = await prove(deps, body, body.name ?? former, { exceptOf: personId });
  const { stated, agreed, authority, now } = proven;
  const renamed = stated.name !== former;
  if (!agreed.includes('authority')) throw new DomainError('consent_missing', 'what an authority denied is put right by asking it again');
  if (renamed && authority !== 'confirmed') throw new DomainError('identity_denied', 'another name counts only when the authority confirms it');
  const actor = actorFor(personId, null);
  await unitOfWork(deps.orm, actor, async (em) => {
    await correctIdentity(em, deps.vault, { personId, ...stated, authorityStatus: authority }, now);
    if (renamed) await em.nativeUpdate(Person, { id: personId }, { name: stated.name });
    await writeConsents(em, personId, proven);
    await appendEvent(em, actor, `person:${personId}`, 'identity:corrected', now, { personId, documentKind: stated.documentKind, renamed, authority });
  });
  deps.log.info({ personId, authority }, 'a person corrected their identity');
  return { personId, authority };
}

/** The same for an account that an institution made, or whose identity an authority denied. */
export async function registerOwn(deps: Deps, personId: string, body: OwnIdentityBody): Promise<Registered> {
  const em = deps.orm.em.fork();
  const known = await identityOf(em, personId);
  if (known && known.authorityStatus !== 'denied') throw new DomainError('identity_taken', 'this person is registered');
  const { name } = await em.findOneOrFail(Person, { id: personId });
  if (known) return correct(deps, personId, body, name);
  const proven = await prove(deps, body, name);
  await unitOfWork(deps.orm, actorFor(personId, null), (work) => writeIdentity(deps, work, personId, proven));
  deps.log.info({ personId, authority: proven.authority }, 'a person registered');
  return { personId, authority: proven.authority };
}
