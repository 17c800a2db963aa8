// The class as staff see it, asked for as often as the server says while the panel is looked at. What was read last stays when a question fails.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import type { Wall } from '#contracts/presence.ts';
import { codeOf, RequestError, type RequestErrorCode } from './request-error.ts';
import type { LiveClassroom } from './LiveClassroom.ts';

const afterFailureMs = 4_000;

export interface SeenWall { wall: Readonly<ShallowRef<Wall | null>>; failed: Readonly<ShallowRef<RequestErrorCode | null>>; refresh(): Promise<void> }

export function useWall(live: Pick<LiveClassroom, 'request'>): SeenWall {
  const wall = shallowRef<Wall | null>(null);
  const failed = shallowRef<RequestErrorCode | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let gone = false;

  async function refresh(): Promise<void> {
    clearTimeout(timer);
    if (asking) return;
    asking = true;
    try {
      wall.value = await live.request('presence:wall', {});
      failed.value = null;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      failed.value = codeOf(error);
    } finally {
      asking = false;
      if (!gone && !document.hidden) timer = setTimeout(() => void refresh(), failed.value ? afterFailureMs : wall.value?.againMs ?? afterFailureMs);
    }
  }

  const seen = (): void => { if (!document.hidden) void refresh(); };
  document.addEventListener('visibilitychange', seen);
  onScopeDispose(() => {
    gone = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
  });
  void refresh();
  return { wall, failed, refresh };
}
