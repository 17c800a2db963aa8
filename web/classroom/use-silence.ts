// Looks twice a second whether the server can still be heard; the browser's own word that there is no network comes first.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import type { LiveClassroom } from './LiveClassroom.ts';
import { firstSilence, isSilent, listened, lookEveryMs, mediaAskedAfterMs } from './silence.ts';

export function useSilence(live: Pick<LiveClassroom, 'heardAtMs' | 'media'>): Readonly<ShallowRef<boolean>> {
  const silent = shallowRef(!navigator.onLine);
  let silence = firstSilence(Date.now());
  let mediaBytes: number | null = null;

  async function askMedia(): Promise<void> {
    mediaBytes = await live.media.bytesReceived().catch(() => null);
  }
  const look = (): void => {
    silence = listened(silence, { nowMs: Date.now(), heardAtMs: live.heardAtMs(), mediaBytes });
    if (silence.quietMs >= mediaAskedAfterMs) void askMedia();
    else mediaBytes = null;
    silent.value = !navigator.onLine || isSilent(silence);
  };
  const timer = setInterval(look, lookEveryMs);
  window.addEventListener('online', look);
  window.addEventListener('offline', look);
  onScopeDispose(() => {
    clearInterval(timer);
    window.removeEventListener('online', look);
    window.removeEventListener('offline', look);
  });
  return silent;
}
