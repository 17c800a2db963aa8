// The instance's own Ed25519 key: what the platform hands out as its word (reports) is signed with it, and anybody can check it with the public half.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId } from '#domain/id.ts';
import { ConfigError } from '#runtime/config.ts';

export interface InstanceKey {
  /** DER (SPKI) in base64. */
  publicKey: string;
  /** Base64. */
  sign(text: string): string;
}
export const instanceKeyFile = (dataDir: string): string => join(dataDir, 'keys', 'instance.key');

const publicHalf = (key: KeyObject): string => createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');

async function makeKey(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = join(dirname(path), `.${newId()}.part`);
  const handle = await open(temporary, 'wx', 0o600);
  try {
    await handle.writeFile(generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
    await handle.sync();
  } finally {
    await handle.close();
  }
  // Of several processes that start at once the first one's key stays: link refuses to replace.
  await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  }).finally(() => rm(temporary, { force: true }));
}

/** Made (mode 600, all or nothing) at first use. Throws ConfigError when the file is something else. */
export async function loadInstanceKey(path: string): Promise<InstanceKey> {
  const read = (): Promise<Buffer | null> => readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw new ConfigError([`${path} cannot be read: ${error.code}`]);
  });
  let pem = await read();
  if (!pem) {
    await makeKey(path);
    pem = await read();
  }
  let key: KeyObject;
  try {
    key = createPrivateKey(pem!);
  } catch {
    throw new ConfigError([`${path} is not a private key: put the instance's key back from the backup.`]);
  }
  if (key.asymmetricKeyType !== 'ed25519') throw new ConfigError([`${path} must hold an Ed25519 key, but has ${key.asymmetricKeyType}.`]);
  return { publicKey: publicHalf(key), sign: (text) => sign(null, Buffer.from(text), key).toString('base64') };
}

/** False also for a public key or a signature that is none. */
export function signedBy(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' && verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}
