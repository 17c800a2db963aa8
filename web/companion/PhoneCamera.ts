// One phone as second camera: its line, its media and its camera, and what follows from what.
import { shallowReactive } from 'vue';
import type { PhoneView } from '#contracts/companion.ts';
import { openRearCamera, type DeviceTrouble } from '../classroom/local-devices.ts';
import { preloadMedia } from '../classroom/media-device.ts';
import { MediaClient } from '../classroom/MediaClient.ts';
import type { MediaLink } from '../classroom/media-tracks.ts';
import type { MediaPhase } from '../classroom/recovery.ts';
import { RequestError } from '../classroom/request-error.ts';
import type { PhonePass } from './companion-link.ts';
import { PhoneConnection, type PhoneLink } from './PhoneConnection.ts';
import { hasLamp, switchLamp } from './camera-lamp.ts';

/** Of a page that filmed, for one that takes its place in this tab: phones throw pages away and load them anew. */
const filmingKey = 'keshi.companion.filming';

export interface PhoneState {
  link: PhoneLink; view: PhoneView | null; media: MediaPhase;
  /** What is sent, or would be if the line were there. */
  track: MediaStreamTrack | null;
  opening: boolean; trouble: DeviceTrouble | null; lamp: 'none' | 'off' | 'on';
  /** The browser can send no pictures at all. */
  unsupported: boolean;
}

export class PhoneCamera {
  readonly state: PhoneState = shallowReactive<PhoneState>({
    link: { phase: 'connecting', code: null, reason: null }, view: null, media: 'off', track: null, opening: false, trouble: null, lamp: 'none', unsupported: false,
  });
  readonly #connection: PhoneConnection;
  readonly #token: string;
  readonly #media: MediaClient;
  /** The person wants to be sending. */
  #wanted = false;
  #closed = false;

  private constructor(pass: PhonePass) {
    const { state } = this;
    this.#token = pass.token;
    // Names and shapes are those of the phone's own table: what is not in it is refused there.
    const ask = ((name, data) => this.#connection.request(name as 'media:join', data)) as MediaLink['request'];
    this.#media = MediaClient.create({ request: ask }, {
      phase: (phase) => { state.media = phase; },
      local: (tracks) => { state.track = tracks[0]?.track ?? null; state.lamp = hasLamp(state.track) ? 'off' : 'none'; },
      ended: () => { void this.look(); },
      remote: () => undefined, joined: () => undefined, refused: () => undefined, reached: () => undefined, joinFailed: () => undefined,
    }, false);
    this.#connection = PhoneConnection.create(pass, {
      link: (link) => this.#linked(link),
      here: (view) => {
        state.view = view;
        this.#media.linked();
        this.#media.verify(view.producers);
        this.#media.start();
        if (!this.#wanted && this.#filmed()) void this.start();
      },
      wanted: (producerId, maxSpatialLayer) => { void this.#media.wanted(producerId, maxSpatialLayer); },
      reset: () => this.#media.reset(),
    });
  }

  static create(pass: PhonePass): PhoneCamera {
    const phone = new PhoneCamera(pass);
    preloadMedia().catch(() => { phone.state.unsupported = true; });
    return phone;
  }

  #linked(link: PhoneLink): void {
    this.state.link = link;
    if (link.phase === 'reconnecting') this.#media.unlinked();
    if (link.phase === 'refused' || link.phase === 'ended') {
      this.#want(false);
      this.#media.stop();
    }
  }

  #want(wanted: boolean): void {
    this.#wanted = wanted;
    try {
      if (wanted) sessionStorage.setItem(filmingKey, this.#token);
      else sessionStorage.removeItem(filmingKey);
    } catch { /* Storage may be forbidden: then the button is pressed again. */ }
  }

  #filmed(): boolean {
    try { return sessionStorage.getItem(filmingKey) === this.#token; } catch { return false; }
  }

  async start(): Promise<void> {
    this.#want(true);
    await this.#open();
  }

  async stop(): Promise<void> {
    this.#want(false);
    await this.#media.halt('documentCamera');
  }

  /** The page is looked at again, or the camera ended by itself: what should be sent is sent. */
  async look(): Promise<void> {
    if (this.#wanted && !document.hidden && this.state.track?.readyState !== 'live') await this.#open();
  }

  async #open(): Promise<void> {
    if (this.state.opening || this.#media.localTrack('documentCamera')?.track.readyState === 'live') return;
    this.state.opening = true;
    try {
      const { track, trouble } = await openRearCamera();
      this.state.trouble = trouble;
      if (!track) return;
      if (this.#closed || !this.#wanted) return track.stop();
      await this.#media.send('documentCamera', track);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
    } finally {
      this.state.opening = false;
    }
  }

  async toggleLamp(): Promise<void> {
    const { track, lamp } = this.state;
    if (!track || lamp === 'none') return;
    if (await switchLamp(track, lamp === 'off')) this.state.lamp = lamp === 'off' ? 'on' : 'off';
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#media.close();
    this.#connection.close();
  }
}
