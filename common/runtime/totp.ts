// One-time codes by time (RFC 6238: HMAC-SHA-1, 30 s, 6 digits), as every authenticator app makes them; secrets in base32 (RFC 4648).
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const stepMs = 30_000;
const digits = 6;
/** Steps a phone's clock may be wrong by, to either side. */
const slack = 1;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 20 bytes, the length of the hash. */
export const drawTotpSecret = (): Buffer => randomBytes(20);

export const base32 = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('').match(/.{1,5}/g)?.map((bits) => alphabet[Number.parseInt(bits.padEnd(5, '0'), 2)]).join('') ?? '';

/** The counter of a moment. */
export const totpStep = (at: Date): number => Math.floor(at.getTime() / stepMs);

/** The code of one step; `length` digits, as RFC 6238's examples have eight. */
export function totpCode(secret: Uint8Array, step: number, length = digits): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac[mac.length - 1]! & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** length).padStart(length, '0');
}

/** The step whose code this is, of those near `at` and after `lastStep`; null where it is none. Every candidate is compared, in constant time. */
export function matchingStep(secret: Uint8Array, code: string, at: Date, lastStep: number | null): number | null {
  const given = Buffer.from(/^\d{6}$/.test(code) ? code : 'x'.repeat(digits));
  const now = totpStep(at);
  let found: number | null = null;
  for (let step = now - slack; step <= now + slack; step++) {
    const same = timingSafeEqual(Buffer.from(totpCode(secret, step)), given);
    if (same && step > (lastStep ?? -1)) found = step;
  }
  return found;
}

/** What an authenticator app reads from a QR code. */
export const totpAddress = (secret: Uint8Array, { issuer, account }: { issuer: string; account: string }): string =>
  `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${digits}&period=${stepMs / 1000}`;
