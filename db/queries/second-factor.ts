// Second factor of a person: asked for after the password, once per code; begun, proven, used, forgotten. Rows of a person, in reach of every request (decision 087).
import { randomInt } from 'node:crypto';
import { DomainError } from '#domain/errors.ts';
import { hashPassword, passwordMatches } from '#runtime/password.ts';
import { drawTotpSecret, matchingStep } from '#runtime/totp.ts';
import { appendEvent, type EntityManager } from '../orm.ts';
import type { FieldVault, Vault } from '../vault.ts';
import { actorFor } from './lesson-access.ts';

/** SQL: whether the person of this column must have one: who oversees, or runs the platform. */
export const factorObligedSql = (person: string): string => `(exists (select from membership fm where fm.person_id = ${person} and fm.role in ('regulator', 'admin'))
  or exists (select from region_oversight fo where fo.person_id = ${person} and fo.ended_at is null))`;
export const factorOnSql = (person: string): string => `exists (select from second_factor f where f.person_id = ${person} and f.confirmed_at is not null)`;

export interface FactorState { on: boolean; obliged: boolean; since: string | null; codesLeft: number }
export async function factorState(em: EntityManager, personId: string): Promise<FactorState> {
  const [row] = await em.execute<{ obliged: boolean; since: string | null; left: number }[]>(
    `select ${factorObligedSql('k.id')} as obliged, f.confirmed_at as since, (select count(*)::int from recovery_code r where r.person_id = k.id and r.used_at is null) as left
     from (select ?::uuid as id) k left join second_factor f on f.person_id = k.id`, [personId]);
  const { since: at } = row!;
  const since = at === null ? null : new Date(at).toISOString();
  return { on: since !== null, obliged: row!.obliged, since, codesLeft: row!.left };
}

const sealedOf = (personId: string) => ({ personId, field: 'second_factor' as const });
/** Draws a secret that counts once a code of it was given; what is in force stays until then. */
export async function beginFactor(em: EntityManager, vault: Vault, personId: string): Promise<Buffer> {
  const secret = drawTotpSecret();
  await em.execute(
    `insert into second_factor (person_id, sealed_pending, key_version) values (?, ?, ?) on conflict (person_id) do update set sealed_pending = excluded.sealed_pending`,
    [personId, vault.sealField(sealedOf(personId), secret.toString('base64')), vault.keyVersion]);
  return secret;
}

interface Row { sealed_secret: Buffer | null; sealed_pending: Buffer | null; last_step: string | null }
const lockedRow = async (em: EntityManager, personId: string): Promise<Row | undefined> =>
  (await em.execute<Row[]>('select sealed_secret, sealed_pending, last_step from second_factor where person_id = ? for update', [personId]))[0];
const stepOf = (vault: Vault, personId: string, sealed: Buffer, code: string, at: Date, last: string | null): number | null =>
  matchingStep(Buffer.from(vault.openField(sealedOf(personId), sealed), 'base64'), code, at, last === null ? null : Number(last));

const codeCount = 10;
/** Without signs that look alike. */
const codeSigns = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';
/** The first digit names the row; the ten signs after it are the secret (50 bits). Shown once, as `3ABCDE-FGHJK`. */
const drawCode = (ordinal: number): string => `${ordinal}${Array.from({ length: 10 }, () => codeSigns[randomInt(codeSigns.length)]).join('')}`;
const plainCode = (code: string): string => code.toUpperCase().replace(/[^A-Z0-9]/g, '');
const shownCode = (code: string): string => `${code.slice(0, 6)}-${code.slice(6)}`;

/** Ten new ones; the old ones are worth nothing. */
export async function newRecoveryCodes(em: EntityManager, personId: string): Promise<string[]> {
  const codes = Array.from({ length: codeCount }, (_, ordinal) => drawCode(ordinal));
  const hashes = await Promise.all(codes.map(hashPassword));
  await em.execute('delete from recovery_code where person_id = ?', [personId]);
  await em.execute('insert into recovery_code (person_id, ordinal, code_hash) select ?, k.place - 1, k.hash from unnest(?::text[]) with ordinality as k(hash, place)', [personId, `{${hashes.map((hash) => `"${hash}"`).join(',')}}`]);
  return codes.map(shownCode);
}

/** The pending secret is in force from now on. Answers the recovery codes. Throws not_found (none was begun), factor_code_wrong. */
export async function confirmFactor(em: EntityManager, vault: Vault, personId: string, code: string, at: Date): Promise<string[]> {
  const row = await lockedRow(em, personId);
  if (!row?.sealed_pending) throw new DomainError('not_found', 'no second factor was begun');
  const step = stepOf(vault, personId, row.sealed_pending, code, at, null);
  if (step === null) throw new DomainError('factor_code_wrong', 'not the code of this moment');
  await em.execute('update second_factor set sealed_secret = sealed_pending, sealed_pending = null, confirmed_at = ?, last_step = ? where person_id = ?', [at, step, personId]);
  await appendEvent(em, actorFor(personId, null), `person:${personId}`, 'account:factorOn', at, { personId });
  return newRecoveryCodes(em, personId);
}

/** Whether a code fits, of the phone or one for recovery; it fits once. `row` is locked by the caller's transaction. */
async function spend(em: EntityManager, vault: Vault, personId: string, code: string, at: Date, row: Row): Promise<boolean> {
  const step = stepOf(vault, personId, row.sealed_secret!, code.replace(/\s/g, ''), at, row.last_step);
  if (step !== null) {
    await em.execute('update second_factor set last_step = ? where person_id = ?', [step, personId]);
    return true;
  }
  const plain = plainCode(code);
  if (!/^\d[A-Z2-9]{10}$/.test(plain)) return false;
  const [kept] = await em.execute<{ code_hash: string }[]>('select code_hash from recovery_code where person_id = ? and ordinal = ? and used_at is null', [personId, Number(plain[0])]);
  if (!await passwordMatches(kept?.code_hash ?? null, plain)) return false;
  await em.execute('update recovery_code set used_at = ? where person_id = ? and ordinal = ?', [at, personId, Number(plain[0])]);
  await appendEvent(em, actorFor(personId, null), `person:${personId}`, 'account:recoveryCodeUsed', at, { personId, ordinal: Number(plain[0]) });
  return true;
}

/** Throws factor_code_wrong. False where this person has none, and nothing was asked. */
export async function requireFactorCode(em: EntityManager, vault: Vault, personId: string, code: string | undefined, at: Date): Promise<boolean> {
  const row = await lockedRow(em, personId);
  if (!row?.sealed_secret) return false;
  if (code === undefined) throw new DomainError('second_factor_required', 'a code of the phone is asked for');
  if (!await spend(em, vault, personId, code, at, row)) throw new DomainError('factor_code_wrong', 'not the code of this moment, or used');
  return true;
}

/** By its person, or by whoever runs the platform for a lost phone: logged out everywhere. False where there is none. */
export async function forgetFactor(em: EntityManager, personId: string, how: 'off' | 'forgotten', at: Date): Promise<boolean> {
  const gone = await em.execute<unknown[]>('delete from second_factor where person_id = ? returning person_id', [personId]);
  if (gone.length === 0) return false;
  if (how === 'forgotten') await em.execute('delete from login_session s using account a where a.id = s.account_id and a.person_id = ?', [personId]);
  await appendEvent(em, { personId: how === 'off' ? personId : null, institutionId: null }, `person:${personId}`, how === 'off' ? 'account:factorOff' : 'account:factorForgotten', at, { personId });
  return true;
}

interface SealedFactor { person_id: string; sealed_secret: Buffer | null; sealed_pending: Buffer | null }
type Opening = (what: string, personId: string, open: () => string) => string;
/** One batch of secrets from one master key's vault to another's; `opening` says whose does not open. Answers how many. */
export async function sealFactorsAgain(em: EntityManager, from: FieldVault, to: FieldVault, batch: number, opening: Opening): Promise<number> {
  const rows = await em.execute<SealedFactor[]>('select person_id, sealed_secret, sealed_pending from second_factor where key_version <> ? order by person_id limit ? for update', [to.keyVersion, batch]);
  for (const { person_id: personId, sealed_secret: secret, sealed_pending: pending } of rows) {
    const again = (sealed: Buffer | null): Buffer | null => sealed === null ? null : to.sealField(sealedOf(personId), opening('second factor', personId, () => from.openField(sealedOf(personId), sealed)));
    await em.execute('update second_factor set sealed_secret = ?, sealed_pending = ?, key_version = ? where person_id = ?', [again(secret), again(pending), to.keyVersion, personId]);
  }
  return rows.length;
}
