// What one peer receives: its consumers, each with the layer it wants.
import type { types as ms } from 'mediasoup';
import type { ConsumerInfo } from '#contracts/media.ts';
import { DomainError } from '#domain/errors.ts';
import { judged } from './judged.ts';
import type { MediaWorker } from './media-worker.ts';
import { topLayer, type MediaProducer } from './media-producer.ts';
import type { Wish } from './wanted-layers.ts';

interface Receiving {
  consumer: ms.Consumer; spatialLayer: number; top: number;
  /** Whether its viewer wants it. What is hushed is not sent all the same. */
  on: boolean; hushed: boolean;
}
/** Where a peer receives. */
export interface Receiver { transport: ms.WebRtcTransport; worker: MediaWorker; router: ms.Router }
export interface ConsumerCallbacks {
  /** What this consumer wants of its producer; undefined: it is gone. */
  onWish: (producerId: string, consumerId: string, wish: Wish | undefined) => void;
  /** Closed by something else than its own peer. */
  onClosed: (consumerId: string) => void;
}

export class PeerConsumers {
  readonly #receiving = new Map<string, Receiving>();
  readonly #callbacks: ConsumerCallbacks;
  #quiet = false;

  constructor(callbacks: ConsumerCallbacks) { this.#callbacks = callbacks; }

  /** From here on nothing is told: the peer itself leaves. */
  silence(): void { this.#quiet = true; }

  /** Starts paused. A second one of the same producer takes the place of the first. Errors: cannot_consume, producer_not_found. */
  async add(line: Receiver, producer: MediaProducer, rtpCapabilities: ms.RtpCapabilities, isHushed: () => boolean): Promise<ConsumerInfo> {
    const { transport, router, worker } = line;
    if (producer.closed) throw new DomainError('producer_not_found', 'the producer is closed');
    if (!router.canConsume({ producerId: producer.id, rtpCapabilities })) throw new DomainError('cannot_consume', 'no codec in common with this producer');
    const consumer = await judged(() => transport.closed, () => transport.consume({ producerId: producer.id, rtpCapabilities, paused: true }));
    if (producer.closed) {
      consumer.close();
      throw new DomainError('producer_not_found', 'the producer is closed');
    }
    for (const { consumer: former } of [...this.#receiving.values()]) if (former.producerId === producer.id) former.close();
    const top = topLayer(producer);
    this.#receiving.set(consumer.id, { consumer, spatialLayer: top, top, on: false, hushed: isHushed() });
    this.#callbacks.onWish(producer.id, consumer.id, null);
    this.#follow(consumer, worker);
    return { consumerId: consumer.id, producerId: producer.id, kind: consumer.kind, rtpParameters: consumer.rtpParameters, producerPaused: producer.paused };
  }

  /** Mediasoup asks the sender for a key frame, so a picture follows at once. */
  async resume(consumerId: string): Promise<void> {
    const receiving = this.#get(consumerId);
    receiving.on = true;
    this.#callbacks.onWish(receiving.consumer.producerId, consumerId, receiving.spatialLayer);
    if (!receiving.hushed) await receiving.consumer.resume();
  }

  async pause(consumerId: string): Promise<void> {
    const receiving = this.#get(consumerId);
    receiving.on = false;
    // Before the wait: somebody who resumes meanwhile has the last word.
    this.#callbacks.onWish(receiving.consumer.producerId, consumerId, null);
    await receiving.consumer.pause();
  }

  /** These producers are not sent until they are left out again; a viewer's own wish is kept. */
  hush(producerIds: ReadonlySet<string>): void {
    for (const receiving of this.#receiving.values()) {
      const hushed = producerIds.has(receiving.consumer.producerId);
      if (hushed === receiving.hushed) continue;
      receiving.hushed = hushed;
      // Refused only when the consumer has closed.
      if (receiving.on) (hushed ? receiving.consumer.pause() : receiving.consumer.resume()).catch(() => undefined);
    }
  }

  async prefer(consumerId: string, spatialLayer: number): Promise<void> {
    const receiving = this.#get(consumerId);
    const { consumer, top, on } = receiving;
    receiving.spatialLayer = Math.min(spatialLayer, top);
    this.#callbacks.onWish(consumer.producerId, consumer.id, on ? receiving.spatialLayer : null);
    if (consumer.type === 'simulcast') await consumer.setPreferredLayers({ spatialLayer: receiving.spatialLayer });
  }

  #get(consumerId: string): Receiving {
    const receiving = this.#receiving.get(consumerId);
    if (!receiving) throw new DomainError('consumer_not_found', 'this peer has no such consumer');
    return receiving;
  }

  #follow(consumer: ms.Consumer, worker: MediaWorker): void {
    worker.load.consumers++;
    const closed = (): void => { if (!this.#quiet) this.#callbacks.onClosed(consumer.id); };
    consumer.on('producerclose', closed);
    consumer.on('transportclose', closed);
    consumer.observer.once('close', () => {
      worker.load.consumers--;
      this.#receiving.delete(consumer.id);
      this.#callbacks.onWish(consumer.producerId, consumer.id, undefined);
    });
  }
}
