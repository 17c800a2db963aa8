// The page's own SHA-256 and the browser's Ed25519 against Node's.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodeTools } from '#runtime/evidence-tools.ts';
import { knowsSignatures, pageTools, Sha256Sum } from './page-tools.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

it('SHA-256 is SHA-256, at every length and in pieces', () => {
  for (const length of [...Array.from({ length: 200 }, (_, index) => index), 1000, 65_537]) {
    const bytes = randomBytes(length);
    const wanted = createHash('sha256').update(bytes).digest('hex');
    expect(hex(pageTools.sha256(bytes)), String(length)).toBe(wanted);
    const sum = new Sha256Sum();
    for (let at = 0; at < length; at += 37) sum.add(bytes.subarray(at, at + 37));
    expect(hex(sum.bytes())).toBe(wanted);
  }
});

describe('Ed25519', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const der = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const signature = sign(null, Buffer.from('text'), privateKey).toString('base64');
  it.each([['page', pageTools], ['Node', nodeTools]])('%s: right is right, and all else is wrong', async (_, { signed }) => {
    expect(await knowsSignatures()).toBe(true);
    expect(await signed(der, 'text', signature)).toBe(true);
    for (const [key, text, of] of [[der, 'texts', signature], [der, 'text', `${signature} `], [der, 'text', ''], ['', 'text', signature], ['AAAA', 'text', signature], [der, 'text', '%'], [`${der.slice(0, -1)}!`, 'text', signature]] as const) {
      expect(await signed(key, text, of)).toBe(false);
    }
  });
});
