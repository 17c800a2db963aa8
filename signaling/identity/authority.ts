// Asking an authority whether name and document belong together; where there is none, saying so.
import type { IdentityAuthority } from '#runtime/identity-authority.ts';
import type { Logger } from '#runtime/log.ts';
import { signedPost } from '#runtime/signed-post.ts';

const nobody: IdentityAuthority = { asks: false, ask: () => Promise.resolve('not_asked') };

/** The answer is `{ "result": "confirmed" }` or `{ "result": "denied" }`; anything else is none. */
function resultOf(text: string): 'confirmed' | 'denied' {
  let result: unknown;
  try {
    result = (JSON.parse(text) as { result?: unknown } | null)?.result;
  } catch {
    // The parser's own words would repeat a piece of the answer, and with it perhaps of what was asked, in the log.
    throw new Error('the answer is no JSON');
  }
  if (result === 'confirmed' || result === 'denied') return result;
  throw new Error('the answer names no result');
}

/** `timeoutMs` of one try; there are two. */
export function createAuthority(place: { url: string; secret: string } | null, log: Logger, timeoutMs?: number): IdentityAuthority {
  if (!place) return nobody;
  return {
    asks: true,
    ask: async ({ name, documentKind, number }) => {
      try {
        return resultOf(await signedPost({ ...place, ...(timeoutMs !== undefined && { timeoutMs }) }, { name, documentKind, number }));
      } catch (error) {
        log.error({ err: error }, 'the authority did not answer');
        return 'unavailable';
      }
    },
  };
}
