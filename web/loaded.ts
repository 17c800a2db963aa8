// Something loaded from the server: its four states (loading, failed, there, refreshed), and refreshing while the page is looked at.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import { RestError } from './rest.ts';

export interface Loaded<T> {
  data: Readonly<ShallowRef<T | null>>;
  /** Set while there is nothing to show; a failed refresh keeps what was there. */
  error: Readonly<ShallowRef<RestError | null>>;
  /** Loads anew; what was there stays visible meanwhile. */
  reload(): Promise<void>;
  /** Shows what another call has returned. */
  put(value: T): void;
}

/** Loads at once. `everyMs` loads again that often while the page is visible, and when it comes back; null pauses. */
export function useLoaded<T>(load: () => Promise<T>, everyMs: (data: T | null) => number | null = () => null): Loaded<T> {
  const data = shallowRef<T | null>(null);
  const error = shallowRef<RestError | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let gone = false;
  let asked = 0;

  async function reload() {
    clearTimeout(timer);
    const turn = ++asked;
    if (!data.value) error.value = null;
    try {
      const value = await load();
      // An answer overtaken by a later question is dropped.
      if (turn !== asked) return;
      data.value = value;
      error.value = null;
    } catch (failure) {
      if (!(failure instanceof RestError)) throw failure;
      if (turn === asked && (!data.value || failure.code === 'not_found' || failure.code === 'forbidden')) { error.value = failure; data.value = null; }
    }
    plan();
  }

  function plan() {
    clearTimeout(timer);
    const wait = everyMs(data.value);
    if (!gone && wait !== null && !document.hidden && error.value === null) timer = setTimeout(() => { void reload(); }, wait);
  }

  const seen = () => { if (!document.hidden && everyMs(data.value) !== null) void reload(); };
  document.addEventListener('visibilitychange', seen);
  window.addEventListener('online', seen);
  onScopeDispose(() => {
    gone = true;
    asked++;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
    window.removeEventListener('online', seen);
  });
  void reload();
  return { data, error, reload, put: (value) => { asked++; data.value = value; error.value = null; plan(); } };
}
