// Turning pages: the leader turns for all, everybody else looks back for themselves and returns.
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { ShownPage, Stroke } from '#contracts/courseware.ts';
import { useClassroom } from '../classroom/classroom-store.ts';
import { useLive } from '../classroom/use-live.ts';
import { restUrl } from '../rest.ts';

export interface Turning {
  shown: ComputedRef<ShownPage | null>;
  /** The page in front of this person. */
  page: ComputedRef<number>;
  /** The last one they may turn to. */
  last: ComputedRef<number>;
  /** True while it is not the leader's page. */
  away: ComputedRef<boolean>;
  strokes: ComputedRef<readonly Stroke[]>;
  turnTo(page: number): void;
  /** From where the last turn goes to: keys may be faster than the server. */
  turnBy(step: number): void;
  comeBack(): void;
  address(page: number, size: 'page' | 'thumb'): string;
}

/** Turns for all: one question at a time; keys pressed meanwhile become the next one. */
function useLeading(shown: Readonly<Ref<ShownPage | null>>): { leadTo(page: number): void; target(): number | null } {
  const live = useLive();
  const store = useClassroom();
  let [wanted, target, busy]: [number | null, number | null, boolean] = [null, null, false];
  async function showWanted(): Promise<void> {
    if (busy) return;
    busy = true;
    try {
      while (wanted !== null && shown.value) {
        const next = wanted;
        wanted = null;
        const reply = await live.ask('courseware:show', { coursewareId: shown.value.coursewareId, page: next });
        if (reply) store.apply({ name: 'courseware:shown', data: reply });
      }
    } finally {
      [target, busy] = [null, false];
    }
  }
  watch(() => shown.value?.coursewareId, () => { wanted = null; });
  return { leadTo: (page) => { [wanted, target] = [page, page]; void showWanted(); }, target: () => target };
}

export function useTurning(): Turning {
  const live = useLive();
  const store = useClassroom();
  const shown = computed(() => store.state?.courseware.shown ?? null);
  const looking = ref<number | null>(null);
  const lookedAt = shallowRef<readonly Stroke[]>([]);
  const { leadTo, target } = useLeading(shown);
  const page = computed(() => looking.value ?? shown.value?.page ?? 1);
  const last = computed(() => (shown.value ? (store.leader ? shown.value.pageCount : shown.value.furthest) : 1));

  async function lookBack(to: number): Promise<void> {
    const { coursewareId, page: now } = shown.value ?? {};
    looking.value = to === now ? null : to;
    lookedAt.value = [];
    if (!coursewareId || looking.value === null) return;
    const reply = await live.ask('courseware:strokes', { coursewareId, page: to });
    if (reply && looking.value === to && shown.value?.coursewareId === coursewareId) lookedAt.value = reply.strokes;
  }
  function turnTo(to: number): void {
    if (to < 1 || to > last.value || to === (target() ?? page.value)) return;
    if (store.leader) leadTo(to);
    else void lookBack(to);
  }
  watch(() => shown.value?.coursewareId, () => { looking.value = null; });
  // Whoever has caught up with the leader follows again.
  watch(() => shown.value?.page, (now) => { if (now === looking.value) looking.value = null; });
  const address = (number: number, size: 'page' | 'thumb'): string => {
    const { lesson } = store.state ?? {};
    return restUrl('GET /api/lessons/:lessonId/courseware/:coursewareId/pages/:page/:size', { params: { lessonId: lesson?.lessonId ?? '', coursewareId: shown.value?.coursewareId ?? '', page: String(number), size } });
  };
  // The next page is loaded before it is turned to.
  watch([() => shown.value?.coursewareId, () => shown.value?.page], () => {
    const next = shown.value;
    if (next && next.page < next.pageCount) new Image().src = address(next.page + 1, 'page');
  }, { immediate: true });
  return {
    shown, page, last, turnTo, turnBy: (step) => turnTo((target() ?? page.value) + step), address, away: computed(() => looking.value !== null), comeBack: () => { looking.value = null; },
    strokes: computed(() => (looking.value === null ? shown.value?.strokes ?? [] : lookedAt.value)),
  };
}
