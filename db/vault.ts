// Seals what belongs to one learner: AES-256-GCM under a key of the learner's own, which the platform's master key wraps.
// Deleting a learner's key row makes every sealed picture and vector of that learner unreadable, wherever copies lie.
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { DomainError } from '#domain/errors.ts';
import { ConfigError } from '#runtime/config.ts';
import { readKeyFile } from './key-file.ts';

export interface Vault {
  /** Makes the learner's key at first use. */
  seal(em: EntityManager, personId: string, bytes: Uint8Array): Promise<Buffer>;
  /** Throws not_found when the learner's key was deleted, internal when the bytes are damaged or another learner's. */
  open(em: EntityManager, personId: string, sealed: Uint8Array): Promise<Buffer>;
  /** The same text gives the same hex digest while the learner's key lives, and means nothing after. */
  digest(em: EntityManager, personId: string, text: string): Promise<string>;
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

async function wrappedKey(em: EntityManager, personId: string): Promise<Buffer | null> {
  const rows = await em.execute<{ wrapped_key: Buffer }[]>('select wrapped_key from learner_key where person_id = ?', [personId]);
  return rows[0]?.wrapped_key ?? null;
}

export function createVault(masterKey: Uint8Array): Vault {
  if (masterKey.length !== keyBytes) throw new DomainError('internal', `the master key must have ${keyBytes} bytes`);
  const existingKey = async (em: EntityManager, personId: string): Promise<Buffer> => {
    const wrapped = await wrappedKey(em, personId);
    if (!wrapped) throw new DomainError('not_found', 'this learner has no key');
    return decrypt(masterKey, personId, wrapped);
  };
  const keyOf = async (em: EntityManager, personId: string): Promise<Buffer> => {
    if (!(await wrappedKey(em, personId))) {
      // Of two first uses at once one key stays; both read that one.
      const fresh = encrypt(masterKey, personId, randomBytes(keyBytes));
      await em.execute('insert into learner_key (person_id, wrapped_key, created_at) values (?, ?, ?) on conflict do nothing', [personId, fresh, new Date()]);
    }
    return existingKey(em, personId);
  };
  return {
    seal: async (em, personId, bytes) => encrypt(await keyOf(em, personId), personId, bytes),
    open: async (em, personId, sealed) => decrypt(await existingKey(em, personId), personId, sealed),
    digest: async (em, personId, text) => {
      const key = Buffer.from(hkdfSync('sha256', await keyOf(em, personId), '', 'keshi digest', keyBytes));
      return createHmac('sha256', key).update(text).digest('hex');
    },
    platformKey: (purpose) => Buffer.from(hkdfSync('sha256', masterKey, '', `keshi platform ${purpose}`, keyBytes)),
  };
}

/** The 32 bytes of the file; made (mode 600, all or nothing) at first start. Throws ConfigError when the file is something else. */
export async function loadMasterKey(path: string): Promise<Buffer> {
  const name = `MASTER_KEY_FILE=${path}`;
  const key = await readKeyFile(path, name, () => randomBytes(keyBytes));
  if (key.length !== keyBytes) throw new ConfigError([`${name} must hold exactly ${keyBytes} bytes, but has ${key.length}`]);
  return key;
}
