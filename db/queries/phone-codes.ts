// One-time codes for phones: ordered, sent, and taken once. Only hashes are kept, keyed, so that rows alone give no code away (R102, R138).
import { randomInt, timingSafeEqual } from 'node:crypto';
import { DomainError } from '#domain/errors.ts';
import { codeWaitMs, countedAs, phoneCodeCountedMs, phoneCodeDigits, phoneCodeLifeMs, phoneCodeLimits, purposesOf, stateOfCode, type PhonePurpose } from '#domain/identity/phone-code.ts';
import { newId } from '#domain/id.ts';
import type { PhoneProvider } from '#runtime/phone-provider.ts';
import { Identity, PhoneCode } from '../entities/identity.ts';
import { platform, unitOfWork, type EntityManager, type Orm } from '../orm.ts';
import type { Vault } from '../vault.ts';

/** One of person and phone: a person's own registered phone, or a phone somebody says is theirs (eleven digits, see phoneOf). */
interface ForPhone { personId: string | null; phone: string | null; purpose: PhonePurpose; now: Date }
export interface IssuedCode { codeId: string; phone: string; code: string; expiresAt: Date }

export const phoneHashOf = (vault: Vault, phone: string): Buffer => vault.lookupHash('phone', phone);
const codeHashOf = (vault: Vault, codeId: string, code: string): Buffer => vault.lookupHash('phone code', `${codeId} ${code}`);

/** The registered phone of a person, opened. Throws phone_missing. */
export async function phoneOfPerson(em: EntityManager, vault: Vault, personId: string): Promise<string> {
  const identity = await em.findOne(Identity, { personId }, { disableIdentityMap: true });
  if (!identity?.sealedPhone) throw new DomainError('phone_missing', 'this person has no registered phone');
  return vault.openField({ personId, field: 'phone' }, identity.sealedPhone);
}

const phoneFor = (em: EntityManager, vault: Vault, { personId, phone }: Pick<ForPhone, 'personId' | 'phone'>): Promise<string> | string => {
  if (phone !== null) return phone;
  if (personId === null) throw new Error('a code is for a person or a phone');
  return phoneOfPerson(em, vault, personId);
};

/**
 * A code to be sent to the phone; it replaces earlier ones of the same purpose. Asked of the same phone at once, one waits for the other.
 * Throws too_many_attempts (see phoneCodeLimits), phone_missing.
 */
export async function issuePhoneCode(em: EntityManager, vault: Vault, order: ForPhone): Promise<IssuedCode> {
  const { personId, purpose, now } = order;
  const phone = await phoneFor(em, vault, order);
  const phoneHash = phoneHashOf(vault, phone);
  const longAgo = new Date(now.getTime() - phoneCodeCountedMs);
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`phone:${phoneHash.toString('hex')}`]);
  const sent = await em.find(PhoneCode, { phoneHash, purpose: { $in: [...purposesOf[countedAs(purpose)]] }, createdAt: { $gt: longAgo } }, { fields: ['createdAt'], disableIdentityMap: true });
  const waitMs = codeWaitMs(phoneCodeLimits[countedAs(purpose)], sent.map(({ createdAt }) => createdAt.getTime()), now.getTime());
  if (waitMs > 0) throw new DomainError('too_many_attempts', `the next code can be sent in ${Math.ceil(waitMs / 1000)} seconds`);
  const codeId = newId(now.getTime());
  const code = String(randomInt(10 ** phoneCodeDigits)).padStart(phoneCodeDigits, '0');
  const expiresAt = new Date(now.getTime() + phoneCodeLifeMs);
  await em.insert(PhoneCode, {
    id: codeId, purpose, personId, phoneHash, codeHash: codeHashOf(vault, codeId, code), tries: 0, createdAt: now, expiresAt, usedAt: null,
  });
  // What no limit counts any more has no purpose left.
  await em.nativeDelete(PhoneCode, { createdAt: { $lt: longAgo } });
  return { codeId, phone, code, expiresAt };
}

export interface Sender { orm: Orm; vault: Vault; phone: PhoneProvider }
/**
 * Orders a code and hands it to the provider. Where that fails the code is taken back and does not count against the limits.
 * Throws too_many_attempts, phone_missing, phone_unavailable.
 */
export async function sendPhoneCode({ orm, vault, phone: provider }: Sender, order: ForPhone & { locale: 'zh' | 'en' }): Promise<{ expiresAt: Date }> {
  const { codeId, phone, code, expiresAt } = await unitOfWork(orm, { ...platform, personId: order.personId }, (em) => issuePhoneCode(em, vault, order));
  try {
    await provider.send({ phone, code, purpose: order.purpose, locale: order.locale });
  } catch (error) {
    await orm.em.fork().nativeDelete(PhoneCode, { id: codeId, usedAt: null });
    throw error;
  }
  return { expiresAt };
}

interface Tried { id: string; code_hash: Buffer; tries: number; expires_at: Date | string; used_at: Date | string | null }

/**
 * Takes the newest code of this purpose, once. Not within a unit of work: a wrong try stays counted although the request fails; so it comes
 * before the writes it permits, and a code whose request fails afterwards is used up. Throws phone_code_wrong (also where none was sent),
 * phone_code_expired (its time is over, or it was used), too_many_attempts (the sixth try, right or wrong), phone_missing.
 */
export async function takePhoneCode(em: EntityManager, vault: Vault, answer: ForPhone & { code: string }): Promise<void> {
  if (em.isInTransaction()) throw new Error('takePhoneCode comes before the unit of work: a wrong try must stay counted when the work is undone');
  const { personId, purpose, code, now } = answer;
  const phone = await phoneFor(em, vault, answer);
  const [tried] = await em.execute<Tried[]>(
    `update phone_code set tries = tries + 1 where id = (select id from phone_code where phone_hash = ? and purpose = ? and person_id is not distinct from ?::uuid
     order by created_at desc, id desc limit 1) returning id, code_hash, tries, expires_at, used_at`, [phoneHashOf(vault, phone), purpose, personId]);
  if (!tried) throw new DomainError('phone_code_wrong', 'no code was sent');
  const state = stateOfCode({ tries: tried.tries - 1, expiresAtMs: new Date(tried.expires_at).getTime(), used: tried.used_at !== null }, now.getTime());
  if (state === 'over') throw new DomainError('phone_code_expired', 'this code was used, or its time is over');
  if (state === 'tried_too_often') throw new DomainError('too_many_attempts', 'this code was tried too often: ask for a new one');
  if (!timingSafeEqual(tried.code_hash, codeHashOf(vault, tried.id, code))) throw new DomainError('phone_code_wrong', 'this is not the code');
  // Of two that know it one has it.
  const taken = await em.nativeUpdate(PhoneCode, { id: tried.id, usedAt: null }, { usedAt: now });
  if (taken === 0) throw new DomainError('phone_code_expired', 'this code was used');
}
