// Measures the node every so often and says what it carries: to signaling as `node:load`, and with every registration.
import type { NodeFigures, NodeLoad } from '#contracts/sfu-control.ts';
import type { Logger } from '#runtime/log.ts';
import type { MediaWorkers } from '../media-workers.ts';
import type { Capacity } from './capacity.ts';
import type { Egress } from './egress.ts';

const everyMs = 2000;
export interface LoadParts { workers: MediaWorkers; capacity: Capacity; egress: Egress; rooms: () => number; figures: () => NodeFigures; log: Logger }

export class LoadWatch {
  readonly #parts: LoadParts;
  readonly #timer: NodeJS.Timeout;

  constructor(parts: LoadParts, onLoad: (load: NodeLoad) => void) {
    this.#parts = parts;
    this.#timer = setInterval(() => {
      this.measure().then(() => onLoad(this.load), (error: unknown) => parts.log.debug({ err: error }, 'load not measured'));
    }, everyMs);
  }

  /** CPU and egress as measured last; everything else as it is now. */
  get load(): NodeLoad {
    const { workers, capacity, rooms, figures } = this.#parts;
    const alive = workers.alive;
    return {
      workers: alive.map(({ worker, cpuPercent, load }) => ({ pid: worker.pid, cpuPercent, consumers: load.consumers })),
      egressBitsPerSecond: capacity.egressBitsPerSecond, seats: alive.reduce((sum, { load }) => sum + load.seats, 0),
      rooms: rooms(), full: capacity.full(false), reserveFull: capacity.full(true), draining: capacity.draining, figures: figures(),
    };
  }

  async measure(): Promise<void> {
    const { workers, capacity, egress } = this.#parts;
    [, capacity.egressBitsPerSecond] = await Promise.all([workers.measure(), egress.measure()]);
  }

  close(): void { clearInterval(this.#timer); }
}
