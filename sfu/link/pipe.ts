// One end of the media way between two nodes for one room: what is given to the other side and what is taken from it.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { types as ms } from 'mediasoup';
import type { LinkedProducer, PipeEnd } from '#contracts/sfu-link.ts';
import { DomainError } from '#domain/errors.ts';
import { kindOfSource } from '#domain/media.ts';
import type { PipePlace } from '../addresses.ts';
import { hush } from '../hush.ts';
import { judged } from '../judged.ts';
import { closeProducer, mostLayers, type MediaProducer, type ProducerFacts } from '../media-producer.ts';

export interface PipeOptions {
  router: ms.Router; place: PipePlace;
  /** The node at the other side, noted in what is taken from it. */
  otherNodeId: string;
  keyFrameRequestDelay: number;
  /** Whether the other side hears when something taken from it is paused or closed here: the origin decides for an edge's guests, not the other way round. */
  decides: boolean;
  say: { paused: (producerId: string, paused: boolean) => void; closed: (producerId: string) => void };
}
interface Strand {
  producer: MediaProducer;
  /** Of what is given; null for what is taken. */
  consumer: ms.Consumer | null;
  /** What the other side knows. */
  toldPaused: boolean;
  unfollow: () => void;
}

export const sameEnd = (one: PipeEnd, other: PipeEnd): boolean =>
  one.ip === other.ip && one.port === other.port && one.srtpParameters.keyBase64 === other.srtpParameters.keyBase64;

export class Pipe {
  readonly transport: ms.PipeTransport;
  readonly end: PipeEnd;
  readonly #options: PipeOptions;
  readonly #strands = new Map<string, Strand>();
  readonly #giving = new Map<string, Promise<ms.Consumer>>();
  #other: PipeEnd | null = null;

  private constructor(transport: ms.PipeTransport, options: PipeOptions) {
    this.transport = transport;
    this.#options = options;
    this.end = { ip: options.place.address, port: transport.tuple.localPort, srtpParameters: transport.srtpParameters! };
  }

  static async create(options: PipeOptions): Promise<Pipe> {
    const { router, place } = options;
    const transport = await router.createPipeTransport({ listenInfo: place.listenInfo, enableSctp: false, enableRtx: true, enableSrtp: true });
    return new Pipe(transport, options);
  }

  /** The other side's end; null until connected. */
  get other(): PipeEnd | null { return this.#other; }
  /** Whether the other side brought it. */
  takes(producerId: string): boolean { return this.#strands.get(producerId)?.consumer === null; }
  get takenIds(): string[] { return [...this.#strands.values()].filter(({ consumer }) => consumer === null).map(({ producer }) => producer.id); }

  /** Whether anything should be coming in now. */
  get expects(): boolean { return [...this.#strands.values()].some(({ consumer, producer }) => consumer === null && !producer.paused); }

  /** Once; asked again with the same end it does nothing. */
  async connect(other: PipeEnd): Promise<void> {
    if (this.#other) {
      if (sameEnd(this.#other, other)) return;
      throw new DomainError('bad_request', 'this pipe leads elsewhere');
    }
    const ip = isIP(other.ip) ? other.ip : (await lookup(other.ip)).address;
    await judged(() => this.transport.closed, () => this.transport.connect({ ip, port: other.port, srtpParameters: other.srtpParameters }));
    this.#other = other;
  }

  /** Sends a producer of this side through; answers what the other side needs to know of it, also when it is on its way already. */
  async give(producer: MediaProducer, isHushed: () => boolean): Promise<LinkedProducer> {
    const consumer = await this.#giver(producer);
    hush(consumer, isHushed());
    const strand = this.#strands.get(producer.id);
    if (!strand) throw new DomainError('producer_not_found', 'the producer is closed');
    strand.toldPaused = producer.paused;
    const { peerId, ownerId, source, always = false } = producer.appData;
    return { producerId: producer.id, peerId, kind: producer.kind, source, paused: producer.paused, rtpParameters: consumer.rtpParameters, always, ...(ownerId !== undefined && { ownerId }) };
  }

  /** Makes a producer here of what comes through; null when it was here already, then only its pause is mirrored. */
  async take(linked: LinkedProducer): Promise<MediaProducer | null> {
    const { producerId, kind, source, peerId, ownerId, paused, rtpParameters, always = false } = linked;
    if (this.#strands.has(producerId)) {
      await this.mirrorPause(producerId, paused);
      return null;
    }
    if (kindOfSource(source) !== kind) throw new DomainError('bad_request', `${source} is not ${kind}`);
    if ((rtpParameters.encodings?.length ?? 0) > mostLayers) throw new DomainError('bad_request', `at most ${mostLayers} encodings`);
    const { otherNodeId, keyFrameRequestDelay } = this.#options;
    const appData: ProducerFacts = { peerId, source, from: otherNodeId, always, ...(ownerId !== undefined && { ownerId }) };
    const producer = await judged(() => this.transport.closed, () => this.transport.produce({ id: producerId, kind, rtpParameters, paused, keyFrameRequestDelay, appData }));
    this.#keep(producer, null, this.#options.decides);
    return producer;
  }

  /** The other side paused or resumed; it is not told what it knows. */
  async mirrorPause(producerId: string, paused: boolean): Promise<void> {
    const strand = this.#strands.get(producerId);
    if (!strand) return;
    strand.toldPaused = paused;
    if (strand.producer.paused !== paused) await (paused ? strand.producer.pause() : strand.producer.resume());
  }

  /** The other side closed it. */
  mirrorClose(producerId: string, reason: string): void {
    const strand = this.#strands.get(producerId);
    if (!strand) return;
    this.#drop(strand);
    closeProducer(strand.producer, reason);
  }

  /** Closes what was taken and is not among these any more. */
  keepOnly(producerIds: readonly string[], reason: string): void {
    for (const producerId of this.takenIds) if (!producerIds.includes(producerId)) this.mirrorClose(producerId, reason);
  }

  hush(producerIds: ReadonlySet<string>): void {
    for (const { producer, consumer } of this.#strands.values()) if (consumer) hush(consumer, producerIds.has(producer.id));
  }

  /** Ends what was taken, with that reason; what was given lives on here. Nothing is said any more. */
  close(reason: string): void {
    for (const strand of [...this.#strands.values()]) {
      this.#drop(strand);
      if (!strand.consumer) closeProducer(strand.producer, reason);
    }
    this.transport.close();
  }

  /** One consumer for each, however many ask at once. */
  #giver(producer: MediaProducer): Promise<ms.Consumer> {
    const known = this.#strands.get(producer.id)?.consumer;
    if (known) return Promise.resolve(known);
    const giving = this.#giving.get(producer.id) ?? this.transport.consume({ producerId: producer.id }).then((consumer) => {
      if (producer.closed) consumer.close();
      else this.#keep(producer, consumer, true);
      return consumer;
    }).finally(() => this.#giving.delete(producer.id));
    this.#giving.set(producer.id, giving);
    return giving;
  }

  #keep(producer: MediaProducer, consumer: ms.Consumer | null, speaks: boolean): void {
    const changed = (): void => {
      if (!speaks || strand.toldPaused === producer.paused) return;
      strand.toldPaused = producer.paused;
      this.#options.say.paused(producer.id, producer.paused);
    };
    const closed = (): void => {
      this.#drop(strand);
      if (speaks) this.#options.say.closed(producer.id);
    };
    const unfollow = (): void => {
      producer.observer.off('pause', changed);
      producer.observer.off('resume', changed);
      producer.observer.off('close', closed);
    };
    const strand: Strand = { producer, consumer, toldPaused: producer.paused, unfollow };
    this.#strands.set(producer.id, strand);
    producer.observer.on('pause', changed);
    producer.observer.on('resume', changed);
    producer.observer.on('close', closed);
  }

  #drop(strand: Strand): void {
    strand.unfollow();
    this.#strands.delete(strand.producer.id);
    strand.consumer?.close();
  }
}
