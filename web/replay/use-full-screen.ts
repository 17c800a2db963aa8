// The film over the whole screen, lying on phones; its controls go away while nothing is touched.
import { onScopeDispose, ref, type Ref, type ShallowRef } from 'vue';

const idleAfterMs = 3000;
type Element<T> = Readonly<ShallowRef<T | null>>;
export interface FullScreen { on: Readonly<Ref<boolean>>; idle: Readonly<Ref<boolean>>; toggle(): Promise<void>; wake(): void }

export function useFullScreen(box: Element<HTMLElement>, video: Element<HTMLVideoElement>, playing: () => boolean): FullScreen {
  const on = ref(false);
  const idle = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  function wake(): void {
    idle.value = false;
    clearTimeout(timer);
    timer = setTimeout(() => { idle.value = on.value && playing(); }, idleAfterMs);
  }
  const changed = (): void => { on.value = document.fullscreenElement !== null && document.fullscreenElement === box.value; wake(); };
  document.addEventListener('fullscreenchange', changed);
  onScopeDispose(() => {
    clearTimeout(timer);
    document.removeEventListener('fullscreenchange', changed);
  });

  async function toggle(): Promise<void> {
    if (document.fullscreenElement) { await document.exitFullscreen(); return; }
    const element: (HTMLVideoElement & { webkitEnterFullscreen?: () => void }) | null = video.value;
    // Phones without full screen for pages have it for films.
    if (!box.value || !('requestFullscreen' in box.value)) { element?.webkitEnterFullscreen?.(); return; }
    await box.value.requestFullscreen().catch(() => undefined);
    // Computers and some phones do not turn on demand.
    const { orientation } = screen as { orientation?: { lock?: (to: string) => Promise<void> } };
    await orientation?.lock?.('landscape').catch(() => undefined);
  }
  return { on, idle, toggle, wake };
}
