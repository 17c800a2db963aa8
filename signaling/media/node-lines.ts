// Every process's lines to the media nodes: one to each whose row is fresh, kept while it is up, given up when the node is silent both ways.
import type { Orm } from '#db/orm.ts';
import { knownNodes, type KnownNode } from '#db/queries/media-nodes.ts';
import type { NodeRun } from '#db/queries/media-rooms.ts';
import type { Logger } from '#runtime/log.ts';
import { SfuLink, type SfuListener } from './sfu-link.ts';

export interface NodeLine {
  /** As the row said when it was last read. */
  node: KnownNode;
  readonly link: SfuLink;
  /** Seats and rooms this process has placed there since the row was read. */
  placed: { seats: number; rooms: number };
  /** When the node last told its load over the line. */
  loadToldMs: number;
  /** The node said it takes nobody more, or not even staff; believed until then. */
  fullUntilMs: number; reserveFullUntilMs: number;
}
export interface NodeLinesOptions {
  orm: Orm; log: Logger; secret: string; now: () => Date;
  listen(line: { nodeId: string; bootId: () => string | null }): SfuListener;
}

const everyMs = 1_000;
/** While nobody is here and no room is open anywhere: facts and whoever comes wake it. */
const restingRounds = 5;

/** The row as it is now; what the node told over the line since its registration counts more. */
function keep(line: NodeLine, node: KnownNode): void {
  const { load } = performance.now() - line.loadToldMs < node.heardAgoMs ? line.node : node;
  Object.assign(line, { node: { ...node, load }, placed: { seats: 0, rooms: 0 } });
}

export class NodeLines {
  readonly #options: NodeLinesOptions;
  readonly #lines = new Map<string, NodeLine>();
  readonly #timer: NodeJS.Timeout;
  #reading: Promise<void> | null = null;
  #again = false;
  #noneSince: Date | null;
  #waiting: { count: number; resolve: () => void }[] = [];
  #closed = false;
  #rested = 0;
  /** Whether nobody needs to know of the nodes now. */
  resting: () => boolean = () => false;
  /** After each reading of the rows. */
  onRead: () => void = () => undefined;

  private constructor(options: NodeLinesOptions) {
    this.#options = options;
    this.#noneSince = options.now();
    this.#timer = setInterval(() => { if (!this.resting() || ++this.#rested >= restingRounds) void this.refresh(); }, everyMs);
  }

  /** Without any line until the rows are read: now and then by itself, and when asked to. */
  static create(options: NodeLinesOptions): NodeLines { return new NodeLines(options); }

  get all(): NodeLine[] { return [...this.#lines.values()]; }
  get(nodeId: string): NodeLine | undefined { return this.#lines.get(nodeId); }
  /** The line to this very run of the node, or undefined. */
  to({ nodeId, bootId }: NodeRun): NodeLine | undefined {
    const line = this.#lines.get(nodeId);
    return line?.link.available && line.link.bootId === bootId ? line : undefined;
  }
  /** Since when no node can be reached; null while one can. */
  get noneSince(): Date | null { return this.#noneSince; }

  /** Resolves when so many nodes can be reached, with the rows as they are now; 0: none. */
  async becomes(count: number): Promise<void> {
    await this.refresh();
    return new Promise((resolve) => {
      this.#waiting.push({ count, resolve });
      this.#settle();
    });
  }

  /** Somebody came: who rested reads the rows before they can ask for anything. */
  wake(): void { if (this.#rested > 0) void this.refresh(); }

  /** Reads the rows now; asked while they are being read, once more afterwards. */
  refresh(): Promise<void> {
    this.#rested = 0;
    if (this.#reading) {
      this.#again = true;
      return this.#reading;
    }
    this.#reading = this.#read().finally(() => { this.#reading = null; });
    return this.#reading;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#reading;
    await Promise.all(this.all.map(({ link }) => link.close()));
  }

  async #read(): Promise<void> {
    do {
      this.#again = false;
      try {
        const nodes = await knownNodes(this.#options.orm.em.fork());
        if (this.#closed) return;
        await this.#apply(nodes);
      } catch (error) {
        // The lines stay: who can reach a node needs no row for what goes on.
        this.#options.log.warn({ err: error }, 'media nodes could not be read');
      }
    } while (this.#again && !this.#closed);
    if (!this.#closed) this.onRead();
  }

  async #apply(nodes: readonly KnownNode[]): Promise<void> {
    for (const node of nodes) {
      const line = this.#lines.get(node.nodeId);
      if (line && (line.link.url !== node.controlUrl || (!node.fresh && !line.link.available))) await this.#drop(line);
      const kept = this.#lines.get(node.nodeId);
      if (kept) keep(kept, node);
      else if (node.fresh) await this.#open(node);
    }
  }

  async #open(node: KnownNode): Promise<void> {
    const { listen, log, secret, now } = this.#options;
    const { nodeId } = node;
    const listener = listen({ nodeId, bootId: () => this.#lines.get(nodeId)?.link.bootId ?? null });
    const link = await SfuLink.create({ nodeId, url: node.controlUrl, secret, log, now }, {
      on: listener.on,
      ready: (data) => { this.#settle(); listener.ready(data); },
      lost: () => { this.#settle(); listener.lost(); },
    });
    this.#lines.set(nodeId, { node, link, placed: { seats: 0, rooms: 0 }, loadToldMs: -Infinity, fullUntilMs: -Infinity, reserveFullUntilMs: -Infinity });
  }

  async #drop({ node, link }: NodeLine): Promise<void> {
    this.#options.log.info({ nodeId: node.nodeId }, 'media node given up until it registers again');
    this.#lines.delete(node.nodeId);
    await link.close();
    this.#settle();
  }

  #settle(): void {
    const reachable = this.all.filter(({ link }) => link.available).length;
    if (reachable > 0) this.#noneSince = null;
    else this.#noneSince ??= this.#options.now();
    const met = ({ count }: { count: number }): boolean => (count === 0 ? reachable === 0 : reachable >= count);
    const done = this.#waiting.filter(met);
    this.#waiting = this.#waiting.filter((one) => !met(one));
    for (const { resolve } of done) resolve();
  }
}
