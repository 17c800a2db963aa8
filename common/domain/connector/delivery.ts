// What follows from a platform's answer, and when it is tried again: facts are never given up for a fault of the line, only for a refusal that names them.

/** Refusals of one fact after which it is put aside for a person. */
export const refusalsUntilDead = 3;
/** Facts of one message. */
export const factsAtOnce = 100;
const firstPauseMs = 1_000;
const longestPauseMs = 10 * 60_000;

/** Half of it at least, so that a platform that comes back is not met by everybody at once: 1 s, 2 s, 4 s … 10 min, each times 0.5 to 1. `random`: [0, 1). */
export const pauseMs = (failures: number, random: number): number => Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(20, Math.max(0, failures - 1))) * (0.5 + random / 2);

export interface Refused { id: string; code: string }
/**
 * `taken`: all but the refused are theirs now. `refused`: none is, and these are to blame. `split`: something in it is refused and nobody says what: fewer at a time. `later`: the line or the
 * platform is at fault, or the connector's own settings; all stay as they are.
 */
export type Verdict = { way: 'taken'; receipt: string | null; refused: Refused[] } | { way: 'refused'; refused: Refused[] } | { way: 'split'; code: string } | { way: 'later'; code: string };

const longestCode = 80;
const longestReceipt = 200;
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function refusedIn(body: unknown, ids: ReadonlySet<string>): Refused[] {
  if (!isObject(body) || !Array.isArray(body.refused)) return [];
  const found = new Map<string, string>();
  for (const one of body.refused as unknown[]) {
    if (isObject(one) && typeof one.id === 'string' && ids.has(one.id) && !found.has(one.id)) found.set(one.id, typeof one.code === 'string' && one.code !== '' ? one.code.slice(0, longestCode) : 'refused');
  }
  return [...found].map(([id, code]) => ({ id, code }));
}

/** Statuses that say something about what was sent. Of the others, 401, 403 and 404 speak of secret and address, 408, 425 and 429 of time. */
const aboutContent = new Set([400, 409, 413, 415, 422]);

/** `body`: the answer's JSON, undefined where it is none. `ids`: of the facts that were sent. */
export function judgeAnswer(status: number, body: unknown, ids: ReadonlySet<string>): Verdict {
  const refused = refusedIn(body, ids);
  if (status >= 200 && status < 300) {
    const receipt = isObject(body) && typeof body.receipt === 'string' ? body.receipt.slice(0, longestReceipt) : null;
    return { way: 'taken', receipt, refused };
  }
  if (status >= 400 && status < 500 && refused.length > 0) return { way: 'refused', refused };
  if (!aboutContent.has(status)) return { way: 'later', code: `http_${status}` };
  const [only] = ids;
  const code = isObject(body) && typeof body.code === 'string' && body.code !== '' ? body.code.slice(0, longestCode) : `http_${status}`;
  return ids.size === 1 && only !== undefined ? { way: 'refused', refused: [{ id: only, code }] } : { way: 'split', code };
}

/** How long a replay still takes at the pace it had, ms; null before anything of it was sent. */
export function timeLeftMs({ facts, left, sinceMs }: { facts: number; left: number; sinceMs: number }): number | null {
  const done = facts - left;
  return left === 0 ? 0 : done <= 0 || sinceMs <= 0 ? null : Math.round(sinceMs / done * left);
}
