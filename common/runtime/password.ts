// Passwords: argon2id, and a comparison that takes as long for an unknown login as for a wrong password.
import { hash, verify } from '@node-rs/argon2';

/** OWASP's figures for argon2id; the library's algorithm is argon2id unless told otherwise. */
const strength = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const hashPassword = (password: string): Promise<string> => hash(password, strength);

let nobody: Promise<string> | undefined;
/** A hash nobody's password has, made once. */
const nobodysHash = (): Promise<string> => (nobody ??= hashPassword(globalThis.crypto.randomUUID()));

/** True where `password` is the one behind `storedHash`. Without a hash the same work is done, and the answer is false. */
export async function passwordMatches(storedHash: string | null, password: string): Promise<boolean> {
  const against = storedHash ?? (await nobodysHash());
  const matches = await verify(against, password);
  return matches && storedHash !== null;
}

/** Makes the first login with an unknown name no slower than the next one. */
export const preparePasswords = async (): Promise<void> => void (await nobodysHash());
