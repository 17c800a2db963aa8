// Whether this node takes another viewer: streams per worker, CPU, and what leaves the machine. The last of each is kept for reserved seats.
import { reservedShare } from '#contracts/media-node.ts';
import { DomainError } from '#domain/errors.ts';
import type { Load, MediaWorker } from '../media-worker.ts';
import type { MediaWorkers } from '../media-workers.ts';

/** `egressMbps` 0 is no limit. */
export interface CapacityLimits { streamsPerWorker: number; egressMbps: number }
const mostCpuPercent = 85;
const mostCpuPercentReserved = 95;
/** A seat counts as a picture and a voice before it has them: people who join together must not all get the last place. */
const streamsPerSeat = 2;

export const expectedStreams = ({ seats, consumers }: Load): number => Math.max(consumers, seats * streamsPerSeat);

const upTo = (limit: number, reserved: boolean): number => (reserved ? limit : limit * (1 - reservedShare));

export class Capacity {
  readonly limits: CapacityLimits;
  readonly #workers: MediaWorkers;
  /** What leaves for viewers and other nodes, at the last measurement. */
  egressBitsPerSecond = 0;
  /** No new rooms and no new seats; what is here goes on. */
  draining = false;

  constructor(workers: MediaWorkers, limits: CapacityLimits) {
    this.#workers = workers;
    this.limits = limits;
  }

  /** No seat for another viewer; `reserved`: not even of those that are kept. */
  full(reserved: boolean): boolean {
    const { egressMbps } = this.limits;
    if (egressMbps > 0 && this.egressBitsPerSecond >= upTo(egressMbps, reserved) * 1_000_000) return true;
    return !this.#workers.alive.some((worker) => this.#takes(worker, reserved));
  }

  /** Throws media_full for whoever is new here. */
  check(reserved: boolean): void {
    if (this.draining) throw new DomainError('media_full', 'the node is being drained');
    // Without any worker the trouble is another one, and passes sooner.
    if (this.#workers.alive.length > 0 && this.full(reserved)) throw new DomainError('media_full', 'the node has no seat left');
  }

  /** The least loaded worker that takes another one, else the least loaded. Throws media_unavailable while none is alive. */
  seat(reserved: boolean, preferred?: MediaWorker): MediaWorker { return this.#workers.leastLoaded(preferred, (worker) => this.#takes(worker, reserved)); }

  #takes({ load, cpuPercent }: MediaWorker, reserved: boolean): boolean {
    return expectedStreams(load) < upTo(this.limits.streamsPerWorker, reserved) && cpuPercent <= (reserved ? mostCpuPercentReserved : mostCpuPercent);
  }
}
