// The last refusals this page met, for a report of trouble: codes, request ids and times, nothing of what was asked.

export interface Refusal { code: string; requestId: string | null; at: string }
const mostKept = 10;
let kept: readonly Refusal[] = [];

/** Who is not logged in is told so on every page: that is no trouble. */
const quiet: readonly string[] = ['unauthenticated'];

/** `requestId` is taken as the server made it, or not at all. */
export function noteRefusal(code: string, requestId: string | undefined, at = new Date()): void {
  if (quiet.includes(code)) return;
  const known = requestId !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(requestId);
  kept = [...kept, { code, requestId: known ? requestId : null, at: at.toISOString() }].slice(-mostKept);
}
export const lastRefusals = (): Refusal[] => [...kept];
