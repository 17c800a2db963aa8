// Who is speaking in a room: the loudest microphone, null in silence. Sound shared from a screen is nobody's voice.
import type { types as ms } from 'mediasoup';
import type { Volume } from './loudest-microphones.ts';

const intervalMs = 400;
const quietDb = -55;
/** More microphones than this are never open in one room at once. */
const mostVolumes = 64;
/** A pause between two words is not silence. */
const silenceMs = 1500;

export interface SpeakerCallbacks {
  onSpeaker: (peerId: string | null) => void;
  /** Every microphone heard in the last interval. */
  onVolumes: (volumes: Volume[]) => void;
}

export class SpeakerWatch {
  readonly #observer: ms.AudioLevelObserver;
  readonly #peers = new Map<string, string>();
  readonly #callbacks: SpeakerCallbacks;
  #speaker: string | null = null;
  #silence: NodeJS.Timeout | null = null;

  private constructor(observer: ms.AudioLevelObserver, callbacks: SpeakerCallbacks) {
    this.#observer = observer;
    this.#callbacks = callbacks;
    observer.on('volumes', (volumes) => {
      const [loudest] = volumes;
      this.#changed(loudest ? this.#peers.get(loudest.producer.id) ?? null : null);
      callbacks.onVolumes(volumes.map(({ producer, volume }) => ({ producerId: producer.id, db: volume })));
    });
    observer.on('silence', () => { if (this.#speaker !== null) this.#silence ??= setTimeout(() => this.#changed(null), silenceMs); });
  }

  static async create(router: ms.Router, callbacks: SpeakerCallbacks): Promise<SpeakerWatch> {
    return new SpeakerWatch(await router.createAudioLevelObserver({ maxEntries: mostVolumes, threshold: quietDb, interval: intervalMs }), callbacks);
  }

  close(): void {
    if (this.#silence) clearTimeout(this.#silence);
    this.#silence = null;
  }

  async listenTo(producer: ms.Producer, peerId: string): Promise<void> {
    this.#peers.set(producer.id, peerId);
    producer.observer.once('close', () => {
      this.#peers.delete(producer.id);
      if (this.#speaker === peerId) this.#changed(null);
    });
    await this.#observer.addProducer({ producerId: producer.id }).catch((error: unknown) => {
      // It ended meanwhile: nobody will be heard of it.
      if (!producer.closed) throw error;
    });
  }

  #changed(peerId: string | null): void {
    if (this.#silence) clearTimeout(this.#silence);
    this.#silence = null;
    if (peerId === this.#speaker) return;
    this.#speaker = peerId;
    this.#callbacks.onSpeaker(peerId);
  }
}
