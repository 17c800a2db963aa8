// Seals what belongs to one learner: AES-256-GCM under a key of the learner's own, which the platform's master key wraps.
// Deleting a learner's key row makes every sealed picture and vector of that learner unreadable, wherever copies lie.
// What an identity consists of is sealed under a key of the platform: it outlives the pictures, and equal numbers must be found by a keyed hash.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '#domain/errors.ts';
import { arrayOf } from './queries/lesson-access.ts';

export interface SealedOf { personId: string; bytes: Uint8Array }
/** What of an identity is sealed; bound to the bytes together with the person. `roster`: a table of learners, bound to its import. `connector`: what messages to a platform are signed with, bound to the connector. `second_factor`: the secret of one-time codes. */
export type SealedField = 'number' | 'phone' | 'birth_date' | 'roster' | 'connector' | 'api_client' | 'second_factor';
export interface FieldOf { personId: string; field: SealedField }

export interface Vault {
  /** Names the master key and tells nothing of it: 16 hex digits, kept beside what it sealed. */
  readonly keyVersion: string;
  /** Makes the learner's key at first use. */
  seal(em: EntityManager, personId: string, bytes: Uint8Array): Promise<Buffer>;
  /** Throws not_found when the learner's key was deleted, internal when the bytes are damaged or another learner's. */
  open(em: EntityManager, personId: string, sealed: Uint8Array): Promise<Buffer>;
  /** The same of many at once, with one question for their keys; null for what does not open (key deleted, bytes damaged): one must not keep the others shut. */
  openMany(em: EntityManager, sealed: readonly SealedOf[]): Promise<(Buffer | null)[]>;
  /** The same text gives the same hex digest while the learner's key lives, and means nothing after. */
  digest(em: EntityManager, personId: string, text: string): Promise<string>;
  /** Never alike twice; for `lookupHash` to find, not these bytes. */
  sealField(of: FieldOf, text: string): Buffer;
  /** Throws internal when the bytes are damaged, another person's or another field's, or sealed with another master key. */
  openField(of: FieldOf, sealed: Uint8Array): string;
  /** 32 bytes: the same for the same text in every row, and worth nothing without the master key. `purpose` keeps a phone and a number of equal digits apart. */
  lookupHash(purpose: string, text: string): Buffer;
  /** 32 bytes that are the same in every process with this master key, and tell nothing of it or of those for another purpose. */
  platformKey(purpose: string): Buffer;
}

const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;
const version = Buffer.from([1]);
const head = version.length + ivBytes + tagBytes;

/** version | iv | tag | ciphertext; `owner` is bound to it, so that bytes moved to another learner do not open. */
function encrypt(key: Uint8Array, owner: string, bytes: Uint8Array): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(owner));
  const body = Buffer.concat([cipher.update(bytes), cipher.final()]);
  return Buffer.concat([version, iv, cipher.getAuthTag(), body]);
}

function decrypt(key: Uint8Array, owner: string, sealed: Uint8Array): Buffer {
  if (sealed.length < head || sealed[0] !== version[0]) throw new DomainError('internal', 'sealed bytes have an unknown form');
  const iv = sealed.subarray(1, 1 + ivBytes);
  const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(owner)).setAuthTag(sealed.subarray(1 + ivBytes, head));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(head)), decipher.final()]);
  } catch {
    throw new DomainError('internal', 'sealed bytes do not open with this key');
  }
}

const platformKeyOf = (masterKey: Uint8Array, purpose: string): Buffer => Buffer.from(hkdfSync('sha256', masterKey, '', `keshi platform ${purpose}`, keyBytes));

/** The name of a master key, see Vault.keyVersion. */
export const keyVersionOf = (masterKey: Uint8Array): string => Buffer.from(hkdfSync('sha256', masterKey, '', 'keshi key version', 8)).toString('hex');

/** A learner's key itself, and under a master key. The first throws internal when it does not open. */
export const unwrapLearnerKey = (masterKey: Uint8Array, personId: string, wrapped: Uint8Array): Buffer => decrypt(masterKey, personId, wrapped);
export const wrapLearnerKey = (masterKey: Uint8Array, personId: string, key: Uint8Array): Buffer => encrypt(masterKey, personId, key);
/** A learner's key, taken out of one master key and wrapped by another. Throws internal when it does not open. */
export const rewrapLearnerKey = (from: Uint8Array, to: Uint8Array, personId: string, wrapped: Uint8Array): Buffer => wrapLearnerKey(to, personId, unwrapLearnerKey(from, personId, wrapped));

/** What of a master key opens fields and finds equal ones, but no learner's key: what backups keep in its place. */
export interface FieldKeys { version: string; fields: Buffer; lookup: Buffer }
export const fieldKeysOf = (masterKey: Uint8Array): FieldKeys =>
  ({ version: keyVersionOf(masterKey), fields: platformKeyOf(masterKey, 'identity fields'), lookup: platformKeyOf(masterKey, 'identity lookup') });
export type FieldVault = Pick<Vault, 'keyVersion' | 'sealField' | 'openField' | 'lookupHash'>;
export const fieldVault = ({ version: keyVersion, fields, lookup }: FieldKeys): FieldVault => ({
  keyVersion,
  sealField: ({ personId, field }, text) => encrypt(fields, `${personId} ${field}`, Buffer.from(text)),
  openField: ({ personId, field }, sealed) => decrypt(fields, `${personId} ${field}`, sealed).toString(),
  lookupHash: (purpose, text) => createHmac('sha256', lookup).update(`${purpose}\n${text}`).digest(),
});

async function wrappedKey(em: EntityManager, personId: string): Promise<Buffer | null> {
  const rows = await em.execute<{ wrapped_key: Buffer }[]>('select wrapped_key from learner_key where person_id = ?', [personId]);
  return rows[0]?.wrapped_key ?? null;
}

async function wrappedKeys(em: EntityManager, personIds: readonly string[]): Promise<Map<string, Buffer>> {
  const rows = await em.execute<{ person_id: string; wrapped_key: Buffer }[]>(
    'select person_id, wrapped_key from learner_key where person_id = any(?::uuid[])', [arrayOf([...new Set(personIds)])]);
  return new Map(rows.map((row) => [row.person_id, row.wrapped_key]));
}

export function createVault(masterKey: Uint8Array): Vault {
  if (masterKey.length !== keyBytes) throw new DomainError('internal', `the master key must have ${keyBytes} bytes`);
  const { keyVersion, ...fields } = fieldVault(fieldKeysOf(masterKey));
  const existingKey = async (em: EntityManager, personId: string): Promise<Buffer> => {
    const wrapped = await wrappedKey(em, personId);
    if (!wrapped) throw new DomainError('not_found', 'this learner has no key');
    return decrypt(masterKey, personId, wrapped);
  };
  const keyOf = async (em: EntityManager, personId: string): Promise<Buffer> => {
    if (!(await wrappedKey(em, personId))) {
      // Of two first uses at once one key stays; both read that one.
      const fresh = encrypt(masterKey, personId, randomBytes(keyBytes));
      await em.execute('insert into learner_key (person_id, wrapped_key, created_at, key_version) values (?, ?, ?, ?) on conflict do nothing', [personId, fresh, new Date(), keyVersion]);
    }
    return existingKey(em, personId);
  };
  return {
    seal: async (em, personId, bytes) => encrypt(await keyOf(em, personId), personId, bytes),
    open: async (em, personId, sealed) => decrypt(await existingKey(em, personId), personId, sealed),
    openMany: async (em, sealed) => {
      const wrapped = await wrappedKeys(em, sealed.map(({ personId }) => personId));
      return sealed.map(({ personId, bytes }) => {
        const key = wrapped.get(personId);
        try {
          return key ? decrypt(decrypt(masterKey, personId, key), personId, bytes) : null;
        } catch {
          return null;
        }
      });
    },
    digest: async (em, personId, text) => {
      const key = Buffer.from(hkdfSync('sha256', await keyOf(em, personId), '', 'keshi digest', keyBytes));
      return createHmac('sha256', key).update(text).digest('hex');
    },
    keyVersion,
    ...fields,
    platformKey: (purpose) => platformKeyOf(masterKey, purpose),
  };
}
