// Runs inside Chromium before the page's own scripts: cameras, microphones and screens are made here, and the truth about them is kept.
import type { PageMediaOptions, PageTruth } from './page-media.ts';
import { PictureSource } from './page-media-pictures.ts';
import { SoundSource } from './page-media-sound.ts';

declare global {
  interface Window { pageMediaOptions: PageMediaOptions; pageTruth: PageTruth }
}

const media = globalThis.isSecureContext ? navigator.mediaDevices : undefined;
if (media && window === window.top) {
  const options = window.pageMediaOptions;
  const truth: PageTruth = { pictures: [], beeps: [], clock: [], sounding: () => false };
  window.pageTruth = truth;
  let camera: PictureSource | null = null;
  let screen: PictureSource | null = null;
  let sound: SoundSource | null = null;

  media.getUserMedia = (constraints = {}) => {
    const tracks: MediaStreamTrack[] = [];
    if (constraints.audio) tracks.push((sound ??= new SoundSource(options, truth)).track());
    if (constraints.video) tracks.push((camera ??= new PictureSource('camera', options, truth)).track());
    return Promise.resolve(new MediaStream(tracks));
  };
  media.getDisplayMedia = () => Promise.resolve(new MediaStream([(screen ??= new PictureSource('screen', options, truth)).track()]));
  const device = (kind: MediaDeviceKind, deviceId: string, label: string): MediaDeviceInfo =>
    ({ kind, deviceId, label, groupId: 'page', toJSON: () => ({ kind, deviceId, label, groupId: 'page' }) });
  media.enumerateDevices = () => Promise.resolve([
    device('videoinput', 'page-camera', 'Counting camera'), device('audioinput', 'page-microphone', 'Beeping microphone'), device('audiooutput', 'default', 'Default'),
  ]);
}
