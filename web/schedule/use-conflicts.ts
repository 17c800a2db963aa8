// What stands in the way of one change, looked at before it is saved; what refuses needs a reason.
import { computed, ref, shallowRef } from 'vue';
import type { PlanConflict, PreviewBody } from '#contracts/timetable.ts';
import { rest } from '../rest.ts';

export function useConflicts() {
  const conflicts = shallowRef<PlanConflict[]>([]);
  const override = ref('');
  const refuses = computed(() => conflicts.value.some(({ weight }) => weight === 'refuses'));
  let asked = 0;
  /** An answer overtaken by a later question is dropped. */
  async function look(body: PreviewBody): Promise<void> {
    const turn = ++asked;
    const { occurrences } = await rest('POST /api/timetable/preview', { body });
    if (turn === asked) conflicts.value = occurrences[0]?.conflicts ?? [];
  }
  return { conflicts, override, refuses, look, reasoned: computed(() => (refuses.value ? { override: override.value.trim() } : {})), missing: computed(() => refuses.value && override.value.trim() === '') };
}
