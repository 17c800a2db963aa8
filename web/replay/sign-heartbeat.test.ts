// The browser's signature is the one Node's own HMAC makes.
import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { heartbeatText } from '#domain/recording/watching.ts';
import { heartbeatSigner } from './sign-heartbeat.ts';

describe('heartbeatSigner', () => {
  const viewingId = '01890000-0000-7000-8000-000000000001';
  const facts = { nonce: 'n-1', positionMs: 12_000, played: [[7000, 12_000], [0, 500]] as [number, number][], leaving: false };

  it('signs the text both sides know', async () => {
    const key = Buffer.from('0102030405060708090a0b0c0d0e0f10fbff', 'hex');
    const sign = await heartbeatSigner(viewingId, key.toString('base64url'));
    expect(await sign(facts)).toEqual({ ...facts, signature: createHmac('sha256', key).update(heartbeatText(viewingId, facts)).digest('base64url') });
  });
  it('signs leaving as something else', async () => {
    const sign = await heartbeatSigner(viewingId, Buffer.alloc(32, 7).toString('base64url'));
    expect((await sign({ ...facts, leaving: true })).signature).not.toBe((await sign(facts)).signature);
  });
  it('writes the text in this order, for good', () => {
    expect(heartbeatText(viewingId, facts)).toBe(`${viewingId}\nn-1\n12000\n7000-12000,0-500\nwatching`);
  });
  it('is a vector anybody can check', async () => {
    const sign = await heartbeatSigner('v', Buffer.from('Jefe').toString('base64url'));
    // printf 'v\nn\n0\n\nwatching' | openssl dgst -sha256 -hmac Jefe -binary | base64, written url-safe.
    expect((await sign({ nonce: 'n', positionMs: 0, played: [], leaving: false })).signature).toBe('VCy-l6a281v0RhYh18HOo6SfaqJYSqHVatxWmeDYSE4');
  });
});
