// All edges of one room, as its origin sees them. One at a time is opened, so that an edge that asks twice has one pipe.
import type { types as ms } from 'mediasoup';
import type { LinkedProducer, PipeEnd } from '#contracts/sfu-link.ts';
import { DomainError } from '#domain/errors.ts';
import type { Logger } from '#runtime/log.ts';
import type { MediaProducer } from '../media-producer.ts';
import { OriginLink, type LinkLine, type OriginLinkOptions } from './origin-link.ts';

export interface OriginLinksOptions extends Pick<OriginLinkOptions, 'router' | 'place' | 'patienceMs' | 'hushed'> {
  roomId: string; nodeId: string; log: Logger;
  producers: () => MediaProducer[];
  /** A producer of an edge's guest: part of the room when it resolves. */
  adopt: (producer: MediaProducer) => Promise<void>;
  watch: (transport: ms.Transport) => void;
  /** How many edges there are now. */
  onEdges: (edges: number) => void;
}
export interface OpenLink { nodeId: string; end: PipeEnd; again: boolean; producerIds: string[] }

/** An edge speaks for its own guests only, not for what it was given. */
function requireTaken(link: OriginLink, producerId: string): void {
  if (!link.pipe.takes(producerId)) throw new DomainError('producer_not_found', 'this edge has brought no such producer');
}

export class OriginLinks {
  readonly #options: OriginLinksOptions;
  readonly #links = new Map<string, OriginLink>();
  /** What was a producer of this room once: an edge that was away offers it in vain. */
  readonly #ended = new Set<string>();
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  constructor(options: OriginLinksOptions) { this.#options = options; }

  get edges(): number { return this.#links.size; }

  /** Answers this side's end; then the edge is given everything it lacks. */
  open(line: LinkLine, asked: OpenLink): Promise<{ end: PipeEnd; producerIds: string[] }> {
    const opened = this.#turn.then(() => this.#open(line, asked));
    this.#turn = opened.catch(() => undefined);
    return opened;
  }

  produce(line: LinkLine, linked: LinkedProducer): Promise<void> {
    const link = this.#of(line);
    return link.inTurn(async () => {
      if (this.#ended.has(linked.producerId)) throw new DomainError('producer_not_found', 'this producer has ended here');
      const producer = await link.pipe.take(linked);
      if (producer) await this.#options.adopt(producer);
    });
  }

  pause(line: LinkLine, producerId: string, paused: boolean): Promise<void> {
    const link = this.#of(line);
    return link.inTurn(() => {
      requireTaken(link, producerId);
      return link.pipe.mirrorPause(producerId, paused);
    });
  }

  closeProducer(line: LinkLine, producerId: string): Promise<void> {
    const link = this.#of(line);
    return link.inTurn(async () => {
      requireTaken(link, producerId);
      link.pipe.mirrorClose(producerId, 'stopped');
    });
  }

  /** Passes a producer on to every edge but the one it comes from. */
  async give(producer: MediaProducer): Promise<void> {
    await Promise.all([...this.#links.values()].map((link) => link.give(producer)));
  }

  /** From now on this producer is refused. */
  ended(producerId: string): void { this.#ended.add(producerId); }

  hush(producerIds: ReadonlySet<string>): void { for (const link of this.#links.values()) link.hush(producerIds); }

  /** The room is over: edges hear it and wait for signaling. */
  close(): void {
    this.#closed = true;
    for (const link of this.#links.values()) link.end();
    this.#links.clear();
  }

  async #open(line: LinkLine, asked: OpenLink): Promise<{ end: PipeEnd; producerIds: string[] }> {
    const { nodeId, end, producerIds } = asked;
    const { roomId, log, router, place, patienceMs, hushed, producers, watch } = this.#options;
    if (this.#closed) throw new DomainError('room_moved', 'the room is closed here');
    if (nodeId === this.#options.nodeId) throw new DomainError('bad_request', 'a node is no edge of itself');
    const known = this.#links.get(nodeId);
    const alive = known?.leadsTo(end) ? known : null;
    if (asked.again && !alive) throw new DomainError('not_found', 'this pipe is not known here any more');
    if (known && !alive) this.#over(known);
    const link = alive ?? await OriginLink.create({ roomId, nodeId, end, log, router, place, patienceMs, hushed, onOver: () => this.#over(link) });
    if (this.#closed) {
      link.close('transportClosed');
      throw new DomainError('room_moved', 'the room is closed here');
    }
    link.attach(line);
    if (!alive) watch(link.pipe.transport);
    this.#links.set(nodeId, link);
    this.#options.onEdges(this.#links.size);
    link.pipe.keepOnly(producerIds, 'transportClosed');
    const others = producers().filter(({ appData }) => appData.from !== nodeId);
    // Also where nothing is hushed: an edge that was away knows what was so then.
    void Promise.all(others.map((producer) => link.give(producer))).then(() => link.hush(hushed()));
    log.info({ roomId, edge: nodeId, again: asked.again, producers: others.length }, 'edge linked');
    return { end: link.pipe.end, producerIds: others.map(({ id }) => id) };
  }

  #over(link: OriginLink): void {
    if (this.#links.get(link.nodeId) === link) this.#links.delete(link.nodeId);
    link.close('transportClosed');
    this.#options.onEdges(this.#links.size);
  }

  #of(line: LinkLine): OriginLink {
    const link = [...this.#links.values()].find((one) => one.line === line);
    if (!link) throw new DomainError('room_moved', 'open the link first');
    return link;
  }
}
