// One arriving track and what the server was last asked for it: whether it flows, and in which layer.
import type { types as client } from 'mediasoup-client';
import type { Source } from '#domain/media.ts';
import { layerFor } from './layer-choice.ts';
import type { MediaLink } from './media-tracks.ts';

export class ReceivedTrack {
  readonly #link: MediaLink;
  readonly #consumer: client.Consumer;
  readonly #source: Source;
  #flowing = false;
  /** The server starts with the top layer. */
  #layer: 0 | 1 | 2 = 2;

  constructor(link: MediaLink, consumer: client.Consumer, source: Source) {
    this.#link = link;
    this.#consumer = consumer;
    this.#source = source;
  }

  get consumerId(): string { return this.#consumer.id; }

  /** Lets it flow for a picture of this height, or stops it with null. Says only what has changed. */
  async show(height: number | null): Promise<void> {
    const consumerId = this.#consumer.id;
    const flowing = height !== null;
    const asked: Promise<unknown>[] = [];
    const layer = layerFor(height ?? 0, globalThis.devicePixelRatio);
    if (flowing && this.#source === 'camera' && layer !== this.#layer) {
      this.#layer = layer;
      asked.push(this.#link.request('media:preferLayer', { consumerId, spatialLayer: layer }));
    }
    if (flowing !== this.#flowing) {
      this.#flowing = flowing;
      asked.push(this.#link.request(flowing ? 'media:resumeConsumer' : 'media:pauseConsumer', { consumerId }));
    }
    await Promise.all(asked);
  }

  close(): void { this.#consumer.close(); }
}
