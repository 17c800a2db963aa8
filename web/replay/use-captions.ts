// Captions of the film on or off, in the language of the page where there are some in it.
import { onScopeDispose, ref, watch, type Ref, type ShallowRef } from 'vue';
import { currentLocale } from '../i18n/i18n.ts';

export interface Captions { on: Readonly<Ref<boolean>>; toggle(): void }

export function useCaptions(video: Readonly<ShallowRef<HTMLVideoElement | null>>, exist: () => boolean): Captions {
  const on = ref(false);
  function show(): void {
    const tracks = [...(video.value?.textTracks ?? [])].filter((track) => track.kind === 'subtitles');
    const chosen = tracks.find((track) => track.language === currentLocale()) ?? tracks[0];
    for (const track of tracks) track.mode = on.value && track === chosen ? 'showing' : 'disabled';
  }
  // The browser chooses anew with every source: what was chosen here is said again.
  watch(video, (element, before) => {
    before?.removeEventListener('loadedmetadata', show);
    element?.addEventListener('loadedmetadata', show);
  });
  watch([on, exist, currentLocale], show, { flush: 'post' });
  onScopeDispose(() => video.value?.removeEventListener('loadedmetadata', show));
  return { on, toggle: () => { on.value = exist() && !on.value; } };
}
