// A media node: its workers, its rooms, its capture files, its figures and the control socket, started and stopped together.
import { availableParallelism } from 'node:os';
import { newId } from '#domain/id.ts';
import type { NodeLoad } from '#contracts/sfu-control.ts';
import type { Logger } from '#runtime/log.ts';
import { mediaAddresses, pipePlace, type PortRange } from './addresses.ts';
import { DiskSpace } from './capture/disk-space.ts';
import { createCaptureMemory } from './capture/memory.ts';
import { CaptureRecovery } from './capture/recover.ts';
import type { SegmentRules } from './capture/segment-writer.ts';
import { createSyncTurns } from './capture/sync-turns.ts';
import { createHandlers } from './control/handlers.ts';
import { createLinkHandlers } from './control/link-handlers.ts';
import { createControlServer, type ControlServer } from './control/server.ts';
import { Capacity, type CapacityLimits } from './load/capacity.ts';
import { Egress } from './load/egress.ts';
import { LoadWatch } from './load/load-watch.ts';
import { Registration } from './load/registration.ts';
import { MediaWorkers } from './media-workers.ts';
import { NodeMetrics } from './metrics.ts';
import { Rooms } from './rooms.ts';

const recoverEveryMs = 30_000;
/** An edge whose line broke may come back and take the same pipe up again; what its guests send goes on meanwhile if the network lets it. */
const linkPatienceMs = 10_000;

export interface NodeOptions {
  dataDirectory: string; nodeId: string; secret: string;
  /** 0 takes a free port. */
  controlPort: number; mediaPort: number;
  /** Where the control port listens; default loopback. */
  controlHost?: string | undefined;
  workerCount?: number | undefined; announcedAddress?: string | undefined; workerBin?: string | undefined;
  /** Address and UDP ports for media from other nodes; default the announced address and the product's ports. */
  pipeAddress?: string | undefined; pipePorts?: PortRange;
  limits?: CapacityLimits;
  /** Where signaling takes registrations, and how others reach this node; without it the node is not registered. */
  registerAt?: { url: string; controlUrl: string };
  /** Free space below this is told as `disk_low`. */
  diskLowBytes: number;
  /** Figures of the Node process too: where it is one of its own. */
  ownProcess?: boolean;
  /** Other figures than the product's, for tests. */
  rules?: Partial<SegmentRules>; recoverEveryMs?: number; linkPatienceMs?: number;
}

const defaultLimits: CapacityLimits = { streamsPerWorker: 900, egressMbps: 0 };
const defaultPipePorts: PortRange = { min: 41_000, max: 41_999 };

/** A kill loses at most the 80 ms here and what the disk was just taking; a power cut at most the second. */
export const captureRules = (): SegmentRules => ({
  memory: createCaptureMemory(64 * 1024 * 1024), turns: createSyncTurns(2),
  flushMs: 80, flushBytes: 256 * 1024, syncMs: 1000, retryMs: 1000, segmentMs: 60_000, segmentBytes: 32 * 1024 * 1024, closeMs: 5000,
  abandon: () => undefined,
});

interface Parts { workers: MediaWorkers; rooms: Rooms; capacity: Capacity; control: ControlServer; recovery: CaptureRecovery; disk: DiskSpace; metrics: NodeMetrics; load: LoadWatch; registration: Registration | null }

export class MediaNode {
  readonly nodeId: string;
  readonly bootId: string;
  readonly #parts: Parts;
  #closing: Promise<void> | null = null;

  private constructor({ nodeId, bootId }: { nodeId: string; bootId: string }, parts: Parts) {
    this.nodeId = nodeId;
    this.bootId = bootId;
    this.#parts = parts;
  }

  static async create(options: NodeOptions, log: Logger): Promise<MediaNode> {
    const ids = { nodeId: options.nodeId, bootId: newId() };
    const metrics = await NodeMetrics.create({ dataDirectory: options.dataDirectory, log, node: options.ownProcess ?? false });
    const control = await createControlServer({
      host: options.controlHost ?? '127.0.0.1', port: options.controlPort, secret: options.secret, onRequest: metrics.listener,
    }, log).catch((error: unknown) => {
      metrics.close();
      throw error;
    });
    try {
      const parts = await startParts(ids, options, control, metrics, log);
      log.info({ ...ids, workers: parts.workers.alive.length, controlPort: control.port }, 'sfu ready');
      return new MediaNode(ids, parts);
    } catch (error) {
      metrics.close();
      await control.close();
      throw error;
    }
  }

  get workers(): MediaWorkers { return this.#parts.workers; }
  get rooms(): Rooms { return this.#parts.rooms; }
  get capacity(): Capacity { return this.#parts.capacity; }
  get load(): NodeLoad { return this.#parts.load.load; }
  get controlPort(): number { return this.#parts.control.port; }

  /** Seals every capture, then stops; idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  async #finish(): Promise<void> {
    const { workers, rooms, control, recovery, disk, metrics, load, registration } = this.#parts;
    registration?.close();
    load.close();
    await rooms.closeAll('nodeStopped');
    await recovery.close();
    disk.close();
    metrics.close();
    await control.close();
    workers.close();
  }
}

type Ids = { nodeId: string; bootId: string };

async function startParts(ids: Ids, options: NodeOptions, control: ControlServer, metrics: NodeMetrics, log: Logger): Promise<Parts> {
  const { mediaPort, announcedAddress, workerBin, workerCount = availableParallelism() } = options;
  const workers = await MediaWorkers.create(workerCount, { addresses: mediaAddresses(announcedAddress), port: mediaPort, workerBin, onBorn: (worker) => metrics.watch(worker) }, log);
  return startOnWorkers(ids, options, { workers, control, metrics }, log).catch((error: unknown) => {
    workers.close();
    throw error;
  });
}

async function startOnWorkers(ids: Ids, options: NodeOptions, { workers, control, metrics }: Pick<Parts, 'workers' | 'control' | 'metrics'>, log: Logger): Promise<Parts> {
  const { dataDirectory, secret, announcedAddress, pipeAddress, pipePorts = defaultPipePorts, limits = defaultLimits } = options;
  const recovery = await CaptureRecovery.create({ dataDirectory, ...ids, log, everyMs: options.recoverEveryMs ?? recoverEveryMs });
  const disk = await DiskSpace.create(dataDirectory, options.diskLowBytes, log);
  const rules = { ...captureRules(), abandon: (path: string) => recovery.abandon(path), ...options.rules };
  const capacity = new Capacity(workers, limits);
  const egress = new Egress();
  const node = {
    ...ids, dataDirectory, rules, disk, secret, linkPatienceMs: options.linkPatienceMs ?? linkPatienceMs, pipePlace: pipePlace(pipeAddress, announcedAddress, pipePorts),
  };
  const rooms = new Rooms({ node, workers, capacity, egress, tell: control.tell, log });
  const load = new LoadWatch({ workers, capacity, egress, rooms: () => rooms.ids.length, figures: () => metrics.figures, log }, (now) => control.tell('node:load', { nodeId: ids.nodeId, load: now }));
  metrics.describe({ load: () => load.load, rooms: () => rooms.here, troubles: () => [...rooms.troubles.values()].map(({ troubles }) => troubles) });
  control.serve({
    signaling: createHandlers(rooms, capacity, ids), nodes: createLinkHandlers(rooms),
    greet: (tell) => {
      tell('node:ready', { ...ids, rooms: rooms.here });
      for (const [roomId, { epoch, troubles }] of rooms.troubles) tell('capture:health', { roomId, epoch, troubles });
    },
  });
  return { workers, rooms, capacity, control, recovery, disk, metrics, load, registration: register(ids, options, { workers, capacity, load, limits }, log) };
}

interface Registered { workers: MediaWorkers; capacity: Capacity; load: LoadWatch; limits: CapacityLimits }

function register(ids: Ids, { registerAt, secret, workerCount }: NodeOptions, { workers, capacity, load, limits }: Registered, log: Logger): Registration | null {
  if (!registerAt) return null;
  const capacityOf = { workers: workerCount ?? workers.alive.length, ...limits };
  return new Registration({
    url: registerAt.url, secret, log, say: () => ({ ...ids, controlUrl: registerAt.controlUrl, capacity: capacityOf, load: load.load }),
    onDraining: (draining) => { capacity.draining = draining; },
  });
}
