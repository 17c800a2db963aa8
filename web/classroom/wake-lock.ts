// Keeps the screen awake while a lesson is live and looked at.
import { onScopeDispose, watch, type Ref } from 'vue';

export function useWakeLock(wanted: Ref<boolean>): void {
  let lock: WakeLockSentinel | null = null;
  let asking = false;

  async function follow(): Promise<void> {
    const should = wanted.value && !document.hidden;
    if (!should) {
      await lock?.release().catch(() => undefined);
      lock = null;
      return;
    }
    if (asking || (lock && !lock.released) || !('wakeLock' in navigator)) return;
    asking = true;
    // Refused on a low battery: the lesson goes on, the screen may sleep.
    lock = await navigator.wakeLock.request('screen').catch(() => null);
    asking = false;
  }
  const seen = (): void => { void follow(); };
  watch(wanted, seen, { immediate: true });
  document.addEventListener('visibilitychange', seen);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', seen);
    void lock?.release().catch(() => undefined);
  });
}
