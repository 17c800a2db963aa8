// SHA-256 and Ed25519 for the page that verifies evidence: SHA-256 by itself (a browser's own is slow for many small pieces), Ed25519 of the browser.
import type { EvidenceTools } from '#domain/evidence/evidence-check.ts';
import type { Bytes } from '#domain/evidence/tree.ts';

const primes = (count: number): number[] => {
  const found: number[] = [];
  for (let number = 2; found.length < count; number++) if (found.every((prime) => number % prime !== 0)) found.push(number);
  return found;
};
/** First 32 bits of the fractional part (FIPS 180-4, 4.2.2 and 5.3.3). */
const fraction = (value: number): number => ((value - Math.floor(value)) * 2 ** 32) | 0;
const rounds = Int32Array.from(primes(64), (prime) => fraction(Math.cbrt(prime)));
const start = primes(8).map((prime) => fraction(Math.sqrt(prime)));
const turned = (word: number, by: number): number => (word >>> by) | (word << (32 - by));

export class Sha256Sum {
  readonly #state = Int32Array.from(start);
  readonly #block = new Uint8Array(64);
  readonly #words = new Int32Array(64);
  #filled = 0;
  #length = 0;

  add(bytes: Bytes): this {
    this.#length += bytes.length;
    for (let from = 0; from < bytes.length;) {
      const piece = bytes.subarray(from, from + 64 - this.#filled);
      this.#block.set(piece, this.#filled);
      this.#filled += piece.length;
      from += piece.length;
      if (this.#filled === 64) this.#take();
    }
    return this;
  }

  bytes(): Bytes {
    const bits = this.#length * 8;
    const padding = new Uint8Array(((this.#filled < 56 ? 56 : 120) - this.#filled) + 8);
    padding[0] = 0x80;
    new DataView(padding.buffer).setUint32(padding.length - 8, Math.floor(bits / 2 ** 32));
    new DataView(padding.buffer).setUint32(padding.length - 4, bits >>> 0);
    this.add(padding);
    const out = new DataView(new ArrayBuffer(32));
    for (const [index, word] of this.#state.entries()) out.setInt32(index * 4, word);
    return new Uint8Array(out.buffer);
  }

  #take(): void {
    const [words, block] = [this.#words, new DataView(this.#block.buffer)];
    for (let t = 0; t < 16; t++) words[t] = block.getInt32(t * 4);
    for (let t = 16; t < 64; t++) {
      const [early, late] = [words[t - 15]!, words[t - 2]!];
      words[t] = ((turned(late, 17) ^ turned(late, 19) ^ (late >>> 10)) + words[t - 7]! + (turned(early, 7) ^ turned(early, 18) ^ (early >>> 3)) + words[t - 16]!) | 0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = this.#state;
    for (let t = 0; t < 64; t++) {
      const one = (h + (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) + ((e & f) ^ (~e & g)) + rounds[t]! + words[t]!) | 0;
      const two = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) this.#state[index] = (this.#state[index]! + word) | 0;
    this.#filled = 0;
  }
}
const hexOf = (bytes: Bytes): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
    return btoa(String.fromCharCode(...bytes)) === text ? bytes : null;
  } catch {
    return null;
  }
}

/** False also for a key or a signature that is none. */
async function isSigned(publicKey: string, text: string, signature: string): Promise<boolean> {
  const [key, bytes] = [fromBase64(publicKey), fromBase64(signature)];
  if (!key || !bytes) return false;
  try {
    const imported = await crypto.subtle.importKey('spki', key, { name: 'Ed25519' }, false, ['verify']);
    return await crypto.subtle.verify({ name: 'Ed25519' }, imported, bytes, new TextEncoder().encode(text));
  } catch {
    return false;
  }
}

/** Whether this browser knows Ed25519 at all: without it nothing can be said about signatures. */
export async function knowsSignatures(): Promise<boolean> {
  try {
    await crypto.subtle.generateKey({ name: 'Ed25519' }, false, ['sign', 'verify']);
    return true;
  } catch {
    return false;
  }
}

export const pageTools: EvidenceTools = {
  sha256: (bytes) => new Sha256Sum().add(bytes).bytes(),
  running: () => {
    const sum = new Sha256Sum();
    return { add: (bytes) => { sum.add(bytes); }, hex: () => hexOf(sum.bytes()) };
  },
  signed: isSigned,
};
