// The edge's part in a room: everything comes from the origin, and what its guests send goes there. It records nothing and speaks for nobody else.
import { DomainError } from '#domain/errors.ts';
import { EdgeLink, type EdgeLinkOptions } from './link/edge-link.ts';
import type { MediaProducer } from './media-producer.ts';
import type { RoomPart } from './room-part.ts';

export class EdgePart implements RoomPart {
  readonly #link: EdgeLink;

  private constructor(link: EdgeLink) { this.#link = link; }

  /** Answers at once; `ready` says when the link stands. */
  static create(options: EdgeLinkOptions): EdgePart { return new EdgePart(new EdgeLink(options)); }

  /** Resolves with the first link and what it brings, or when that takes too long. Throws room_moved when the origin has no such run of the room. */
  get ready(): Promise<void> { return this.#link.ready; }
  get over(): boolean { return this.#link.ended; }

  async added(producer: MediaProducer): Promise<void> {
    if (producer.appData.from === undefined) await this.#link.offer(producer);
  }

  /** The link follows its producers itself. */
  ended(): void {}

  tellsOf(producer: MediaProducer): boolean { return producer.appData.from === undefined; }

  /** The origin sends all layers: what is needed here needs no telling. */
  wish(): void {}

  async startCapture(): Promise<void> { throw new DomainError('room_moved', 'the origin records this room'); }

  async note(): Promise<void> { throw new DomainError('room_moved', 'the origin keeps the timeline of this room'); }

  async close(): Promise<number> {
    this.#link.close();
    return 0;
  }
}
