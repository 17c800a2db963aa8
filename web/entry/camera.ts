// The camera for enrolment pictures: asked for once, shown, one still at a time, let go with the component.
import { onScopeDispose, ref, shallowRef, type Ref, type ShallowRef } from 'vue';

/** `refused`: the person or the browser said no; `none`: there is no camera, or no secure page; `busy`: another program has it. */
export type CameraState = 'off' | 'asking' | 'on' | 'refused' | 'none' | 'busy';

const wanted: MediaStreamConstraints = { audio: false, video: { facingMode: 'user', width: { ideal: 1280 }, height: { ideal: 720 } } };
const jpegQuality = 0.92;

export function cameraFailure(name: string): Extract<CameraState, 'refused' | 'none' | 'busy'> {
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  return name === 'NotFoundError' || name === 'OverconstrainedError' || name === 'TypeError' ? 'none' : 'busy';
}

export interface Camera {
  state: Readonly<Ref<CameraState>>;
  stream: Readonly<ShallowRef<MediaStream | null>>;
  open(): Promise<CameraState>;
  close(): void;
}

export function useCamera(): Camera {
  const state = ref<CameraState>('off');
  const stream = shallowRef<MediaStream | null>(null);
  let gone = false;

  function close() {
    for (const track of stream.value?.getTracks() ?? []) track.stop();
    stream.value = null;
    if (state.value === 'on') state.value = 'off';
  }

  async function open(): Promise<CameraState> {
    close();
    state.value = 'asking';
    try {
      // Without a secure page there is no `mediaDevices` at all.
      const opened = await navigator.mediaDevices.getUserMedia(wanted);
      stream.value = opened;
      state.value = 'on';
      opened.getVideoTracks()[0]?.addEventListener('ended', () => { if (stream.value === opened) { close(); state.value = 'busy'; } });
      if (gone) close();
    } catch (error) {
      state.value = cameraFailure(error instanceof Error ? error.name : '');
    }
    return state.value;
  }

  onScopeDispose(() => { gone = true; close(); });
  return { state, stream, open, close };
}

/** One still as the camera sees it (not mirrored like the preview), or null while there is no picture yet. */
export function takeStill(video: HTMLVideoElement): Promise<Blob | null> {
  const { videoWidth: width, videoHeight: height } = video;
  const canvas = document.createElement('canvas');
  const context = width > 0 ? canvas.getContext('2d') : null;
  if (!context) return Promise.resolve(null);
  canvas.width = width;
  canvas.height = height;
  context.drawImage(video, 0, 0, width, height);
  return new Promise((resolve) => { canvas.toBlob(resolve, 'image/jpeg', jpegQuality); });
}
