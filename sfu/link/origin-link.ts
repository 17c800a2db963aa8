// The origin's side of one edge of a room: gives it every producer that is not its own and takes the ones of its guests.
import type { LinkEvents, LinkedProducer, PipeEnd } from '#contracts/sfu-link.ts';
import type { Static } from 'typebox';
import type { Logger } from '#runtime/log.ts';
import { keyFrameRequestDelay, type MediaProducer } from '../media-producer.ts';
import { Pipe, sameEnd, type PipeOptions } from './pipe.ts';

/** The control connection of an edge. `gone`: closed on purpose, or lost. */
export interface LinkLine {
  emit<K extends keyof LinkEvents>(event: K, data: Static<LinkEvents[K]>): void;
  onGone(heard: (onPurpose: boolean) => void): void;
}
export interface OriginLinkOptions {
  roomId: string; nodeId: string; end: PipeEnd; log: Logger; router: PipeOptions['router']; place: PipeOptions['place'];
  hushed: () => ReadonlySet<string>;
  /** How long an edge whose line broke may take to come back. */
  patienceMs: number;
  /** Over for good: the edge has left, or was not heard of for so long. */
  onOver: () => void;
}

/** The line to the edge; null while it is away. */
interface Voice { line: LinkLine | null }

export class OriginLink {
  readonly nodeId: string;
  readonly pipe: Pipe;
  readonly #options: OriginLinkOptions;
  readonly #voice: Voice;
  #patience: NodeJS.Timeout | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;

  private constructor(options: OriginLinkOptions, pipe: Pipe, voice: Voice) {
    this.#options = options;
    this.nodeId = options.nodeId;
    this.pipe = pipe;
    this.#voice = voice;
  }

  /** Connected to the edge's end when it resolves. */
  static async create(options: OriginLinkOptions): Promise<OriginLink> {
    const { roomId, router, place, nodeId, end } = options;
    const voice: Voice = { line: null };
    const pipe = await Pipe.create({
      router, place, otherNodeId: nodeId, keyFrameRequestDelay, decides: true,
      say: {
        paused: (producerId, paused) => voice.line?.emit('link:paused', { roomId, producerId, paused }),
        closed: (producerId) => voice.line?.emit('link:closed', { roomId, producerId }),
      },
    });
    try {
      await pipe.connect(end);
    } catch (error) {
      pipe.close('transportClosed');
      throw error;
    }
    return new OriginLink(options, pipe, voice);
  }

  /** Whether the edge still has the pipe this side is connected to. */
  leadsTo(end: PipeEnd): boolean { return !this.#closed && this.pipe.other !== null && sameEnd(this.pipe.other, end); }

  get line(): LinkLine | null { return this.#voice.line; }

  /** The edge speaks over this line from now on. */
  attach(line: LinkLine): void {
    if (this.#patience) clearTimeout(this.#patience);
    this.#patience = null;
    this.#voice.line = line;
    const { roomId, nodeId, log, patienceMs, onOver } = this.#options;
    line.onGone((onPurpose) => {
      if (this.#voice.line !== line || this.#closed) return;
      this.#voice.line = null;
      log[onPurpose ? 'info' : 'warn']({ roomId, edge: nodeId, onPurpose }, 'edge has gone');
      if (onPurpose) onOver();
      else this.#patience = setTimeout(onOver, patienceMs);
    });
  }

  /** Passes a producer on and tells the edge of it. */
  async give(producer: MediaProducer): Promise<void> {
    if (producer.appData.from === this.nodeId) return;
    const { roomId, hushed, log } = this.#options;
    try {
      const linked: LinkedProducer = await this.pipe.give(producer, () => hushed().has(producer.id));
      this.#voice.line?.emit('link:produced', { roomId, producer: linked });
    } catch (error) {
      if (!producer.closed && !this.#closed) log.error({ err: error, roomId, edge: this.nodeId, producerId: producer.id }, 'a producer does not reach an edge');
    }
  }

  /** What the edge asks is done in the order it was asked in. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  hush(producerIds: ReadonlySet<string>): void {
    this.pipe.hush(producerIds);
    this.#voice.line?.emit('link:hushed', { roomId: this.#options.roomId, producerIds: [...producerIds] });
  }

  /** The room is over here. */
  end(): void {
    this.#voice.line?.emit('link:ended', { roomId: this.#options.roomId });
    this.close('transportClosed');
  }

  close(reason: string): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#patience) clearTimeout(this.#patience);
    this.#voice.line = null;
    this.pipe.close(reason);
  }
}
