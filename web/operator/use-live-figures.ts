// The operator's figures, asked for every two seconds while the page is looked at. What was last heard stays; since when nothing is heard is said.
import { onScopeDispose, shallowRef } from 'vue';
import type { OperatorLive } from '#contracts/operator.ts';
import { rest, RestError, type RestErrorCode } from '../rest.ts';

const everyMs = 2000;

export function useLiveFigures(ask: () => Promise<OperatorLive> = () => rest('GET /api/operator')) {
  const live = shallowRef<OperatorLive | null>(null);
  /** Set while questions fail; `sinceMs` by this device's clock, since the server's cannot be asked. */
  const away = shallowRef<{ code: RestErrorCode; sinceMs: number } | null>(null);
  let asking = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gone = false;

  async function refresh(): Promise<void> {
    clearTimeout(timer);
    if (asking) return;
    asking = true;
    try {
      live.value = await ask();
      away.value = null;
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      away.value = { code: error.code, sinceMs: away.value?.sinceMs ?? Date.now() };
    } finally {
      asking = false;
      // An account that may not look will not be allowed to in two seconds either.
      if (!gone && !document.hidden && away.value?.code !== 'forbidden') timer = setTimeout(() => void refresh(), everyMs);
    }
  }

  const seen = () => { if (!document.hidden) void refresh(); };
  document.addEventListener('visibilitychange', seen);
  onScopeDispose(() => {
    gone = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
  });
  void refresh();
  return { live, away, refresh };
}
