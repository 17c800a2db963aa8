// One seat in a room: its transports, what it sends and what it receives. Everything it had ends with it.
import type { types as ms } from 'mediasoup';
import type { ConsumerInfo, TransportInfo } from '#contracts/media.ts';
import { DomainError } from '#domain/errors.ts';
import { kindOfSource, type Source } from '#domain/media.ts';
import { judged } from './judged.ts';
import type { MediaWorker } from './media-worker.ts';
import { closeProducer, keyFrameRequestDelay, mostLayers, type MediaProducer, type ProducerFacts } from './media-producer.ts';
import { openTransport, type Direction, type TransportState } from './peer-transport.ts';
import { PeerConsumers, type ConsumerCallbacks, type Receiver } from './peer-consumers.ts';
import type { RoomRouters } from './room-routers.ts';

export interface PeerOptions extends ConsumerCallbacks {
  peerId: string;
  /** Another peer whose device this is. */
  ownerId?: string | undefined;
  routers: RoomRouters; takeSeat: () => MediaWorker;
  /** Producers not forwarded now. */
  hushed: () => ReadonlySet<string>;
  /** Of everything sent to this peer. */
  watch: (transport: ms.Transport) => void;
  onTransport: (transportId: string, direction: Direction, state: TransportState) => void;
  /** Resolves when the room knows the producer and, if it is recorded, records it. */
  onProducer: (producer: MediaProducer) => Promise<void>;
}
export interface ProduceRequest { transportId: string; kind: ms.MediaKind; source: Source; rtpParameters: ms.RtpParameters; paused: boolean; always?: boolean }
const nobody: ReadonlySet<string> = new Set();
interface Line extends Receiver { connecting: boolean }

export class Peer {
  readonly consumers: PeerConsumers;
  readonly #options: PeerOptions;
  readonly #lines = new Map<Direction, Line>();
  readonly #producers = new Map<string, MediaProducer>();
  #seat: MediaWorker;
  #closed = false;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.consumers = new PeerConsumers(options);
    this.#seat = options.takeSeat();
    this.#seat.load.seats++;
  }

  /** The media worker this peer receives from. */
  get seat(): MediaWorker { return this.#seat; }

  get receives(): boolean { return this.#lines.has('receive'); }

  /** A second transport of the same direction takes the place of the first. */
  async createTransport(direction: Direction): Promise<TransportInfo> {
    const { routers, onTransport } = this.#options;
    if (this.#closed) throw new DomainError('not_entered', 'the peer has left');
    const worker = direction === 'send' ? routers.originWorker : this.#liveSeat();
    const router = await routers.on(worker);
    const transport = await openTransport(router, worker, (state) => onTransport(transport.id, direction, state));
    if (this.#closed) {
      transport.close();
      throw new DomainError('not_entered', 'the peer has left');
    }
    if (direction === 'receive') this.#options.watch(transport);
    this.#lines.get(direction)?.transport.close();
    this.#lines.set(direction, { transport, worker, router, connecting: false });
    const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
    return { transportId: id, iceParameters, iceCandidates, dtlsParameters };
  }

  async connectTransport(transportId: string, dtlsParameters: ms.DtlsParameters): Promise<void> {
    const line = this.#line(transportId);
    if (line.connecting) throw new DomainError('bad_request', 'the transport is connected already');
    line.connecting = true;
    try {
      await judged(() => line.transport.closed, () => line.transport.connect({ dtlsParameters }));
    } catch (error) {
      line.connecting = false;
      throw error;
    }
  }

  async restartIce(transportId: string): Promise<ms.IceParameters> {
    const { transport } = this.#line(transportId);
    return judged(() => transport.closed, () => transport.restartIce());
  }

  /** One producer per source: an earlier one is closed once the new one stands, or before where the new one takes over its m-line. */
  async produce(request: ProduceRequest): Promise<string> {
    const line = this.#line(request.transportId);
    if (line !== this.#lines.get('send')) throw new DomainError('bad_request', 'this transport receives');
    const { kind, source, rtpParameters, paused, always = false } = request;
    if (kindOfSource(source) !== kind) throw new DomainError('bad_request', `${source} is not ${kind}`);
    if ((rtpParameters.encodings?.length ?? 0) > mostLayers) throw new DomainError('bad_request', `at most ${mostLayers} encodings`);
    this.#endSource(source, (former) => former.rtpParameters.mid !== undefined && former.rtpParameters.mid === rtpParameters.mid);
    const { peerId, ownerId } = this.#options;
    const appData: ProducerFacts = { peerId, source, always, ...(ownerId !== undefined && { ownerId }) };
    const producer = await judged(() => line.transport.closed, () => line.transport.produce({ kind, rtpParameters, paused, keyFrameRequestDelay, appData }));
    this.#endSource(source, () => true);
    this.#producers.set(producer.id, producer);
    producer.observer.once('close', () => this.#producers.delete(producer.id));
    await this.#options.onProducer(producer);
    if (producer.closed) throw new DomainError('transport_not_found', 'the transport is closed');
    return producer.id;
  }

  async consume(producer: MediaProducer, rtpCapabilities: ms.RtpCapabilities): Promise<ConsumerInfo> {
    const line = this.#lines.get('receive');
    if (!line || line.transport.closed) throw new DomainError('transport_not_found', 'this peer has no transport to receive on');
    await this.#options.routers.bring(producer.id, line.worker).catch((error: unknown) => {
      if (producer.closed) throw new DomainError('producer_not_found', 'the producer is closed');
      if (line.worker.worker.closed) throw new DomainError('media_unavailable', 'the media worker died');
      throw error;
    });
    return this.consumers.add(line, producer, rtpCapabilities, () => this.#hushedOn(line.worker).has(producer.id));
  }

  /** Over a pipe nothing comes of these anyhow; on the worker where they are sent to, the consumers themselves wait. */
  hush(): void {
    const line = this.#lines.get('receive');
    if (line) this.consumers.hush(this.#hushedOn(line.worker));
  }

  #hushedOn(worker: MediaWorker): ReadonlySet<string> {
    return worker === this.#options.routers.originWorker ? this.#options.hushed() : nobody;
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    this.consumers.silence();
    for (const producer of [...this.#producers.values()]) closeProducer(producer, reason);
    for (const { transport } of this.#lines.values()) transport.close();
    this.#seat.load.seats--;
  }

  /** A seat on a dead worker is given up for another one. */
  #liveSeat(): MediaWorker {
    if (!this.#seat.worker.closed) return this.#seat;
    const seat = this.#options.takeSeat();
    this.#seat.load.seats--;
    this.#seat = seat;
    this.#seat.load.seats++;
    return this.#seat;
  }

  #line(transportId: string): Line {
    const line = [...this.#lines.values()].find(({ transport }) => transport.id === transportId);
    if (!line || line.transport.closed) throw new DomainError('transport_not_found', 'this peer has no such transport');
    return line;
  }

  sends(producerId: string): boolean { return this.#producers.has(producerId); }

  #endSource(source: Source, which: (former: MediaProducer) => boolean): void {
    for (const former of [...this.#producers.values()]) {
      if (former.appData.source === source && which(former)) closeProducer(former, 'replaced');
    }
  }
}
