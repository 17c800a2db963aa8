// A media node: its workers, its rooms, its capture files and the control socket, started and stopped together.
import { availableParallelism } from 'node:os';
import { newId } from '#domain/id.ts';
import type { Logger } from '#runtime/log.ts';
import { mediaAddresses } from './addresses.ts';
import { DiskSpace } from './capture/disk-space.ts';
import { createCaptureMemory } from './capture/memory.ts';
import { CaptureRecovery } from './capture/recover.ts';
import type { SegmentRules } from './capture/segment-writer.ts';
import { createSyncTurns } from './capture/sync-turns.ts';
import { createHandlers } from './control/handlers.ts';
import { createControlServer, type ControlServer } from './control/server.ts';
import { MediaWorkers } from './media-workers.ts';
import { Rooms } from './rooms.ts';

const loadEveryMs = 5000;
const recoverEveryMs = 30_000;

export interface NodeOptions {
  dataDirectory: string; nodeId: string; secret: string;
  /** 0 takes a free port. */
  controlPort: number; mediaPort: number;
  workerCount?: number | undefined; announcedAddress?: string | undefined; workerBin?: string | undefined;
  /** Free space below this is told as `disk_low`. */
  diskLowBytes: number;
  /** Other figures than the product's, for tests. */
  rules?: Partial<SegmentRules>; recoverEveryMs?: number;
}

/** A kill loses at most the 80 ms here and what the disk was just taking; a power cut at most the second. */
export const captureRules = (): SegmentRules => ({
  memory: createCaptureMemory(64 * 1024 * 1024), turns: createSyncTurns(2),
  flushMs: 80, flushBytes: 256 * 1024, syncMs: 1000, retryMs: 1000, segmentMs: 60_000, segmentBytes: 32 * 1024 * 1024, closeMs: 5000,
  abandon: () => undefined,
});

interface Parts { workers: MediaWorkers; rooms: Rooms; control: ControlServer; recovery: CaptureRecovery; disk: DiskSpace }

export class MediaNode {
  readonly nodeId: string;
  readonly bootId: string;
  readonly workers: MediaWorkers;
  readonly rooms: Rooms;
  readonly #control: ControlServer;
  readonly #recovery: CaptureRecovery;
  readonly #disk: DiskSpace;
  readonly #loadTimer: NodeJS.Timeout;
  #closing: Promise<void> | null = null;

  private constructor(ids: { nodeId: string; bootId: string }, parts: Parts, log: Logger) {
    const { nodeId, bootId } = ids;
    const { workers, rooms, control, recovery, disk } = parts;
    this.nodeId = nodeId;
    this.bootId = bootId;
    this.workers = workers;
    this.rooms = rooms;
    this.#control = control;
    this.#recovery = recovery;
    this.#disk = disk;
    this.#loadTimer = setInterval(() => {
      workers.measure().then((figures) => control.tell('node:load', {
        nodeId, load: { workers: figures, egressBitsPerSecond: 0, seats: 0, rooms: rooms.ids.length, full: false, draining: rooms.draining },
      }))
        .catch((error: unknown) => log.debug({ err: error }, 'load not measured'));
    }, loadEveryMs);
  }

  static async create(options: NodeOptions, log: Logger): Promise<MediaNode> {
    const { dataDirectory, nodeId, secret, controlPort, mediaPort, announcedAddress, workerBin } = options;
    const bootId = newId();
    const control = await createControlServer(controlPort, secret, log);
    try {
      const addresses = mediaAddresses(announcedAddress);
      const workers = await MediaWorkers.create(options.workerCount ?? availableParallelism(), { addresses, port: mediaPort, workerBin }, log);
      const recovery = await CaptureRecovery.create({ dataDirectory, nodeId, bootId, log, everyMs: options.recoverEveryMs ?? recoverEveryMs });
      const disk = await DiskSpace.create(dataDirectory, options.diskLowBytes, log);
      const rules = { ...captureRules(), abandon: (path: string) => recovery.abandon(path), ...options.rules };
      const node = { nodeId, bootId, dataDirectory, rules, disk };
      const rooms = new Rooms({ node, workers, tell: control.tell, log });
      control.serve(createHandlers(rooms, { nodeId, bootId }), (tell) => {
        tell('node:ready', { nodeId, bootId, rooms: rooms.here });
        for (const [roomId, { epoch, troubles }] of rooms.troubles) tell('capture:health', { roomId, epoch, troubles });
      });
      log.info({ nodeId, bootId, workers: workers.alive.length, addresses, controlPort: control.port }, 'sfu ready');
      return new MediaNode({ nodeId, bootId }, { workers, rooms, control, recovery, disk }, log);
    } catch (error) {
      await control.close();
      throw error;
    }
  }

  get controlPort(): number { return this.#control.port; }

  /** Seals every capture, then stops; idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  async #finish(): Promise<void> {
    clearInterval(this.#loadTimer);
    await this.rooms.closeAll('nodeStopped');
    await this.#recovery.close();
    this.#disk.close();
    await this.#control.close();
    this.workers.close();
  }
}
