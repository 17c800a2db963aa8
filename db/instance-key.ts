// The instance's own Ed25519 key: what the platform hands out as its word (reports) is signed with it, and anybody can check it with the public half.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { ConfigError } from '#runtime/config.ts';
import { readKeyFile } from './key-file.ts';

export interface InstanceKey {
  /** DER (SPKI) in base64. */
  publicKey: string;
  /** Base64. */
  sign(text: string): string;
}
export const instanceKeyFile = (dataDir: string): string => join(dataDir, 'keys', 'instance.key');

const publicHalf = (key: KeyObject): string => createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('base64');

/** Made (mode 600, all or nothing) at first use. Throws ConfigError when the file is something else. */
export async function loadInstanceKey(path: string): Promise<InstanceKey> {
  const pem = await readKeyFile(path, path, () => generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }));
  let key: KeyObject;
  try {
    key = createPrivateKey(pem);
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
