// Text that can be kept: what no database holds is taken out before it is sent, and refused where it arrives.
const half = /\p{Surrogate}/u;

/** No U+0000, which no text of a database holds, and no half of a sign (a lone surrogate), which would turn into another sign there. */
export const isKeepable = (text: string): boolean => !text.includes('\0') && !half.test(text);

const kept = (text: string): string => text.replaceAll('\0', '').replace(new RegExp(half, 'gu'), '');
/** Records, also those a parser made without a prototype; no Blob. */
const isPlain = (data: object): boolean => Object.prototype.toString.call(data) === '[object Object]';

/** Whether all texts of it can be kept, in lists and records too, as they come out of JSON. */
export function allKeepable(data: unknown): boolean {
  if (typeof data === 'string') return isKeepable(data);
  if (typeof data !== 'object' || data === null) return true;
  return !(Array.isArray(data) || isPlain(data)) || Object.values(data).every(allKeepable);
}

/** The same without such signs, which nobody sees or types on purpose; as it is where it has none. */
export function keepableOnly<T>(data: T): T {
  if (allKeepable(data)) return data;
  const cleaned = (one: unknown): unknown => {
    if (typeof one === 'string') return kept(one);
    if (Array.isArray(one)) return one.map(cleaned);
    return typeof one === 'object' && one !== null && isPlain(one) ? Object.fromEntries(Object.entries(one).map(([name, value]) => [name, cleaned(value)])) : one;
  };
  return cleaned(data) as T;
}
