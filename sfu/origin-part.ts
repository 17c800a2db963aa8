// The origin's part in a room: it records everything, hears who speaks, knows which layers are needed, and passes every producer on to the edges.
import type { Logger } from '#runtime/log.ts';
import type { HealthChange } from './capture/capture-health.ts';
import { RoomCapture, type RoomCaptureOptions } from './capture/room-capture.ts';
import { OriginLinks, type OriginLinksOptions } from './link/origin-links.ts';
import { LoudestMicrophones } from './loudest-microphones.ts';
import { closeProducer, ownerOf, topLayer, type MediaProducer } from './media-producer.ts';
import type { CaptureGoal, RoomPart } from './room-part.ts';
import { SpeakerWatch } from './speaker-watch.ts';
import type { Tell } from './tell.ts';
import { WantedLayers, type Wish } from './wanted-layers.ts';

/** Nobody follows more voices than these at once, beside those that are always heard. See docs/decisions/033-whose-microphone-is-always-heard.md. */
const mostMicrophones = 4;

export interface OriginPartOptions extends Pick<OriginLinksOptions, 'roomId' | 'nodeId' | 'place' | 'patienceMs' | 'watch' | 'producers' | 'adopt' | 'router'> {
  epoch: number; tell: Tell; log: Logger;
  capture: Pick<RoomCaptureOptions, 'dataDirectory' | 'rules' | 'disk'> & { bootId: string };
  onHealth: (change: HealthChange) => void;
  /** These microphones are not forwarded now. */
  onHushed: (producerIds: ReadonlySet<string>) => void;
}

export class OriginPart implements RoomPart {
  readonly links: OriginLinks;
  readonly over = false;
  readonly #options: OriginPartOptions;
  readonly #wanted = new Map<string, WantedLayers>();
  readonly #speaker: SpeakerWatch;
  readonly #loudest: LoudestMicrophones;
  #capture: Promise<RoomCapture> | null = null;
  /** Recording was to begin and did not. */
  #notStarted = false;
  #closed = false;

  private constructor(options: OriginPartOptions, speaker: SpeakerWatch, loudest: LoudestMicrophones) {
    this.#options = options;
    this.#speaker = speaker;
    this.#loudest = loudest;
    this.links = new OriginLinks({ ...options, hushed: () => loudest.hushed, onEdges: () => this.#wanted.forEach((wanted) => this.#wishOfEdges(wanted)) });
  }

  static async create(options: OriginPartOptions): Promise<OriginPart> {
    const loudest = new LoudestMicrophones(mostMicrophones, (hushed) => {
      options.onHushed(hushed);
      part.links.hush(hushed);
    });
    const speaker = await SpeakerWatch.create(options.router, {
      onSpeaker: (peerId) => part.#speakerChanged(peerId), onVolumes: (volumes) => loudest.heard(volumes, performance.now()),
    });
    const part = new OriginPart(options, speaker, loudest);
    return part;
  }

  /** Records everything that is sent from now on; asked again it changes nothing. Where that fails health is told, the room goes on, and the next who asks tries again. */
  async startCapture(goal: CaptureGoal): Promise<void> {
    if (this.#capture) return void await this.#recorder();
    const { roomId, nodeId, router, onHealth, log, producers, capture: { bootId, ...how } } = this.#options;
    const made = RoomCapture.create({ ...how, place: { ...goal, roomId, nodeId, bootId }, router, log, onHealth });
    this.#capture = made;
    made.catch((error: unknown) => {
      this.#capture = null;
      this.#notStarted = true;
      onHealth({ troubles: ['capture_not_started'], cause: error instanceof Error ? error.message : null });
    });
    const capture = await this.#recorder();
    if (!capture) return;
    if (this.#notStarted) onHealth({ troubles: capture.troubles, cause: null });
    this.#notStarted = false;
    await Promise.all(producers().map((producer) => this.#record(producer)));
  }

  /** A line in the capture's timeline; nothing when the room is not recorded. */
  async note(type: string, data: Record<string, unknown>): Promise<void> {
    (await this.#recorder())?.note(type, data);
  }

  async added(producer: MediaProducer): Promise<void> {
    const { roomId, tell } = this.#options;
    const { peerId, source, from, always } = producer.appData;
    this.#replaceFormer(producer);
    for (const change of ['pause', 'resume'] as const) {
      producer.observer.on(change, () => void this.note(`producer:${change}d`, { producerId: producer.id }));
    }
    // What comes from an edge is watched there, all its layers: nobody is told to send less.
    if (producer.kind === 'video' && from === undefined) {
      const wanted = new WantedLayers(topLayer(producer), (maxSpatialLayer) => tell('producer:wanted', { roomId, peerId, producerId: producer.id, maxSpatialLayer }));
      this.#wanted.set(producer.id, wanted);
      this.#wishOfEdges(wanted);
    }
    await this.#record(producer);
    if (producer.closed) return;
    await this.links.give(producer);
    if (source !== 'microphone' || producer.closed) return;
    await this.#speaker.listenTo(producer, peerId);
    if (!producer.closed && !always) this.#loudest.add(producer.id);
  }

  ended(producer: MediaProducer, reason: string): void {
    const { roomId, log } = this.#options;
    this.links.ended(producer.id);
    this.#loudest.remove(producer.id);
    this.#wanted.get(producer.id)?.close();
    this.#wanted.delete(producer.id);
    this.#recorder().then((capture) => capture?.end(producer.id, reason)).catch((error: unknown) => log.error({ err: error, roomId, producerId: producer.id }, 'capture not ended'));
  }

  tellsOf(): boolean { return true; }

  wish(producerId: string, consumerId: string, wish: Wish | undefined): void {
    if (wish === undefined) this.#wanted.get(producerId)?.forget(consumerId);
    else this.#wanted.get(producerId)?.wish(consumerId, wish);
  }

  async close(reason: string): Promise<number> {
    this.#closed = true;
    this.#speaker.close();
    this.links.close();
    return await (await this.#recorder())?.close(reason) ?? 0;
  }

  /** Null where nothing is recorded, also where that was to begin and did not. */
  async #recorder(): Promise<RoomCapture | null> { return await this.#capture?.catch(() => null) ?? null; }

  async #record(producer: MediaProducer): Promise<void> {
    const capture = await this.#recorder();
    if (!capture) return;
    this.#wanted.get(producer.id)?.record();
    await capture.record({ producer, peerId: ownerOf(producer), source: producer.appData.source });
  }

  /** Through a pipe go all layers. */
  #wishOfEdges(wanted: WantedLayers): void {
    if (this.links.edges > 0) wanted.wish('edges', Infinity);
    else wanted.forget('edges');
  }

  /** Who comes back over another node brings the same source anew: what is left of the former ends. */
  #replaceFormer(producer: MediaProducer): void {
    const { source } = producer.appData;
    for (const former of this.#options.producers()) {
      if (former !== producer && ownerOf(former) === ownerOf(producer) && former.appData.source === source) closeProducer(former, 'replaced');
    }
  }

  #speakerChanged(peerId: string | null): void {
    if (this.#closed) return;
    const { roomId, epoch, tell } = this.#options;
    tell('speaker:changed', { roomId, epoch, peerId });
    void this.note('speaker:changed', { peerId });
  }
}
