// Identities as rows: sealed when written, found by keyed hashes, shown masked, opened only for a reason that is written down.
import { UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import type { AuthorityStatus } from '#domain/identity/authority.ts';
import { maskedNumber, maskedPhone, type DocumentKind } from '#domain/identity/document.ts';
import { DomainError } from '#domain/errors.ts';
import type { LearnerCategory } from '#domain/identity/learner-category.ts';
import type { IdentityPart } from '#domain/identity/reveal.ts';
import { plainName } from '#domain/identity/registration.ts';
import { Identity, IdentityView } from '../entities/identity.ts';
import type { EntityManager } from '../orm.ts';
import type { Vault } from '../vault.ts';
import { phoneHashOf } from './phone-codes.ts';

/** Checked and in the form it is compared in (plainNumber, phoneOf). */
export interface NewIdentity {
  personId: string; documentKind: DocumentKind; number: string; birthDate: string | null; regionCode: string | null; phone: string | null;
  learnerCategory: LearnerCategory; employer: string | null; authorityStatus: AuthorityStatus;
}

export const numberHashOf = (vault: Vault, kind: DocumentKind, number: string): Buffer => vault.lookupHash(`document ${kind}`, number);

const taken = (): DomainError => new DomainError('identity_taken', 'these details are registered already');

/** Throws identity_taken where somebody else than `exceptOf` has the document or the phone; it tells neither which nor who. */
export async function requireFreeIdentity(em: EntityManager, vault: Vault, { documentKind, number, phone }: Pick<NewIdentity, 'documentKind' | 'number' | 'phone'>, exceptOf?: string): Promise<void> {
  const phones = phone === null ? [] : [{ phoneHash: phoneHashOf(vault, phone) }];
  const same = { $or: [{ documentKind, numberHash: numberHashOf(vault, documentKind, number) }, ...phones] };
  const known = await em.count(Identity, exceptOf === undefined ? same : { $and: [same, { personId: { $ne: exceptOf } }] });
  if (known > 0) throw taken();
}

/** A write that two may make at once: the second is told what it would have been told a moment later. */
async function unlessTaken<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) throw taken();
    throw error;
  }
}

type SealedPhone = Pick<Identity, 'sealedPhone' | 'phoneHash' | 'phoneMask'>;
const sealedPhoneOf = (vault: Vault, personId: string, phone: string | null): SealedPhone => (phone === null
  ? { sealedPhone: null, phoneHash: null, phoneMask: null }
  : { sealedPhone: vault.sealField({ personId, field: 'phone' }, phone), phoneHash: phoneHashOf(vault, phone), phoneMask: maskedPhone(phone) });

type StatedPhone = Pick<Identity, 'statedBy' | 'statedAt' | 'sealedStatedPhone' | 'statedPhoneHash' | 'statedPhoneMask'>;
const notStated: StatedPhone = { statedBy: null, statedAt: null, sealedStatedPhone: null, statedPhoneHash: null, statedPhoneMask: null };
/** What an institution says is a learner's phone, until the learner proves one. */
export const statedPhoneOf = (vault: Vault, institutionId: string, personId: string, phone: string, at: Date): StatedPhone => ({
  statedBy: institutionId, statedAt: at, sealedStatedPhone: vault.sealField({ personId, field: 'phone' }, phone), statedPhoneHash: phoneHashOf(vault, phone), statedPhoneMask: maskedPhone(phone),
});

/** When an authority that gave no answer for the `tries`th time is asked again: after 5 minutes, then twice as long each time, at most a day. */
export const askAgainAt = (tries: number, at: Date): Date => new Date(at.getTime() + Math.min(24 * 3_600_000, 5 * 60_000 * 2 ** Math.max(0, tries - 1)));

/** Everything of a row but whose it is and since when. */
function rowOf(vault: Vault, identity: NewIdentity, at: Date): Omit<Identity, 'personId' | 'createdAt' | keyof StatedPhone> {
  const { personId, documentKind, number, birthDate, regionCode, phone, learnerCategory, employer, authorityStatus } = identity;
  const unanswered = authorityStatus === 'unavailable';
  return {
    documentKind, regionCode, learnerCategory, employer, authorityStatus, authorityAt: authorityStatus === 'not_asked' ? null : at,
    authorityTries: unanswered ? 1 : 0, authorityNextAt: unanswered ? askAgainAt(1, at) : null,
    sealedNumber: vault.sealField({ personId, field: 'number' }, number), numberHash: numberHashOf(vault, documentKind, number), numberMask: maskedNumber(number),
    sealedBirthDate: birthDate === null ? null : vault.sealField({ personId, field: 'birth_date' }, birthDate),
    ...sealedPhoneOf(vault, personId, phone), keyVersion: vault.keyVersion, changedAt: at,
  };
}

/** Throws identity_taken, also where this person has an identity. */
export async function addIdentity(em: EntityManager, vault: Vault, identity: NewIdentity, at: Date): Promise<void> {
  await addIdentities(em, vault, [identity], at);
}

/** Many at once, in one statement. Throws identity_taken when one of them is. */
export async function addIdentities(em: EntityManager, vault: Vault, identities: readonly NewIdentity[], at: Date): Promise<void> {
  if (identities.length > 0) await unlessTaken(() => em.insertMany(Identity, identities.map((one) => ({ personId: one.personId, createdAt: at, ...rowOf(vault, one, at), ...notStated }))));
}

/** Learners an institution names before they register themselves: no account, no phone of their own. Throws identity_taken when one is known. */
export async function addStatedIdentities(em: EntityManager, vault: Vault, institutionId: string, identities: readonly (NewIdentity & { phone: string })[], at: Date): Promise<void> {
  if (identities.length === 0) return;
  await unlessTaken(() => em.insertMany(Identity, identities.map((one) => (
    { personId: one.personId, createdAt: at, ...rowOf(vault, { ...one, phone: null }, at), ...statedPhoneOf(vault, institutionId, one.personId, one.phone, at) }))));
}

/**
 * The person an institution stated under this number, for whoever registers with it now; null where nobody was. The name has to be the stated one and the phone, proven before, the stated one: a number and
 * a name are on many papers, the phone is in one hand (decision 070). Throws stated_otherwise.
 */
export async function statedPersonOf(em: EntityManager, vault: Vault, { documentKind, number, phone, name }: Pick<NewIdentity, 'documentKind' | 'number' | 'phone'> & { name: string }): Promise<string | null> {
  const [row] = await em.execute<{ person_id: string; name: string; stated_phone_hash: Buffer }[]>(
    `select i.person_id, p.name, i.stated_phone_hash from identity i join person p on p.id = i.person_id where i.document_kind = ? and i.number_hash = ? and i.stated_by is not null`,
    [documentKind, numberHashOf(vault, documentKind, number)]);
  if (!row) return null;
  if (plainName(row.name) !== plainName(name) || phone === null || !row.stated_phone_hash.equals(phoneHashOf(vault, phone))) throw new DomainError('stated_otherwise', 'an institution stated another name or phone');
  return row.person_id;
}

/** In place of what an institution stated, once. Throws identity_taken where it is stated no more. */
export async function takeOverIdentity(em: EntityManager, vault: Vault, identity: NewIdentity, at: Date): Promise<void> {
  const changed = await unlessTaken(() => em.nativeUpdate(Identity, { personId: identity.personId, statedBy: { $ne: null } }, { ...rowOf(vault, identity, at), ...notStated }));
  if (changed === 0) throw taken();
}

/** In place of one that an authority denied. Throws identity_taken, also where it is not denied (any more). */
export async function correctIdentity(em: EntityManager, vault: Vault, identity: NewIdentity, at: Date): Promise<void> {
  const changed = await unlessTaken(() => em.nativeUpdate(Identity, { personId: identity.personId, authorityStatus: 'denied' }, rowOf(vault, identity, at)));
  if (changed === 0) throw taken();
}

/** Throws identity_missing, identity_taken. */
export async function changePhone(em: EntityManager, vault: Vault, personId: string, phone: string, at: Date): Promise<void> {
  const changed = await unlessTaken(() => em.nativeUpdate(Identity, { personId }, {
    ...sealedPhoneOf(vault, personId, phone), changedAt: at,
  }));
  if (changed === 0) throw new DomainError('identity_missing', 'register first');
}

export const personByPhone = async (em: EntityManager, vault: Vault, phone: string): Promise<string | null> =>
  (await em.findOne(Identity, { phoneHash: phoneHashOf(vault, phone) }, { fields: ['personId'], disableIdentityMap: true }))?.personId ?? null;

/** The row, whose sealed fields stay closed; null where the person is not registered. */
export const identityOf = (em: EntityManager, personId: string): Promise<Identity | null> => em.findOne(Identity, { personId }, { disableIdentityMap: true });

/** Opened parts; null where the document does not tell one, or it was not asked for. */
export function openIdentity(vault: Vault, { personId, sealedNumber, sealedPhone, sealedBirthDate }: Identity, parts: readonly IdentityPart[]): Record<IdentityPart, string | null> {
  return {
    number: parts.includes('number') ? vault.openField({ personId, field: 'number' }, sealedNumber) : null,
    birthDate: parts.includes('birthDate') && sealedBirthDate ? vault.openField({ personId, field: 'birth_date' }, sealedBirthDate) : null,
    phone: parts.includes('phone') && sealedPhone ? vault.openField({ personId, field: 'phone' }, sealedPhone) : null,
  };
}

export interface SeenBy { at: Date; viewer: string; institution: string; fields: IdentityPart[]; reason: string }
/** Who looked, latest first. */
export async function viewsOf(em: EntityManager, personId: string): Promise<SeenBy[]> {
  const rows = await em.execute<(Omit<SeenBy, 'at'> & { at: Date | string })[]>(
    `select v.at, p.name as viewer, i.name as institution, v.fields, v.reason from identity_view v join person p on p.id = v.viewer_id join institution i on i.id = v.institution_id
     where v.person_id = ? order by v.at desc, v.id desc limit 200`, [personId]);
  return rows.map((row) => ({ ...row, at: new Date(row.at) }));
}

export const noteView = (em: EntityManager, view: { id: string; personId: string; viewerId: string; institutionId: string; fields: IdentityPart[]; reason: string; at: Date }): Promise<unknown> =>
  em.insert(IdentityView, view);

/**
 * The institution in which this member of its office has to do with this person (a member or enrolled there); null where there is none.
 * Teachers and regulators see masks only.
 */
export async function officeOver(em: EntityManager, viewerId: string, personId: string): Promise<string | null> {
  const [row] = await em.execute<{ institution_id: string }[]>(
    `select m.institution_id from membership m where m.person_id = ? and m.role in ('admin', 'institution')
       and (exists (select from membership o where o.institution_id = m.institution_id and o.person_id = ?)
         or exists (select from enrolment e where e.institution_id = m.institution_id and e.person_id = ?))
     order by m.created_at, m.id limit 1`, [viewerId, personId, personId]);
  return row?.institution_id ?? null;
}
