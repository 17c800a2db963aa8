// Sends the still of a face check, again and again while its window is open.
import type { AskedCheck } from '#contracts/check.ts';
import { rest, RestError } from '../rest.ts';
import { serverNow } from '../clock.ts';
import { backoffMs } from './backoff.ts';

export type UploadOutcome = 'received' | 'late' | 'settled' | 'refused';
const passing: readonly string[] = ['unreachable', 'internal', 'too_many_attempts'];

/** What a refusal means for the learner. */
export function outcomeOf(code: string): UploadOutcome {
  if (code === 'check_late' || code === 'check_not_asked') return 'late';
  // The first upload arrived, its answer did not.
  return code === 'check_settled' ? 'settled' : 'refused';
}

/** `retrying` is told before every further attempt; `camera`: what cameraTold says. */
export async function uploadSnapshot({ checkId, nonce, deadlineAt }: AskedCheck, picture: Blob, retrying: () => void, camera?: string): Promise<UploadOutcome> {
  for (let attempt = 0; ; attempt++) {
    try {
      await rest('POST /api/checks/:checkId/snapshot', { params: { checkId }, query: { nonce, ...(camera && { camera }) }, body: picture });
      return 'received';
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      if (!passing.includes(error.code)) return outcomeOf(error.code);
      if (serverNow() >= Date.parse(deadlineAt)) return 'late';
      retrying();
      await new Promise((done) => { setTimeout(done, backoffMs(attempt, 500, 4000, Math.random())); });
    }
  }
}
