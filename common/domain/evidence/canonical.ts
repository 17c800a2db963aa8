// Canonical JSON (RFC 8785), as far as evidence needs it: one text for one value, so that anybody computes the same hash.

/** Thrown on what has no canonical text. */
export class NotCanonical extends Error {}

const ordered = (value: object): string => Object.keys(value).sort()
  .filter((key) => (value as Record<string, unknown>)[key] !== undefined)
  .map((key) => `${text(key)}:${canonicalJson((value as Record<string, unknown>)[key])}`).join(',');

function text(value: string): string {
  if (/\p{Surrogate}/u.test(value)) throw new NotCanonical('half of a surrogate pair');
  return JSON.stringify(value);
}

/** Keys in the order of their UTF-16 units, numbers as ECMAScript writes them, no spaces. Throws NotCanonical for what JSON cannot say (NaN, half a surrogate pair, functions). */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object') return `{${ordered(value)}}`;
  throw new NotCanonical(`${typeof value} has no JSON`);
}
