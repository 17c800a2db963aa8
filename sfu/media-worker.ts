// One mediasoup worker process with its single media port, and a count of what it carries.
import { createWorker } from 'mediasoup';
import type { types as ms } from 'mediasoup';
import { listenInfos, type MediaAddress } from './addresses.ts';

export interface MediaWorkerOptions {
  addresses: MediaAddress[]; port: number; workerBin?: string | undefined;
  /** Of each from its birth on. */
  onBorn?: (worker: ms.Worker) => void;
}

/** What a worker carries; whoever adds to it takes it off again. */
export interface Load { seats: number; producers: number; consumers: number }

export interface MediaWorker {
  readonly index: number;
  readonly worker: ms.Worker;
  readonly server: ms.WebRtcServer;
  readonly load: Load;
  /** Of one core, at the last measurement. */
  cpuPercent: number;
}

/** A seat counts before its consumers exist: people who join together must not all land on one worker. */
export const weight = ({ seats, producers, consumers }: Load): number => seats + producers + consumers;

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Mediasoup closes its workers on a signal by itself, under the hands of whoever is still sealing captures: that is taken back here. */
function spawnWorker(workerBin: string | undefined): Promise<ms.Worker> {
  const before = signals.map((signal) => process.listeners(signal));
  const spawned = createWorker({ logLevel: 'warn', ...(workerBin && { workerBin }) });
  for (const [index, signal] of signals.entries()) {
    for (const listener of process.listeners(signal)) if (!before[index]!.includes(listener)) process.removeListener(signal, listener);
  }
  return spawned;
}

/** Throws a plain Error naming the port when it is taken. */
export async function startMediaWorker(index: number, { addresses, port, workerBin, onBorn }: MediaWorkerOptions): Promise<MediaWorker> {
  const worker = await spawnWorker(workerBin);
  onBorn?.(worker);
  try {
    const own = port > 0 ? port + index : 0;
    const server = await worker.createWebRtcServer({ listenInfos: listenInfos(addresses, own) }).catch((error: unknown) => {
      const where = addresses.map(({ ip }) => ip).join(', ');
      throw new Error(`media port ${own} (UDP and TCP on ${where}) cannot be used: set MEDIA_PORT to another one`, { cause: error });
    });
    return { index, worker, server, load: { seats: 0, producers: 0, consumers: 0 }, cpuPercent: 0 };
  } catch (error) {
    worker.close();
    throw error;
  }
}
