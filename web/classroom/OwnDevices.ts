// This person's camera, microphone and screen in the classroom: on, off, muted, remembered.
import type { Source } from '#domain/media.ts';
import { deviceChoice, rememberDevices } from './device-choice.ts';
import { openCamera, openMicrophone, openScreen, type Opened } from './local-devices.ts';
import type { MediaClient } from './MediaClient.ts';

type Tell = (tone: 'tell' | 'warn' | 'bad', key: string) => void;

export class OwnDevices {
  readonly #media: MediaClient;
  readonly #tell: Tell;
  readonly #silenced: () => boolean;
  readonly #opening = new Set<Source>();
  #closed = false;

  /** `silenced`: a leader has locked this person's microphone. */
  constructor(media: MediaClient, tell: Tell, silenced: () => boolean) {
    this.#media = media;
    this.#tell = tell;
    this.#silenced = silenced;
  }

  /** Opens one device and sends it; asked twice it opens once. True where it is sent. */
  async #open(source: 'camera' | 'microphone', open: () => Promise<Opened>): Promise<boolean> {
    if (this.#opening.has(source) || this.#media.localTrack(source)) return true;
    this.#opening.add(source);
    try {
      const { track, trouble } = await open();
      if (!track) {
        this.#tell('bad', `classroom.device.trouble.${source}.${trouble}`);
        return false;
      }
      if (this.#closed) {
        track.stop();
        return false;
      }
      await this.#send(source, track);
      return true;
    } finally {
      this.#opening.delete(source);
    }
  }

  /** A microphone that is locked is sent muted: it opens at once when it may. */
  async #send(source: 'camera' | 'microphone', track: MediaStreamTrack): Promise<void> {
    const muted = source === 'microphone' && this.#silenced();
    track.enabled = !muted;
    await this.#media.send(source, track, muted);
  }

  /** Somebody else muted it; the person opens it again by themselves where that is allowed. */
  async muteMicrophone(): Promise<void> {
    if (this.#media.localTrack('microphone')?.muted === false) await this.#media.mute('microphone', true);
  }

  /** What the person had on last time, side by side. */
  async openChosen(): Promise<void> {
    const { cameraId, microphoneId, cameraOn, microphoneOn } = deviceChoice();
    await Promise.all([
      cameraOn ? this.#open('camera', () => openCamera(cameraId)) : null,
      microphoneOn ? this.#open('microphone', () => openMicrophone(microphoneId)) : null,
    ]);
  }

  /** Takes over tracks a preview has opened. */
  async send(tracks: Partial<Record<'camera' | 'microphone', MediaStreamTrack | null>>): Promise<void> {
    await Promise.all((['camera', 'microphone'] as const).map((source) => {
      const track = tracks[source];
      return track ? this.#send(source, track) : null;
    }));
  }

  async toggleCamera(): Promise<void> {
    if (this.#media.localTrack('camera')) {
      rememberDevices({ cameraOn: false });
      return this.#media.halt('camera');
    }
    if (await this.#open('camera', () => openCamera(deviceChoice().cameraId))) rememberDevices({ cameraOn: true });
  }

  /** A muted microphone stays open: speaking again must not wait for the device. */
  async toggleMicrophone(): Promise<void> {
    const local = this.#media.localTrack('microphone');
    if (this.#silenced() && local?.muted !== false) return this.#tell('tell', 'door.microphone.lockedNow');
    if (local) return this.#media.mute('microphone', !local.muted);
    if (await this.#open('microphone', () => openMicrophone(deviceChoice().microphoneId))) rememberDevices({ microphoneOn: true });
  }

  async toggleScreen(): Promise<void> {
    if (this.#media.localTrack('screen')) return this.stopScreen();
    if (this.#opening.has('screen')) return;
    this.#opening.add('screen');
    try {
      const { video, audio, trouble } = await openScreen();
      // Closing the browser's own dialog is a decision, not a trouble.
      if (trouble && trouble !== 'refused') this.#tell('bad', `classroom.device.trouble.screen.${trouble}`);
      if (!video) return;
      video.addEventListener('ended', () => { void this.stopScreen(); });
      await Promise.all([this.#media.send('screen', video), audio ? this.#media.send('screenAudio', audio) : null]);
    } finally {
      this.#opening.delete('screen');
    }
  }

  async stopScreen(): Promise<void> { await Promise.all([this.#media.halt('screen'), this.#media.halt('screenAudio')]); }

  async stopAll(): Promise<void> {
    await Promise.all((['camera', 'microphone', 'screen', 'screenAudio'] as const).map((source) => this.#media.halt(source)));
  }

  close(): void { this.#closed = true; }
}
