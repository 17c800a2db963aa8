// Opening camera, microphone and screen, with the reason in one word where that fails.

/** `refused`: not allowed; `none`: no such device; `busy`: another program has it; `insecure`: the page is not served safely. */
export type DeviceTrouble = 'refused' | 'none' | 'busy' | 'insecure' | 'failed';
export type Opened = { track: MediaStreamTrack; trouble: null } | { track: null; trouble: DeviceTrouble };

const troubles: Record<string, DeviceTrouble> = {
  NotAllowedError: 'refused', SecurityError: 'refused', NotFoundError: 'none', DevicesNotFoundError: 'none', OverconstrainedError: 'none',
  NotReadableError: 'busy', AbortError: 'busy', TrackStartError: 'busy',
};
export const troubleOf = (error: unknown): DeviceTrouble => (error instanceof Error ? troubles[error.name] ?? 'failed' : 'failed');

const devices = (): MediaDevices | undefined => (globalThis.isSecureContext ? navigator.mediaDevices : undefined);

async function open(kind: 'video' | 'audio', wished: MediaTrackConstraints, deviceId: string | null): Promise<Opened> {
  const media = devices();
  if (!media) return { track: null, trouble: 'insecure' };
  try {
    const stream = await media.getUserMedia({ [kind]: deviceId ? { ...wished, deviceId: { exact: deviceId } } : wished });
    const [track] = stream.getTracks();
    return track ? { track, trouble: null } : { track: null, trouble: 'none' };
  } catch (error) {
    // The remembered device may be unplugged: then any other will do.
    if (deviceId && troubleOf(error) === 'none') return open(kind, wished, null);
    return { track: null, trouble: troubleOf(error) };
  }
}

export const openCamera = (deviceId: string | null): Promise<Opened> =>
  open('video', { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: 'user' }, deviceId);

/** Of a phone: the one that looks away from its owner. Another camera will do where there is none. */
export const openRearCamera = (): Promise<Opened> =>
  open('video', { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: { ideal: 'environment' } }, null);

export const openMicrophone = (deviceId: string | null): Promise<Opened> =>
  open('audio', { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 }, deviceId);

/** A small camera picture for a face check. */
export const openFaceCamera = (deviceId: string | null): Promise<Opened> =>
  open('video', { width: { ideal: 1280 }, height: { ideal: 720 }, facingMode: 'user' }, deviceId);

export type OpenedScreen = { video: MediaStreamTrack; audio: MediaStreamTrack | null; trouble: null } | { video: null; audio: null; trouble: DeviceTrouble };

/** Screen with its sound where the browser gives it. Text stays sharp: detail goes before motion. */
export async function openScreen(): Promise<OpenedScreen> {
  const media = devices();
  if (!media || !('getDisplayMedia' in media)) return { video: null, audio: null, trouble: 'none' };
  try {
    const stream = await media.getDisplayMedia({
      video: { width: { max: 1920 }, height: { max: 1080 }, frameRate: { ideal: 15, max: 30 } },
      audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
    });
    const [video] = stream.getVideoTracks();
    if (!video) return { video: null, audio: null, trouble: 'none' };
    video.contentHint = 'detail';
    return { video, audio: stream.getAudioTracks()[0] ?? null, trouble: null };
  } catch (error) {
    return { video: null, audio: null, trouble: troubleOf(error) };
  }
}

export interface DeviceName { deviceId: string; label: string }
/** Devices of a kind; names are known once permission was given. */
export async function listDevices(kind: MediaDeviceKind): Promise<DeviceName[]> {
  const found = await devices()?.enumerateDevices().catch(() => []) ?? [];
  return found.filter((device) => device.kind === kind && device.deviceId !== '').map(({ deviceId, label }) => ({ deviceId, label }));
}
