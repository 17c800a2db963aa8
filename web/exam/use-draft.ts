// A draft that saves itself: a moment after the last change, whenever what stands there can be saved; what the server says of it comes back.
import { computed, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { ExamDetail } from '#contracts/exam.ts';
import { oneAfterAnother } from '../parts/one-after-another.ts';
import { rest, RestError } from '../rest.ts';
import { readSketch, sketchOf, type ExamSketch, type Wrong } from './exam-sketch.ts';

/** `unsound`: something is missing, so it is not saved; `failed`: `code` says why. */
export type DraftState = 'saved' | 'saving' | 'unsound' | 'failed';
export interface Draft {
  sketch: Ref<ExamSketch>; detail: ShallowRef<ExamDetail>; state: Ref<DraftState>; code: Ref<string | null>; wrong: ComputedRef<Wrong>;
  /** Saves what waits, now. True where the server has all of it. */
  settle(): Promise<boolean>;
}

const restsMs = 800;
const againMs = 4000;

export function useDraft(first: ExamDetail): Draft {
  const detail = shallowRef(first);
  const sketch = ref(sketchOf(first));
  const state = ref<DraftState>('saved');
  const code = ref<string | null>(null);
  const read = computed(() => readSketch(sketch.value, detail.value.follows));
  let savedText = JSON.stringify(read.value.body);
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function save(): Promise<void> {
    const { body } = read.value;
    const text = JSON.stringify(body);
    if (!body) { state.value = 'unsound'; return; }
    if (text === savedText) { state.value = 'saved'; return; }
    state.value = 'saving';
    try {
      detail.value = await rest('PUT /api/exams/:examId', { params: { examId: first.examId }, body: { ...body, revision: detail.value.revision } });
      savedText = text;
      code.value = null;
      state.value = 'saved';
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      code.value = error.code;
      state.value = 'failed';
      if (error.code === 'unreachable') timer = setTimeout(() => { void settle(); }, againMs);
    }
  }
  /** Each stands on the revision of the one before. */
  const saves = oneAfterAnother(save);
  async function settle(): Promise<boolean> {
    clearTimeout(timer);
    await saves();
    // Changed while it was on its way.
    return state.value === 'saved' && JSON.stringify(read.value.body) !== savedText ? settle() : state.value === 'saved';
  }
  watch(sketch, () => {
    clearTimeout(timer);
    state.value = read.value.body ? 'saving' : 'unsound';
    timer = setTimeout(() => { void settle(); }, restsMs);
  }, { deep: true });
  // Left in the middle of a word: it is saved still.
  onScopeDispose(() => { if (state.value === 'saving') void settle(); });
  return { sketch, detail, state, code, wrong: computed(() => read.value.wrong), settle };
}
