// The key heads of the log are signed with: Ed25519, in a file apart from the database, and its line of succession in rows, each key endorsed by the one before.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { access, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { canonicalJson } from '#domain/evidence/canonical.ts';
import { keyStatement, type KeyLine } from '#domain/evidence/evidence-file.ts';
import { ConfigError } from '#runtime/config.ts';
import { readKeyFile } from './key-file.ts';
import { holdLog } from './queries/evidence-tree.ts';
import { platform, unitOfWork, type EntityManager, type Orm } from './orm.ts';

export interface EvidenceSigner { keyId: string; publicKey: string; sign(text: string): string }
export const evidenceKeySettings = ['DATA_DIR', 'EVIDENCE_KEY_FILE'] as const;
export const evidenceKeyFile = ({ DATA_DIR, EVIDENCE_KEY_FILE }: { DATA_DIR: string; EVIDENCE_KEY_FILE?: string | undefined }): string => EVIDENCE_KEY_FILE ?? join(DATA_DIR, 'keys', 'evidence.key');
/** SHA-256 of the public key's base64 text: what people compare. */
export const keyIdOf = (publicKey: string): string => createHash('sha256').update(publicKey).digest('hex');

const freshKey = (): string => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();

function signerOf(pem: string | Buffer, path: string): EvidenceSigner {
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
  } catch {
    throw new ConfigError([`${path} is not a private key: put the evidence key back from the backup.`]);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new ConfigError([`${path} must hold an Ed25519 key, but has ${key.asymmetricKeyType}.`]);
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');
  return { keyId: keyIdOf(publicKey), publicKey, sign: (text) => sign(null, Buffer.from(text), key).toString('base64') };
}

/** Made (mode 600) at first use. Throws ConfigError when the file is something else. */
export const loadSigner = async (path: string): Promise<EvidenceSigner> => signerOf(await readKeyFile(path, path, freshKey), path);

interface KeyRow { key_id: string; public_key: string; since: string; endorsed_by: string | null; endorsement: string | null }
export const instantOf = (at: string | Date): string => new Date(at).toISOString();

/** All keys, oldest first. */
export async function evidenceKeys(em: EntityManager): Promise<KeyLine[]> {
  const rows = await em.execute<KeyRow[]>('select * from evidence_key order by since, endorsed_by nulls first');
  return rows.map((row) => ({ kind: 'key', keyId: row.key_id, publicKey: row.public_key, since: instantOf(row.since), endorsedBy: row.endorsed_by, endorsement: row.endorsement }));
}

const insertKey = (em: EntityManager, { keyId, publicKey, since, endorsedBy, endorsement }: Omit<KeyLine, 'kind'>): Promise<unknown> =>
  em.execute('insert into evidence_key (key_id, public_key, since, endorsed_by, endorsement) values (?, ?, ?, ?, ?)', [keyId, publicKey, since, endorsedBy, endorsement]);

const lost = (path: string, keyId: string): ConfigError => new ConfigError([`${path} is not the key the evidence is signed with (${keyId.slice(0, 16)}): put it back from the backup.`]);

/** The signer, if its key is the one in force; the first one ever is made and put down, while the log is held. Throws ConfigError: another key is in force, or the file is gone. */
export async function signerInForce(em: EntityManager, path: string, now: Date): Promise<EvidenceSigner> {
  const last = (await evidenceKeys(em)).at(-1);
  // None is made where one is in force: it would only stand in the way of the right one.
  if (last) await access(path).catch(() => { throw lost(path, last.keyId); });
  const signer = await loadSigner(path);
  if (!last) await insertKey(em, { keyId: signer.keyId, publicKey: signer.publicKey, since: now.toISOString(), endorsedBy: null, endorsement: null });
  else if (last.keyId !== signer.keyId) throw lost(path, last.keyId);
  return signer;
}

/** Another key from now on, endorsed by the old one, whose file is destroyed. Throws ConfigError where nothing was signed yet. Each step may be the last before a kill: the next run goes on. */
export async function rotateEvidenceKey(orm: Orm, path: string, now: Date): Promise<{ from: string; to: string }> {
  const nextPath = `${path}.next`;
  const next = await loadSigner(nextPath);
  const ids = await unitOfWork(orm, platform, async (em) => {
    await holdLog(em);
    const keys = await evidenceKeys(em);
    const last = keys.at(-1);
    if (!last) throw new ConfigError(['No head was signed yet: there is no key to take the place of.']);
    // A run before this one came so far.
    if (last.keyId === next.keyId) return { from: last.endorsedBy!, to: last.keyId };
    const old = await signerInForce(em, path, now);
    const since = now.toISOString();
    await insertKey(em, { keyId: next.keyId, publicKey: next.publicKey, since, endorsedBy: old.keyId, endorsement: old.sign(canonicalJson(keyStatement({ keyId: next.keyId, publicKey: next.publicKey, since }))) });
    return { from: old.keyId, to: next.keyId };
  });
  await rename(nextPath, path);
  return ids;
}
