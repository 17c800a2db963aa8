// Numbers of certificates: what was typed is read back, every single slip is told.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseSerial, serialBytes, serialOf } from './certificate-serial.ts';

const some = (): string => serialOf(2026, randomBytes(serialBytes));
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

describe('a number', () => {
  it('has the year in front, four groups of four, and is as random as what it was given', () => {
    expect(some()).toMatch(/^2026(-[0-9A-HJKMNP-TV-Z]{4}){4}$/);
    expect(serialOf(2026, new Uint8Array(10))).toMatch(/^2026-0000-0000-0000-000/);
    const seen = new Set(Array.from({ length: 1000 }, some));
    expect(seen.size).toBe(1000);
    // Every bit of the first 75 tells: 75 numbers that differ.
    const bits = Array.from({ length: 75 }, (_, bit) => serialOf(2026, Uint8Array.from({ length: 10 }, (_byte, index) => (index === bit >> 3 ? 128 >> (bit & 7) : 0))));
    expect(new Set(bits).size).toBe(75);
  });
  it('is not made of too little', () => {
    expect(() => serialOf(26, randomBytes(10))).toThrow(RangeError);
    expect(() => serialOf(2026, randomBytes(9))).toThrow(RangeError);
  });
});

describe('typing', () => {
  it('takes any grouping, small letters, wide signs, O for 0, I and L for 1', () => {
    const serial = serialOf(2026, Uint8Array.from([8, 66, 16, 132, 33, 8, 66, 16, 132, 33]));
    expect(serial).toContain('0');
    expect(serial).toContain('1');
    for (const typed of [serial.toLowerCase(), serial.replaceAll('-', ' '), serial.replaceAll('-', ''), ` ${serial} `, serial.replaceAll('-', '—'), serial.replaceAll('0', 'O').replaceAll('1', 'l'), serial.replaceAll('1', 'I'), serial.replaceAll('2', '２')]) {
      expect(parseSerial(typed), typed).toEqual({ serial });
    }
  });
  it('tells every wrong sign and every two that changed places', () => {
    const plain = some().replaceAll('-', '');
    for (let at = 2; at < plain.length; at++) {
      for (const sign of alphabet) {
        if (sign === plain[at] || (at < 4 && !/\d/.test(sign))) continue;
        expect(parseSerial(plain.slice(0, at) + sign + plain.slice(at + 1))).toEqual({ fault: 'check' });
      }
      for (let other = at + 1; other < plain.length; other++) {
        const swapped = [...plain];
        [swapped[at], swapped[other]] = [plain[other]!, plain[at]!];
        if (plain[at] !== plain[other] && /^20\d\d/.test(swapped.join(''))) expect(parseSerial(swapped.join(''))).toEqual({ fault: 'check' });
      }
    }
  });
  it('says what is wrong', () => {
    const serial = some();
    expect(parseSerial('  ')).toEqual({ fault: 'empty' });
    expect(parseSerial(serial.replace(/.$/, 'U'))).toEqual({ fault: 'sign' });
    expect(parseSerial(`证书${serial}`)).toEqual({ fault: 'sign' });
    expect(parseSerial(serial.slice(0, -1))).toEqual({ fault: 'too_short' });
    expect(parseSerial(`${serial}0`)).toEqual({ fault: 'too_long' });
    expect(parseSerial(serial.replace(/^2026/, '1926'))).toEqual({ fault: 'year' });
  });
});
