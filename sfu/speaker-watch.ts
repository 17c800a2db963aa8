// Who is speaking in a room: the loudest microphone, null in silence. Sound shared from a screen is nobody's voice.
import type { types as ms } from 'mediasoup';

const intervalMs = 400;
const quietDb = -55;
/** A pause between two words is not silence. */
const silenceMs = 1500;

export class SpeakerWatch {
  readonly #observer: ms.AudioLevelObserver;
  readonly #peers = new Map<string, string>();
  readonly #onChange: (peerId: string | null) => void;
  #speaker: string | null = null;
  #silence: NodeJS.Timeout | null = null;

  constructor(observer: ms.AudioLevelObserver, onChange: (peerId: string | null) => void) {
    this.#observer = observer;
    this.#onChange = onChange;
    observer.on('volumes', ([loudest]) => this.#changed(loudest ? this.#peers.get(loudest.producer.id) ?? null : null));
    observer.on('silence', () => { if (this.#speaker !== null) this.#silence ??= setTimeout(() => this.#changed(null), silenceMs); });
  }

  static observerOf(router: ms.Router): Promise<ms.AudioLevelObserver> {
    return router.createAudioLevelObserver({ maxEntries: 1, threshold: quietDb, interval: intervalMs });
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
    await this.#observer.addProducer({ producerId: producer.id });
  }

  #changed(peerId: string | null): void {
    if (this.#silence) clearTimeout(this.#silence);
    this.#silence = null;
    if (peerId === this.#speaker) return;
    this.#speaker = peerId;
    this.#onChange(peerId);
  }
}
