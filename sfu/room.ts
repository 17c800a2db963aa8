// One room: its routers, the peers in it, what they send, who speaks, and the capture of all that.
import { DomainError } from '#domain/errors.ts';
import type { SfuProducer } from '#contracts/sfu-control.ts';
import type { Logger } from '#runtime/log.ts';
import type { HealthChange } from './capture/capture-health.ts';
import type { DiskSpace } from './capture/disk-space.ts';
import { RoomCapture } from './capture/room-capture.ts';
import type { SegmentRules } from './capture/segment-writer.ts';
import type { MediaWorker } from './media-worker.ts';
import type { MediaWorkers } from './media-workers.ts';
import { closeProducer, describeProducer, topLayer, type MediaProducer } from './media-producer.ts';
import { Peer } from './peer.ts';
import { RoomRouters } from './room-routers.ts';
import { SpeakerWatch } from './speaker-watch.ts';
import type { Tell } from './tell.ts';
import { WantedLayers } from './wanted-layers.ts';

export interface NodeFacts { nodeId: string; bootId: string; dataDirectory: string; rules: SegmentRules; disk: DiskSpace }
export interface CaptureGoal { lessonId: string; sessionId: string }
export interface RoomOptions {
  roomId: string; epoch: number; node: NodeFacts; workers: MediaWorkers; tell: Tell; log: Logger;
  /** The media worker of the origin died: everything in the room is gone. */
  onLost: () => void;
  onHealth: (change: HealthChange) => void;
}

export class Room {
  readonly routers: RoomRouters;
  readonly #options: RoomOptions;
  readonly #peers = new Map<string, Peer>();
  readonly #producers = new Map<string, MediaProducer>();
  readonly #wanted = new Map<string, WantedLayers>();
  readonly #speaker: SpeakerWatch;
  #capture: Promise<RoomCapture> | null = null;
  /** Recording was to begin and did not. */
  #notStarted = false;
  #closing: Promise<number> | null = null;

  private constructor(options: RoomOptions, routers: RoomRouters, speaker: (onChange: (peerId: string | null) => void) => SpeakerWatch) {
    this.#options = options;
    this.routers = routers;
    this.#speaker = speaker((peerId) => this.#speakerChanged(peerId));
    routers.origin.on('workerclose', () => options.onLost());
  }

  static async create(options: RoomOptions): Promise<Room> {
    let onEdgeLost: (worker: MediaWorker) => void = () => undefined;
    const routers = await RoomRouters.create(options.workers.leastLoaded(), (worker) => onEdgeLost(worker));
    const observer = await SpeakerWatch.observerOf(routers.origin);
    const room = new Room(options, routers, (onChange) => new SpeakerWatch(observer, onChange));
    onEdgeLost = (worker) => room.#edgeLost(worker);
    return room;
  }

  get producers(): SfuProducer[] { return [...this.#producers.values()].map(describeProducer); }

  /** Records everything that is sent from now on; asked again it changes nothing. */
  async startCapture(goal: CaptureGoal): Promise<void> {
    if (this.#capture) return void await this.#capture;
    const { roomId, node: { nodeId, bootId, dataDirectory, rules, disk }, onHealth, log } = this.#options;
    const made = RoomCapture.create({
      dataDirectory, place: { ...goal, roomId, nodeId, bootId }, router: this.routers.origin, rules, disk, log, onHealth,
    });
    this.#capture = made;
    made.catch((error: unknown) => {
      this.#capture = null;
      this.#notStarted = true;
      onHealth({ troubles: ['capture_not_started'], cause: error instanceof Error ? error.message : null });
    });
    const capture = await made;
    if (this.#notStarted) onHealth({ troubles: capture.troubles, cause: null });
    this.#notStarted = false;
    await Promise.all([...this.#producers.values()].map((producer) => this.#record(producer)));
  }

  /** A line in the capture's timeline; nothing when the room is not recorded. */
  async note(type: string, data: Record<string, unknown>): Promise<void> {
    (await this.#capture)?.note(type, data);
  }

  /** Takes a seat; what an earlier seat of the same peer had is closed first. */
  join(peerId: string): Peer {
    if (this.#closing) throw new DomainError('not_found', 'the room is closed');
    this.#peers.get(peerId)?.close('rejoined');
    const { roomId, workers, tell } = this.#options;
    const peer = new Peer({
      peerId, routers: this.routers, takeSeat: () => workers.leastLoaded(this.routers.originWorker),
      onTransport: (transportId, direction, state) => tell('transport:changed', { roomId, peerId, transportId, direction, state }),
      onProducer: (producer) => this.adopt(producer),
      onWish: (producerId, consumerId, wish) => {
        if (wish === undefined) this.#wanted.get(producerId)?.forget(consumerId);
        else this.#wanted.get(producerId)?.wish(consumerId, wish);
      },
      onClosed: (consumerId) => tell('consumer:closed', { roomId, peerId, consumerId }),
    });
    this.#peers.set(peerId, peer);
    return peer;
  }

  /** Idempotent. The edge router stays: the next viewer there then needs no new pipe. */
  leave(peerId: string): void {
    this.#peers.get(peerId)?.close('left');
    this.#peers.delete(peerId);
  }

  peer(peerId: string): Peer {
    const peer = this.#peers.get(peerId);
    if (!peer) throw new DomainError('not_entered', 'the peer has no seat in this room');
    return peer;
  }

  producer(producerId: string): MediaProducer {
    const producer = this.#producers.get(producerId);
    if (!producer) throw new DomainError('producer_not_found', 'no such producer in this room');
    return producer;
  }

  /** Makes a producer on the origin router part of the room: found, heard, wanted and, when the room is recorded, recorded. */
  async adopt(producer: MediaProducer): Promise<void> {
    const { roomId, tell, log } = this.#options;
    const { peerId, source } = producer.appData;
    this.#producers.set(producer.id, producer);
    this.routers.originWorker.load.producers++;
    producer.observer.once('close', () => this.#producerClosed(producer));
    for (const change of ['pause', 'resume'] as const) {
      producer.observer.on(change, () => void this.note(`producer:${change}d`, { producerId: producer.id }));
    }
    if (producer.kind === 'video') {
      this.#wanted.set(producer.id, new WantedLayers(topLayer(producer), (maxSpatialLayer) => tell('producer:wanted', { roomId, peerId, producerId: producer.id, maxSpatialLayer })));
    }
    await this.#record(producer);
    if (producer.closed) return;
    // Failing here costs the first viewer a moment, nothing else: `bring` is tried again when somebody consumes.
    if (producer.kind === 'video') this.routers.spread(producer.id).catch((error: unknown) => log.debug({ err: error, producerId: producer.id }, 'not piped ahead'));
    if (source === 'microphone') await this.#speaker.listenTo(producer, peerId);
  }

  /** Closes everyone and everything, then seals the capture; answers the number of captures once they are on disk. */
  close(reason: string): Promise<number> {
    this.#closing ??= this.#finish(reason);
    return this.#closing;
  }

  async #finish(reason: string): Promise<number> {
    for (const producer of [...this.#producers.values()]) closeProducer(producer, reason);
    for (const peer of this.#peers.values()) peer.close(reason);
    this.#peers.clear();
    this.#speaker.close();
    const captures = await (await this.#capture?.catch(() => null))?.close(reason);
    this.routers.close();
    return captures ?? 0;
  }

  async #record(producer: MediaProducer): Promise<void> {
    if (!this.#capture) return;
    this.#wanted.get(producer.id)?.record();
    await (await this.#capture).record({ producer, peerId: producer.appData.peerId, source: producer.appData.source });
  }

  #producerClosed(producer: MediaProducer): void {
    const { peerId, source, closeReason } = producer.appData;
    const reason = closeReason ?? (this.routers.originWorker.worker.died ? 'workerDied' : 'transportClosed');
    this.#producers.delete(producer.id);
    this.#wanted.get(producer.id)?.close();
    this.#wanted.delete(producer.id);
    this.routers.originWorker.load.producers--;
    const { roomId, epoch, tell, log } = this.#options;
    this.#capture?.then((capture) => capture.end(producer.id, reason)).catch((error: unknown) => log.error({ err: error, roomId, producerId: producer.id }, 'capture not ended'));
    if (!this.#closing) tell('producer:closed', { roomId, epoch, peerId, producerId: producer.id, source });
  }

  #speakerChanged(peerId: string | null): void {
    if (this.#closing) return;
    const { roomId, epoch, tell } = this.#options;
    tell('speaker:changed', { roomId, epoch, peerId });
    void this.note('speaker:changed', { peerId });
  }

  #edgeLost(worker: MediaWorker): void {
    for (const [peerId, peer] of this.#peers) {
      if (peer.seat === worker && peer.receives) this.#options.tell('peer:lost', { roomId: this.#options.roomId, peerId });
    }
  }
}
