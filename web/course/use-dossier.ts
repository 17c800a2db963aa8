// A dossier that saves itself a moment after the last change. What is not saved yet is also kept on this device, so that a closed page or a cut loses nothing.
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { DossierDetail } from '#contracts/course.ts';
import { oneAfterAnother } from '../parts/one-after-another.ts';
import { rest, RestError } from '../rest.ts';

export type Sketch = DossierDetail['content'];
export type SaveState = 'saved' | 'saving' | 'failed';
export interface Dossier {
  sketch: Ref<Sketch>; detail: ShallowRef<DossierDetail>; state: Ref<SaveState>; code: Ref<string | null>;
  /** True where what was typed before on this device was put back. */
  restored: Ref<boolean>;
  /** Saves what waits, now. True where the server has all of it. */
  settle(): Promise<boolean>;
  /** Asks again what is missing: something elsewhere may have changed. */
  refresh(): Promise<void>;
}

const restsMs = 800;
const againMs = 4000;
const keptKey = (courseId: string): string => `dossier ${courseId}`;

/** What was typed on the same revision and never saved; a newer one on the server makes it void. */
function kept({ courseId, revision, version }: DossierDetail): Sketch | null {
  try {
    const found = JSON.parse(localStorage.getItem(keptKey(courseId)) ?? 'null') as { revision: number; version: number; content: Sketch } | null;
    return found?.revision === revision && found.version === version ? found.content : null;
  } catch {
    return null;
  }
}
function keep({ courseId, revision, version }: DossierDetail, content: Sketch | null): void {
  try {
    if (content) localStorage.setItem(keptKey(courseId), JSON.stringify({ revision, version, content }));
    else localStorage.removeItem(keptKey(courseId));
  } catch {
    // A browser that keeps nothing: the server does, a moment later.
  }
}

export function useDossier(first: DossierDetail): Dossier {
  const detail = shallowRef(first);
  const before = kept(first);
  const sketch = ref<Sketch>(structuredClone(before ?? first.content));
  const state = ref<SaveState>('saved');
  const [code, restored] = [ref<string | null>(null), ref(before !== null)];
  let savedText = JSON.stringify(first.content);
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function save(): Promise<void> {
    const content = JSON.parse(JSON.stringify(sketch.value)) as Sketch;
    const text = JSON.stringify(content);
    if (text === savedText) { state.value = 'saved'; return; }
    state.value = 'saving';
    try {
      detail.value = await rest('PUT /api/courses/:courseId/dossier', { params: { courseId: first.courseId }, body: { content, revision: detail.value.revision } });
      savedText = text;
      [code.value, state.value] = [null, 'saved'];
      keep(detail.value, JSON.stringify(sketch.value) === text ? null : sketch.value);
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      [code.value, state.value] = [error.code, 'failed'];
      if (error.code === 'unreachable') timer = setTimeout(() => { void settle(); }, againMs);
    }
  }
  /** Each stands on the revision of the one before. */
  const saves = oneAfterAnother(save);
  async function settle(): Promise<boolean> {
    clearTimeout(timer);
    await saves();
    // Changed while it was on its way.
    return state.value === 'saved' && JSON.stringify(sketch.value) !== savedText ? settle() : state.value === 'saved';
  }
  async function refresh(): Promise<void> {
    if (!await settle()) return;
    const found = await rest('GET /api/courses/:courseId/dossier', { params: { courseId: first.courseId } });
    if (found.revision === detail.value.revision) detail.value = found;
  }
  watch(sketch, () => {
    clearTimeout(timer);
    state.value = 'saving';
    keep(detail.value, sketch.value);
    timer = setTimeout(() => { void settle(); }, restsMs);
  }, { deep: true });
  if (before) void settle();
  // Left in the middle of a word: it is saved still.
  onScopeDispose(() => { if (state.value === 'saving') void settle(); });
  return { sketch, detail, state, code, restored, settle, refresh };
}
