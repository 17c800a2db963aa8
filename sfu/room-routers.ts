// The routers of one room: the origin, where everything is sent to, and one more per media worker that has viewers of it.
import type { types as ms } from 'mediasoup';
import { DomainError } from '#domain/errors.ts';
import { mediaCodecs } from './codecs.ts';
import { hush } from './hush.ts';
import type { MediaWorker } from './media-worker.ts';

interface Edge { router: ms.Router; piped: Map<string, Promise<void>>; givers: Map<string, ms.Consumer> }

export class RoomRouters {
  readonly origin: ms.Router;
  readonly originWorker: MediaWorker;
  readonly #edges = new Map<MediaWorker, Promise<Edge>>();
  readonly #onEdgeLost: (worker: MediaWorker) => void;
  #hushed: ReadonlySet<string> = new Set();
  #closed = false;

  private constructor(origin: ms.Router, originWorker: MediaWorker, onEdgeLost: (worker: MediaWorker) => void) {
    this.origin = origin;
    this.originWorker = originWorker;
    this.#onEdgeLost = onEdgeLost;
  }

  static async create(worker: MediaWorker, onEdgeLost: (worker: MediaWorker) => void): Promise<RoomRouters> {
    return new RoomRouters(await worker.worker.createRouter({ mediaCodecs }), worker, onEdgeLost);
  }

  /** The room's router on that worker, made when first asked for. */
  async on(worker: MediaWorker): Promise<ms.Router> {
    return worker === this.originWorker ? this.origin : (await this.#edge(worker)).router;
  }

  /** Makes the producer known on that worker's router; piped once, however many watch it there. */
  async bring(producerId: string, worker: MediaWorker): Promise<void> {
    if (worker === this.originWorker) return;
    const edge = await this.#edge(worker);
    const known = edge.piped.get(producerId);
    if (known) return known;
    const piped = this.#pipe(producerId, edge);
    edge.piped.set(producerId, piped);
    await piped;
  }

  /** Makes a new producer known wherever the room has viewers, before they ask. */
  async spread(producerId: string): Promise<void> {
    await Promise.all([...this.#edges.keys()].map((worker) => this.bring(producerId, worker)));
  }

  /** These producers are not forwarded to the other workers until they are left out again. */
  hush(producerIds: ReadonlySet<string>): void {
    this.#hushed = producerIds;
    for (const edge of this.#edges.values()) {
      edge.then(({ givers }) => { for (const [id, consumer] of givers) hush(consumer, this.#hushed.has(id)); }, () => undefined);
    }
  }

  close(): void {
    this.#closed = true;
    this.origin.close();
    for (const edge of this.#edges.values()) edge.then(({ router }) => router.close(), () => undefined);
    this.#edges.clear();
  }

  #edge(worker: MediaWorker): Promise<Edge> {
    const known = this.#edges.get(worker);
    if (known) return known;
    const made = this.#makeEdge(worker);
    this.#edges.set(worker, made);
    made.catch(() => this.#edges.delete(worker));
    return made;
  }

  async #makeEdge(worker: MediaWorker): Promise<Edge> {
    if (this.#closed) throw new DomainError('not_found', 'the room is closed');
    const router = await worker.worker.createRouter({ mediaCodecs });
    if (this.#closed) router.close();
    router.on('workerclose', () => {
      this.#edges.delete(worker);
      if (!this.#closed) this.#onEdgeLost(worker);
    });
    return { router, piped: new Map(), givers: new Map() };
  }

  async #pipe(producerId: string, edge: Edge): Promise<void> {
    try {
      const { pipeConsumer, pipeProducer } = await this.origin.pipeToRouter({ producerId, router: edge.router, enableSctp: false, enableRtx: true });
      if (!pipeConsumer || !pipeProducer) return;
      edge.givers.set(producerId, pipeConsumer);
      hush(pipeConsumer, this.#hushed.has(producerId));
      pipeProducer.observer.once('close', () => {
        edge.piped.delete(producerId);
        edge.givers.delete(producerId);
      });
    } catch (error) {
      edge.piped.delete(producerId);
      throw error;
    }
  }
}
