// Guidance beside the camera's picture: loads the eye, looks a few times a second, and gives one steady hint. Where it cannot, pictures are taken without it.
import { onScopeDispose, readonly, ref, type Ref } from 'vue';
import { guide, noGuidance, type Hint } from '#domain/face-guidance.ts';
import { faceLimits } from '#domain/face-model.ts';
import type { FaceEye } from './FaceEye.ts';

/** `off`: this device cannot, or is too slow for it. */
export type GuidanceState = 'loading' | 'on' | 'off';
export interface LiveGuidance { state: Readonly<Ref<GuidanceState>>; hint: Readonly<Ref<Hint | null>> }

const leastPauseMs = 200;
/** The page stays usable: it looks for at most a third of the time. */
const restsFor = 2;
/** A device that needs so long for one look, so often, is left alone. */
const tooSlowMs = 1500;
const slowLooks = 3;

export function useGuidance(video: Readonly<Ref<HTMLVideoElement | null>>): LiveGuidance {
  const state = ref<GuidanceState>('loading');
  const hint = ref<Hint | null>(null);
  let eye: FaceEye | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let guidance = noGuidance;
  let slow = 0;
  let gone = false;

  function stop(next: GuidanceState) {
    clearTimeout(timer);
    state.value = next;
    hint.value = null;
    void eye?.close().catch(() => undefined);
    eye = null;
  }

  async function look() {
    const began = performance.now();
    const sight = video.value && eye ? await eye.look(video.value) : null;
    const took = performance.now() - began;
    if (gone || !eye) return;
    if (sight) {
      guidance = guide(guidance, sight, faceLimits, performance.now());
      hint.value = guidance.shown;
    }
    slow = took > tooSlowMs ? slow + 1 : 0;
    if (slow >= slowLooks) stop('off');
    else plan(Math.max(leastPauseMs, restsFor * took));
  }
  const plan = (waitMs: number) => { timer = setTimeout(() => { look().catch(() => stop('off')); }, waitMs); };

  async function load() {
    // Loaded only here: most pages never need it, and it is some megabytes.
    const { FaceEye: Eye } = await import('./FaceEye.ts');
    const opened = await Eye.create();
    if (gone) return opened.close();
    eye = opened;
    state.value = 'on';
    plan(0);
  }
  load().catch(() => { if (!gone) stop('off'); });
  onScopeDispose(() => { gone = true; stop('off'); });
  return { state: readonly(state), hint: readonly(hint) };
}
