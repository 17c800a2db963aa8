// The edge's side of a room: takes every producer from the origin and brings there what guests send here. Tries again until the origin says that the room is over.
import type { types as ms } from 'mediasoup';
import type { LinkedProducer } from '#contracts/sfu-link.ts';
import { DomainError } from '#domain/errors.ts';
import type { Logger } from '#runtime/log.ts';
import type { PipePlace } from '../addresses.ts';
import { closeProducer, type MediaProducer } from '../media-producer.ts';
import { EdgeLine, type LineCallbacks } from './edge-line.ts';
import { Pipe } from './pipe.ts';

/** How often an edge asks for a key frame: the first request goes at once, later ones wait for each other. See docs/decisions/016-key-frames-at-edges.md. */
export const edgeKeyFrameDelayMs = 1000;
/** `room:open` waits this long for the first link and what comes with it, then answers with what there is. */
const firstLinkMs = 3000;
const retryOpenMs = 500;
/** An unpaused producer sends something within this time; nothing at all means that the network lets nothing through. */
const silentMs = 5000;

export interface EdgeLinkOptions {
  roomId: string; epoch: number; nodeId: string; origin: { nodeId: string; controlUrl: string }; secret: string;
  router: ms.Router; place: PipePlace; log: Logger;
  /** Producers of guests whose sender is here. */
  locals: () => MediaProducer[];
  adopt: (producer: MediaProducer) => Promise<void>;
  watch: (transport: ms.Transport) => void;
  onHushed: (producerIds: ReadonlySet<string>) => void;
  /** Taken over a new pipe: who received it over the former one does so no more. */
  onRenewed: (producer: MediaProducer) => void;
  /** Told on every change; the line counts as up until it is known not to be. */
  onLinked: (up: boolean) => void;
}

export class EdgeLink {
  readonly #options: EdgeLinkOptions;
  readonly #line: EdgeLine;
  readonly #first = Promise.withResolvers<void>();
  /** What the origin announced and has not arrived yet, for the first answer. */
  readonly #awaited = new Set<string>();
  /** What the former pipe brought. */
  #former = new Set<string>();
  /** Own pauses under way: what the origin says meanwhile it said before it heard of them. */
  readonly #pausing = new Map<string, number>();
  readonly #firstTimer: NodeJS.Timeout;
  #pipe: Pipe | null = null;
  #silence: NodeJS.Timeout | undefined;
  #turn: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | null = null;
  #linked = false;
  #toldUp = true;
  #state: 'open' | 'ended' | 'closed' = 'open';

  constructor(options: EdgeLinkOptions) {
    this.#options = options;
    const { roomId, epoch, origin, secret, log } = options;
    this.#line = new EdgeLine({ controlUrl: origin.controlUrl, secret, log, about: { roomId, epoch, origin: origin.nodeId } }, {
      onUp: () => void this.#queue(() => this.#open()), onDown: () => this.#down(), on: this.#events(),
    });
    this.#firstTimer = setTimeout(() => this.#first.resolve(), firstLinkMs);
    this.#first.promise.catch(() => undefined);
  }

  /** Resolves with the first link and all it brings, or when that takes too long; room_moved when the origin has no such run of the room. */
  get ready(): Promise<void> { return this.#first.promise; }

  /** A guest sends here. Resolves when the origin has it; without a link that is made up for later. */
  offer(producer: MediaProducer): Promise<void> {
    return this.#queue(async () => { if (this.#linked) await this.#give(producer); });
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#stop('roomClosed');
  }

  #events(): LineCallbacks['on'] {
    return {
      'link:produced': ({ producer }) => void this.#queue(() => this.#take(producer)),
      'link:paused': ({ producerId, paused }) => void this.#queue(async () => { if (!this.#pausing.has(producerId)) await this.#pipe?.mirrorPause(producerId, paused); }),
      'link:closed': ({ producerId }) => void this.#queue(async () => this.#pipe?.mirrorClose(producerId, 'stopped')),
      'link:hushed': ({ producerIds }) => void this.#queue(async () => this.#options.onHushed(new Set(producerIds))),
      'link:ended': () => void this.#queue(async () => this.#end()),
    };
  }

  /** One thing after the other: what was told before an answer is not overtaken by it. */
  #queue(work: () => Promise<unknown>): Promise<void> {
    this.#turn = this.#turn.then(async () => {
      if (this.#state === 'open') await work();
    }).catch((error: unknown) => {
      const { roomId, origin, log } = this.#options;
      if (this.#state === 'open') log.warn({ err: error, roomId, origin: origin.nodeId }, 'link to the origin');
    });
    return this.#turn;
  }

  async #open(): Promise<void> {
    if (this.#linked || !this.#line.up) return;
    try {
      const producerIds = await this.#connect();
      this.#pipe!.keepOnly(producerIds, 'stopped');
      this.#linked = true;
      for (const id of producerIds) if (!this.#pipe!.takenIds.includes(id)) this.#awaited.add(id);
      this.#arrived(null);
      this.#tell(true);
      this.#watchSilence();
      for (const producer of this.#options.locals()) await this.#give(producer);
    } catch (error) {
      if (error instanceof DomainError && error.code === 'room_moved') return this.#end();
      this.#tell(false);
      const { roomId, origin, log } = this.#options;
      log.warn({ err: error, roomId, origin: origin.nodeId }, 'link to the origin not opened yet');
      this.#retry = setTimeout(() => void this.#queue(() => this.#open()), retryOpenMs);
    }
  }

  /** With the pipe there was, if the origin still has it, else with a new one. Answers what the origin has. */
  async #connect(): Promise<string[]> {
    const { roomId, epoch, nodeId } = this.#options;
    const pipe = this.#pipe ??= await this.#makePipe();
    const again = pipe.other !== null;
    try {
      const { end, producerIds } = await this.#line.ask('link:open', { roomId, epoch, nodeId, end: pipe.end, again, producerIds: this.#options.locals().map(({ id }) => id) });
      await pipe.connect(end);
      return producerIds;
    } catch (error) {
      if (!again || !(error instanceof DomainError) || error.code !== 'not_found') throw error;
    }
    this.#former = new Set(pipe.takenIds);
    pipe.close('transportClosed');
    this.#pipe = null;
    return this.#connect();
  }

  async #makePipe(): Promise<Pipe> {
    const { router, place, origin, roomId, watch } = this.#options;
    const pipe = await Pipe.create({
      router, place, otherNodeId: origin.nodeId, keyFrameRequestDelay: edgeKeyFrameDelayMs, decides: false,
      say: {
        paused: (producerId, paused) => void this.#sayPaused(producerId, paused),
        closed: (producerId) => void this.#ask(() => this.#line.ask('link:close', { roomId, producerId })),
      },
    });
    watch(pipe.transport);
    return pipe;
  }

  /** The line stands and media do not arrive: an operator must open the ports. */
  #watchSilence(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => void (async () => {
      const pipe = this.#pipe;
      if (!this.#linked || !pipe?.expects) return;
      const [stats] = await pipe.transport.getStats();
      const { roomId, origin, place, log } = this.#options;
      if (stats?.bytesReceived === 0) log.error({ roomId, origin: origin.nodeId, address: place.address, port: pipe.end.port }, 'no media from the origin: UDP of MEDIA_PIPE_PORTS must pass between the nodes');
    })().catch(() => undefined), silentMs);
  }

  async #take(linked: LinkedProducer): Promise<void> {
    try {
      const producer = await this.#pipe?.take(linked);
      if (producer) await this.#options.adopt(producer);
      if (producer && this.#former.delete(producer.id)) this.#options.onRenewed(producer);
    } finally {
      this.#arrived(linked.producerId);
    }
  }

  /** The first answer is complete when everything announced with it is here. */
  #arrived(producerId: string | null): void {
    if (producerId !== null) this.#awaited.delete(producerId);
    if (this.#linked && this.#awaited.size === 0) this.#first.resolve();
  }

  async #give(producer: MediaProducer): Promise<void> {
    if (producer.closed || !this.#pipe) return;
    try {
      await this.#line.ask('link:produce', { roomId: this.#options.roomId, producer: await this.#pipe.give(producer, () => false) });
    } catch (error) {
      if (error instanceof DomainError && error.code === 'producer_not_found') return closeProducer(producer, 'transportClosed');
      const { roomId, log } = this.#options;
      if (!producer.closed) log.error({ err: error, roomId, producerId: producer.id }, 'a guest does not reach the origin');
    }
  }

  async #sayPaused(producerId: string, paused: boolean): Promise<void> {
    this.#pausing.set(producerId, (this.#pausing.get(producerId) ?? 0) + 1);
    await this.#ask(() => this.#line.ask('link:pause', { roomId: this.#options.roomId, producerId, paused }));
    const left = this.#pausing.get(producerId)! - 1;
    if (left > 0) this.#pausing.set(producerId, left);
    else this.#pausing.delete(producerId);
  }

  /** Without a line nothing is lost: everything is compared when it is back. */
  async #ask(work: () => Promise<unknown>): Promise<void> {
    if (!this.#linked || this.#state !== 'open') return;
    await work().catch((error: unknown) => this.#options.log.debug({ err: error, roomId: this.#options.roomId }, 'not told to the origin'));
  }

  #down(): void {
    if (this.#state !== 'open') return;
    this.#linked = false;
    this.#tell(false);
  }

  #tell(up: boolean): void {
    if (this.#toldUp === up) return;
    this.#toldUp = up;
    const { roomId, epoch, origin, log, onLinked } = this.#options;
    log[up ? 'info' : 'warn']({ roomId, epoch, origin: origin.nodeId }, up ? 'origin is back' : 'origin is away');
    onLinked(up);
  }

  /** The run of the room is over at the origin: what is here ends, and signaling says where the room goes on. */
  #end(): void {
    this.#state = 'ended';
    this.#first.reject(new DomainError('room_moved', 'the origin has no such run of this room'));
    this.#stop('transportClosed');
    for (const producer of this.#options.locals()) closeProducer(producer, 'transportClosed');
    this.#tell(false);
  }

  #stop(reason: string): void {
    clearTimeout(this.#firstTimer);
    clearTimeout(this.#silence);
    if (this.#retry) clearTimeout(this.#retry);
    this.#line.close();
    this.#pipe?.close(reason);
    this.#first.resolve();
  }

  get ended(): boolean { return this.#state === 'ended'; }
}
