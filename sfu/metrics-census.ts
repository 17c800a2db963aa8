// What this node carries, counted through mediasoup's own observers: whatever part of the node opens a transport or a stream, it is in the count.
import type { types as ms } from 'mediasoup';

/** One browser that receives: its transport and what is sent on it. */
export interface Receiver { transport: ms.Transport; consumers: Set<ms.Consumer> }

export class MediaCensus {
  readonly transports: Record<ms.TransportType, number> = { webrtc: 0, pipe: 0, plain: 0, direct: 0 };
  readonly producers: Record<ms.MediaKind, number> = { audio: 0, video: 0 };
  readonly consumers: Record<ms.MediaKind, number> = { audio: 0, video: 0 };
  /** Only those that something is sent to, in the order they began; changes while it is walked. */
  readonly receivers = new Map<string, Receiver>();

  /** From its birth on; a worker that dies takes all it had with it. */
  watch(worker: ms.Worker): void {
    worker.observer.on('newrouter', (router) => {
      router.observer.on('newtransport', (transport) => this.#transport(transport));
    });
  }

  #transport(transport: ms.Transport): void {
    const { type } = transport;
    this.transports[type]++;
    transport.observer.once('close', () => {
      this.transports[type]--;
      this.receivers.delete(transport.id);
    });
    transport.observer.on('newproducer', (producer) => {
      this.producers[producer.kind]++;
      producer.observer.once('close', () => { this.producers[producer.kind]--; });
    });
    transport.observer.on('newconsumer', (consumer) => {
      this.consumers[consumer.kind]++;
      const receiver = type === 'webrtc' ? this.#receiver(transport) : null;
      receiver?.consumers.add(consumer);
      consumer.observer.once('close', () => {
        this.consumers[consumer.kind]--;
        receiver?.consumers.delete(consumer);
        if (receiver?.consumers.size === 0) this.receivers.delete(transport.id);
      });
    });
  }

  #receiver(transport: ms.Transport): Receiver {
    const known = this.receivers.get(transport.id) ?? { transport, consumers: new Set() };
    this.receivers.set(transport.id, known);
    return known;
  }
}
