// The roster of a large class, one page as staff want it: asked for when they turn or search, and again as often as the server says while it is looked at.
import { onScopeDispose, reactive, shallowRef, watch, type ShallowRef } from 'vue';
import type { RosterPage } from '#contracts/roster.ts';
import { codeOf, RequestError, type RequestErrorCode } from './request-error.ts';
import type { LiveClassroom } from './LiveClassroom.ts';

const afterFailureMs = 4_000;

export interface RosterWish { page: number; search: string; sort: 'attention' | 'name' }
export interface SeenRoster { wish: RosterWish; roster: Readonly<ShallowRef<RosterPage | null>>; failed: Readonly<ShallowRef<RequestErrorCode | null>>; refresh(): Promise<void> }

export function useRoster(live: Pick<LiveClassroom, 'request'>): SeenRoster {
  const wish = reactive<RosterWish>({ page: 1, search: '', sort: 'attention' });
  const roster = shallowRef<RosterPage | null>(null);
  const failed = shallowRef<RequestErrorCode | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asked = 0;
  let gone = false;

  async function refresh(): Promise<void> {
    clearTimeout(timer);
    const turn = ++asked;
    try {
      const page = await live.request('roster:page', { ...wish });
      // An answer overtaken by a later wish is dropped.
      if (turn !== asked) return;
      roster.value = page;
      failed.value = null;
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      if (turn !== asked) return;
      failed.value = codeOf(error);
    }
    if (!gone && !document.hidden) timer = setTimeout(() => void refresh(), failed.value ? afterFailureMs : roster.value?.againMs ?? afterFailureMs);
  }

  watch(wish, () => void refresh());
  const seen = (): void => { if (!document.hidden) void refresh(); };
  document.addEventListener('visibilitychange', seen);
  onScopeDispose(() => {
    gone = true;
    asked++;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', seen);
  });
  void refresh();
  return { wish, roster, failed, refresh };
}
