// The number of a certificate: nobody guesses one, and a slip in typing is told before anything is looked up (R29).

/** Crockford's thirty-two: no I, L, O, U. */
const signs = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Random signs, 5 bits each: 75 bits. */
const randomSigns = 15;
/** Bytes of randomness a number takes. */
export const serialBytes = 10;

/** Times two in the field of 32 elements (x⁵ + x² + 1): its powers differ for 31 places, so that one wrong sign and two that changed places are always found. */
const doubled = (value: number): number => ((value << 1) ^ (value & 16 ? 0b100101 : 0)) & 31;
const times = (value: number, places: number): number => (places === 0 ? value : times(doubled(value), places - 1));
const checkSign = (text: string): string => signs[[...text].reduce((sum, sign, index) => sum ^ times(signs.indexOf(sign), index + 1), 0)]!;

const grouped = (plain: string): string => plain.match(/.{4}/g)!.join('-');

/** `2026-7K3M-9QXA-V0TB-4ZHG`: the year, 75 random bits, a check sign. `random`: `serialBytes` bytes from a generator nobody can foresee. Throws on a year of other than four digits or too few bytes. */
export function serialOf(year: number, random: Uint8Array): string {
  if (!/^\d{4}$/.test(String(year)) || random.length < serialBytes) throw new RangeError('a year of four digits and ten random bytes');
  const bits = [...random.subarray(0, serialBytes)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const body = Array.from({ length: randomSigns }, (_, index) => signs[parseInt(bits.slice(index * 5, index * 5 + 5), 2)]!).join('');
  const plain = `${year}${body}`;
  return grouped(plain + checkSign(plain));
}

/** `sign`: one that never stands in a number; `check`: the signs do not belong together, so one is wrong or two changed places. */
export const serialFaults = ['empty', 'sign', 'too_short', 'too_long', 'year', 'check'] as const;
export type SerialFault = (typeof serialFaults)[number];
export type ParsedSerial = { serial: string } | { fault: SerialFault };
const length = 4 + randomSigns + 1;

/** What somebody typed, in any grouping, with O for 0 and I or L for 1, as the number it is. */
export function parseSerial(typed: string): ParsedSerial {
  const plain = typed.normalize('NFKC').toUpperCase().replaceAll(/[\s\-‐-―_.·]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  if (plain === '') return { fault: 'empty' };
  if ([...plain].some((sign) => !signs.includes(sign))) return { fault: 'sign' };
  if (plain.length !== length) return { fault: plain.length < length ? 'too_short' : 'too_long' };
  if (!/^20\d\d/.test(plain)) return { fault: 'year' };
  return checkSign(plain.slice(0, -1)) === plain.at(-1) ? { serial: grouped(plain) } : { fault: 'check' };
}
