// One room on this node: its routers, the peers seated here, and everything that is sent in it, wherever that comes from.
import { DomainError } from '#domain/errors.ts';
import type { SfuProducer } from '#contracts/sfu-control.ts';
import type { Logger } from '#runtime/log.ts';
import type { PipePlace } from './addresses.ts';
import type { HealthChange } from './capture/capture-health.ts';
import type { DiskSpace } from './capture/disk-space.ts';
import type { SegmentRules } from './capture/segment-writer.ts';
import { EdgePart } from './edge-part.ts';
import type { OriginLinks } from './link/origin-links.ts';
import type { Capacity } from './load/capacity.ts';
import type { Egress } from './load/egress.ts';
import type { MediaWorker } from './media-worker.ts';
import { closeProducer, describeProducer, ownerOf, type MediaProducer } from './media-producer.ts';
import { OriginPart } from './origin-part.ts';
import { Peer } from './peer.ts';
import type { CaptureGoal, RoomPart } from './room-part.ts';
import { RoomRouters } from './room-routers.ts';
import type { Tell } from './tell.ts';

export interface NodeFacts {
  nodeId: string; bootId: string; dataDirectory: string; rules: SegmentRules; disk: DiskSpace;
  /** With which this node speaks to others, and where it takes their media. */
  secret: string; pipePlace: PipePlace; linkPatienceMs: number;
}
export interface OriginNode { nodeId: string; controlUrl: string }
export interface RoomOptions {
  roomId: string; epoch: number;
  /** Null: it is here. */
  origin: OriginNode | null;
  node: NodeFacts; capacity: Capacity; egress: Egress; tell: Tell; log: Logger;
  /** The media worker that everything here is sent to died: all of it is gone. */
  onLost: () => void;
  onHealth: (change: HealthChange) => void;
}

export interface JoinHow { reserved?: boolean | undefined; ownerId?: string | undefined; unseen?: boolean | undefined }

/** Whoever hears of a producer from the origin's node may ask for it here a moment before it arrives. */
const arrivalMs = 3000;

export class Room {
  readonly routers: RoomRouters;
  readonly #options: RoomOptions;
  readonly #peers = new Map<string, Peer>();
  readonly #producers = new Map<string, MediaProducer>();
  /** Those who wait for a producer that is announced and not here yet. */
  readonly #arrivals = new Map<string, PromiseWithResolvers<void>>();
  #part!: RoomPart;
  #links: OriginLinks | null = null;
  #hushed: ReadonlySet<string> = new Set();
  #closing: Promise<number> | null = null;
  /** The room ends as a whole: of its producers nothing more is told. */
  #quiet = false;

  private constructor(options: RoomOptions, routers: RoomRouters) {
    this.#options = options;
    this.routers = routers;
  }

  /** An edge's room comes with what the origin has, or throws room_moved when the origin has no such run. */
  static async create(options: RoomOptions): Promise<Room> {
    const routers = await RoomRouters.create(options.capacity.seat(true), (worker) => room.#workerLost(worker));
    const room = new Room(options, routers);
    await (options.origin ? room.#beEdge(options.origin) : room.#beOrigin()).catch((error: unknown) => {
      routers.close();
      throw error;
    });
    routers.origin.on('workerclose', () => options.onLost());
    return room;
  }

  get epoch(): number { return this.#options.epoch; }
  get producers(): SfuProducer[] { return [...this.#producers.values()].map(describeProducer); }
  /** The link has ended for good: asked for again, the room is made anew. */
  get over(): boolean { return this.#part.over; }

  /** The edges of this room. Throws room_moved where it is an edge itself. */
  get links(): OriginLinks {
    if (!this.#links || this.#closing) throw new DomainError('room_moved', 'the origin of this room is not here');
    return this.#links;
  }

  startCapture(goal: CaptureGoal): Promise<void> { return this.#part.startCapture(goal); }

  /** A line in the capture's timeline; nothing when the room is not recorded. */
  note(type: string, data: Record<string, unknown>): Promise<void> { return this.#part.note(type, data); }

  /**
   * Takes a seat; what an earlier seat of the same peer had is closed first. Throws media_full for one who is new here. `reserved`: it may be one of those kept. `ownerId`: whose
   * companion it is. `unseen`: what it watches is nobody's wish, so that no sender hears of it.
   */
  join(peerId: string, { reserved = false, ownerId, unseen = false }: JoinHow = {}): Peer {
    if (this.#closing) throw new DomainError('not_found', 'the room is closed');
    const { roomId, capacity, egress, tell } = this.#options;
    const former = this.#peers.get(peerId);
    if (!former) capacity.check(reserved);
    former?.close('rejoined');
    const peer = new Peer({
      peerId, ownerId, routers: this.routers, takeSeat: () => capacity.seat(reserved, this.routers.originWorker),
      hushed: () => this.#hushed, watch: (transport) => egress.watch(transport),
      onTransport: (transportId, direction, state) => tell('transport:changed', { roomId, peerId, transportId, direction, state }),
      onProducer: (producer) => this.adopt(producer),
      onWish: (producerId, consumerId, wish) => { if (!unseen) this.#part.wish(producerId, consumerId, wish); },
      onClosed: (consumerId) => tell('consumer:closed', { roomId, peerId, consumerId }),
    });
    this.#peers.set(peerId, peer);
    return peer;
  }

  /** Idempotent. The router on the peer's worker stays: the next viewer there then needs no new pipe. */
  leave(peerId: string): void {
    this.#peers.get(peerId)?.close('left');
    this.#peers.delete(peerId);
  }

  peer(peerId: string): Peer {
    const peer = this.#peers.get(peerId);
    if (!peer) throw new DomainError('not_entered', 'the peer has no seat in this room');
    return peer;
  }

  /** A producer of that peer: of a seat here, or at the origin of a guest seated at an edge. Pausing and closing it reaches the edge. */
  producerOf(peerId: string, producerId: string): MediaProducer {
    const producer = this.#producers.get(producerId);
    const guest = this.#links !== null && producer?.appData.from !== undefined;
    if (producer?.appData.peerId === peerId && (guest || this.peer(peerId).sends(producerId))) return producer;
    this.peer(peerId);
    throw new DomainError('producer_not_found', 'this peer has no such producer');
  }

  /** At an edge one that is on its way is waited for. */
  async producer(producerId: string): Promise<MediaProducer> {
    if (!this.#producers.has(producerId) && !this.#links) await this.#arrival(producerId);
    const producer = this.#producers.get(producerId);
    if (!producer) throw new DomainError('producer_not_found', 'no such producer in this room');
    return producer;
  }

  /** Makes a producer on the first router part of the room: found, and known to whoever must know of it. */
  async adopt(producer: MediaProducer): Promise<void> {
    if (this.#closing) return closeProducer(producer, 'roomClosed');
    this.#producers.set(producer.id, producer);
    this.routers.originWorker.load.producers++;
    producer.observer.once('close', () => this.#producerClosed(producer));
    this.#arrivals.get(producer.id)?.resolve();
    await this.#part.added(producer);
    if (producer.closed || producer.kind !== 'video') return;
    // Failing here costs the first viewer a moment, nothing else: `bring` is tried again when somebody consumes.
    this.routers.spread(producer.id).catch((error: unknown) => this.#options.log.debug({ err: error, producerId: producer.id }, 'not piped ahead'));
  }

  /** Closes everyone and everything, then seals the capture; answers the number of captures once they are on disk. */
  close(reason: string): Promise<number> {
    this.#closing ??= this.#finish(reason);
    return this.#closing;
  }

  async #finish(reason: string): Promise<number> {
    this.#quiet = true;
    for (const producer of [...this.#producers.values()]) closeProducer(producer, reason);
    for (const peer of this.#peers.values()) peer.close(reason);
    this.#peers.clear();
    const captures = await this.#part.close(reason);
    this.routers.close();
    return captures;
  }

  async #beOrigin(): Promise<void> {
    const { roomId, epoch, node, tell, log, onHealth, egress } = this.#options;
    const { nodeId, bootId, dataDirectory, rules, disk, pipePlace, linkPatienceMs: patienceMs } = node;
    const part = await OriginPart.create({
      roomId, epoch, nodeId, tell, log, onHealth, router: this.routers.origin, place: pipePlace, patienceMs, capture: { bootId, dataDirectory, rules, disk },
      producers: () => [...this.#producers.values()], adopt: (producer) => this.adopt(producer),
      watch: (transport) => egress.watch(transport), onHushed: (producerIds) => this.#hush(producerIds),
    });
    this.#links = part.links;
    this.#part = part;
  }

  async #beEdge(origin: OriginNode): Promise<void> {
    const { roomId, epoch, node, tell, log, egress } = this.#options;
    const part = EdgePart.create({
      roomId, epoch, nodeId: node.nodeId, origin, secret: node.secret, router: this.routers.origin, place: node.pipePlace, log,
      locals: () => [...this.#producers.values()].filter(({ appData }) => appData.from === undefined),
      adopt: (producer) => this.adopt(producer), watch: (transport) => egress.watch(transport),
      onHushed: (producerIds) => this.#hush(producerIds), onLinked: (up) => tell('room:linked', { roomId, epoch, up }),
      onRenewed: (producer) => tell('producer:renewed', { roomId, epoch, producer: describeProducer(producer) }),
    });
    this.#part = part;
    await part.ready.catch(async (error: unknown) => {
      await this.close('roomClosed');
      throw error;
    });
  }

  async #arrival(producerId: string): Promise<void> {
    const arrival = this.#arrivals.get(producerId) ?? Promise.withResolvers<void>();
    this.#arrivals.set(producerId, arrival);
    const late = setTimeout(() => arrival.resolve(), arrivalMs);
    await arrival.promise;
    clearTimeout(late);
    this.#arrivals.delete(producerId);
  }

  #hush(producerIds: ReadonlySet<string>): void {
    this.#hushed = producerIds;
    this.routers.hush(producerIds);
    for (const peer of this.#peers.values()) peer.hush();
  }

  #producerClosed(producer: MediaProducer): void {
    const { source, closeReason } = producer.appData;
    this.#producers.delete(producer.id);
    this.routers.originWorker.load.producers--;
    this.#part.ended(producer, closeReason ?? (this.routers.originWorker.worker.died ? 'workerDied' : 'transportClosed'));
    const { roomId, epoch, tell } = this.#options;
    if (!this.#quiet && this.#part.tellsOf(producer)) tell('producer:closed', { roomId, epoch, peerId: ownerOf(producer), producerId: producer.id, source });
  }

  #workerLost(worker: MediaWorker): void {
    for (const [peerId, peer] of this.#peers) {
      if (peer.seat === worker && peer.receives) this.#options.tell('peer:lost', { roomId: this.#options.roomId, peerId });
    }
  }
}
