// A device being tried: opened, chosen anew, let go with the component.
import { onScopeDispose, shallowRef, type ShallowRef } from 'vue';
import { deviceChoice, rememberDevices } from './device-choice.ts';
import { listDevices, openCamera, openMicrophone, type DeviceName, type DeviceTrouble } from './local-devices.ts';

export interface TriedDevice {
  track: Readonly<ShallowRef<MediaStreamTrack | null>>;
  trouble: Readonly<ShallowRef<DeviceTrouble | null>>;
  devices: Readonly<ShallowRef<readonly DeviceName[]>>;
  chosen: Readonly<ShallowRef<string | null>>;
  open(): Promise<void>;
  choose(deviceId: string): Promise<void>;
}

const kinds = { camera: { open: openCamera, kind: 'videoinput', key: 'cameraId' }, microphone: { open: openMicrophone, kind: 'audioinput', key: 'microphoneId' } } as const;

export function useTriedDevice(name: 'camera' | 'microphone'): TriedDevice {
  const { open: openTrack, kind, key } = kinds[name];
  const track = shallowRef<MediaStreamTrack | null>(null);
  const trouble = shallowRef<DeviceTrouble | null>(null);
  const devices = shallowRef<readonly DeviceName[]>([]);
  const chosen = shallowRef<string | null>(deviceChoice()[key]);
  let gone = false;

  async function open(): Promise<void> {
    track.value?.stop();
    const opened = await openTrack(chosen.value);
    if (gone) return opened.track?.stop();
    track.value = opened.track;
    trouble.value = opened.trouble;
    // Names are told only once a device of the kind was allowed.
    devices.value = await listDevices(kind);
    chosen.value = opened.track?.getSettings().deviceId ?? chosen.value;
  }
  async function choose(deviceId: string): Promise<void> {
    chosen.value = deviceId;
    rememberDevices({ [key]: deviceId });
    await open();
  }
  onScopeDispose(() => {
    gone = true;
    track.value?.stop();
  });
  return { track, trouble, devices, chosen, open, choose };
}
