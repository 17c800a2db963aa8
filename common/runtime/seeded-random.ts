// Random numbers anybody can draw again from the published seed: HMAC-SHA256 of a label and a counter, keyed by the seed.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { DomainError } from '#domain/errors.ts';

const seedForm = /^[0-9a-f]{64}$/;

/** A new seed: 256 bits as hex. */
export const newSeed = (): string => randomBytes(32).toString('hex');

/** What is published before the draw: SHA-256 of the seed's bytes, hex. Throws internal when the seed is not 64 hex digits. */
export function sealSeed(seedHex: string): string {
  return createHash('sha256').update(seedBytes(seedHex)).digest('hex');
}

/**
 * Numbers in [0, 1) with 53 random bits. The same seed and label give the same numbers in the same order; numbers of different
 * labels are unrelated. Block n is HMAC-SHA256(seed, label, 0x00, n as 32-bit big endian); each block gives four numbers.
 */
export function seededRandom(seedHex: string, label: string): () => number {
  const seed = seedBytes(seedHex);
  const head = Buffer.concat([Buffer.from(label), Buffer.from([0])]);
  let block = Buffer.alloc(0);
  let offset = 0;
  let counter = 0;
  return () => {
    if (offset === block.length) {
      const count = Buffer.alloc(4);
      count.writeUInt32BE(counter++);
      block = createHmac('sha256', seed).update(head).update(count).digest();
      offset = 0;
    }
    const bits = block.readBigUInt64BE(offset) >> 11n;
    offset += 8;
    return Number(bits) / 2 ** 53;
  };
}

function seedBytes(seedHex: string): Buffer {
  if (!seedForm.test(seedHex)) throw new DomainError('internal', 'a seed is 64 lower-case hex digits');
  return Buffer.from(seedHex, 'hex');
}
