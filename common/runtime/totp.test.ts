// Against the examples of RFC 6238 (appendix B, SHA-1) and RFC 4648; what is a code, and what is none.
import { describe, expect, it } from 'vitest';
import { base32, drawTotpSecret, matchingStep, totpAddress, totpCode, totpStep } from './totp.ts';

const secret = Buffer.from('12345678901234567890');
const at = (seconds: number): Date => new Date(seconds * 1000);

it.each([[59, '94287082'], [1_111_111_109, '07081804'], [1_111_111_111, '14050471'], [1_234_567_890, '89005924'], [2_000_000_000, '69279037'], [20_000_000_000, '65353130']])('RFC 6238 at %d s', (seconds, code) => {
  expect(totpCode(secret, totpStep(at(seconds)), 8)).toBe(code);
  expect(totpCode(secret, totpStep(at(seconds)))).toBe(code.slice(2));
});

it.each([['', ''], ['f', 'MY'], ['fo', 'MZXQ'], ['foo', 'MZXW6'], ['foob', 'MZXW6YQ'], ['fooba', 'MZXW6YTB'], ['foobar', 'MZXW6YTBOI']])('RFC 4648 base32 of %j without padding', (text, coded) => {
  expect(base32(Buffer.from(text))).toBe(coded);
});

describe('a code', () => {
  const now = at(1_111_111_111);
  const step = totpStep(now);
  it('fits one step before and after, and no further', () => {
    expect([-2, -1, 0, 1, 2].map((by) => matchingStep(secret, totpCode(secret, step + by), now, null))).toEqual([null, step - 1, step, step + 1, null]);
  });
  it('is worth nothing at or before the step that was used', () => {
    expect([-1, 0, 1].map((by) => matchingStep(secret, totpCode(secret, step + by), now, step))).toEqual([null, null, step + 1]);
  });
  it.each(['', '12345', '1234567', 'abcdef', ' 50471', '０５０４７１'])('%j is none', (code) => {
    expect(matchingStep(secret, code, now, null)).toBeNull();
  });
  it('of another secret does not fit', () => {
    expect(matchingStep(Buffer.from('12345678901234567891'), totpCode(secret, step), now, null)).toBeNull();
  });
});

it('draws another secret each time and says it as apps read it', () => {
  expect(drawTotpSecret().equals(drawTotpSecret())).toBe(false);
  expect(totpAddress(secret, { issuer: 'Keshi', account: 'a b' })).toBe('otpauth://totp/Keshi:a%20b?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Keshi&algorithm=SHA1&digits=6&period=30');
});
