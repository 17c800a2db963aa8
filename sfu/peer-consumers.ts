// What one peer receives: its consumers, each with the layer it wants.
import type { types as ms } from 'mediasoup';
import type { ConsumerInfo } from '#contracts/media.ts';
import { DomainError } from '#domain/errors.ts';
import { judged } from './judged.ts';
import type { MediaWorker } from './media-worker.ts';
import { topLayer, type MediaProducer } from './media-producer.ts';
import type { Wish } from './wanted-layers.ts';

interface Receiving { consumer: ms.Consumer; spatialLayer: number; top: number }
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
  async add(transport: ms.WebRtcTransport, router: ms.Router, worker: MediaWorker, producer: MediaProducer, rtpCapabilities: ms.RtpCapabilities): Promise<ConsumerInfo> {
    if (producer.closed) throw new DomainError('producer_not_found', 'the producer is closed');
    if (!router.canConsume({ producerId: producer.id, rtpCapabilities })) throw new DomainError('cannot_consume', 'no codec in common with this producer');
    const consumer = await judged(() => transport.closed, () => transport.consume({ producerId: producer.id, rtpCapabilities, paused: true }));
    for (const { consumer: former } of [...this.#receiving.values()]) if (former.producerId === producer.id) former.close();
    const top = topLayer(producer);
    this.#receiving.set(consumer.id, { consumer, spatialLayer: top, top });
    this.#callbacks.onWish(producer.id, consumer.id, null);
    this.#follow(consumer, worker);
    return { consumerId: consumer.id, producerId: producer.id, kind: consumer.kind, rtpParameters: consumer.rtpParameters, producerPaused: consumer.producerPaused };
  }

  /** Mediasoup asks the sender for a key frame, so a picture follows at once. */
  async resume(consumerId: string): Promise<void> {
    const { consumer, spatialLayer } = this.#get(consumerId);
    this.#callbacks.onWish(consumer.producerId, consumer.id, spatialLayer);
    await consumer.resume();
  }

  async pause(consumerId: string): Promise<void> {
    const { consumer } = this.#get(consumerId);
    await consumer.pause();
    this.#callbacks.onWish(consumer.producerId, consumer.id, null);
  }

  async prefer(consumerId: string, spatialLayer: number): Promise<void> {
    const receiving = this.#get(consumerId);
    const { consumer, top } = receiving;
    receiving.spatialLayer = Math.min(spatialLayer, top);
    this.#callbacks.onWish(consumer.producerId, consumer.id, consumer.paused ? null : receiving.spatialLayer);
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
