// Keeps taking the database's WAL into the backup as it is written: connects again by itself, goes on where it stopped, and knows up to which instant
// everything is on disk. A replication slot makes the server keep what was not taken yet.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { dropSlot, identifySystem, lsnOf, lsnText, makeSlot, openReplication, slotOf, streamWal, type WireError } from './replication.ts';
import { walDir, writeWhole } from './places.ts';
import { segmentBytes, segmentOf, walFiles, WalWriter } from './wal-store.ts';

export const slotName = 'keshi_backup';
export interface WalReached { systemId: string; timeline: number; lsn: string; caughtUpAt: Date }
export interface ReceiverOptions {
  url: string; dir: string; signal: AbortSignal;
  /** After each time everything the server had is on disk. */
  reached(reached: WalReached): Promise<void>;
  /** Some WAL is gone for good: only a new base backup closes the gap. */
  gap(): void;
  warn(error: unknown): void;
}
const askEveryMs = 2_000;
/** Beside the WAL: up to when it reaches. */
export const reachedFile = 'reached.json';

async function firstPosition(client: Client, folder: string): Promise<bigint> {
  let slot = await slotOf(client, slotName);
  if (slot?.lost) {
    await dropSlot(client, slotName);
    slot = null;
  }
  if (!slot) {
    await makeSlot(client, slotName);
    slot = await slotOf(client, slotName);
  }
  const { whole, partial } = await walFiles(folder);
  const kept = segmentOf(lsnOf(slot?.restartLsn ?? '0/0'));
  const own = partial ?? (whole.length > 0 ? whole.at(-1)! + 1n : null);
  return (own ?? kept) * segmentBytes;
}

/** The segment where the server is now: what lies before and was not taken is lost. */
const fromNow = (lsn: string): bigint => segmentOf(lsnOf(lsn)) * segmentBytes;

async function runOnce(options: ReceiverOptions, forward: boolean): Promise<void> {
  const client = await openReplication(options.url);
  const stop = (): void => { void client.end(); };
  options.signal.addEventListener('abort', stop);
  try {
    const { systemId, timeline, lsn } = await identifySystem(client);
    const folder = walDir(options.dir, systemId, timeline);
    const found = await firstPosition(client, folder);
    const from = forward ? fromNow(lsn) : found;
    const writer = new WalWriter(folder, timeline, from);
    let [serverEnd, serverTime] = [0n, new Date(0)];
    const stream = streamWal(client, { slot: slotName, from, timeline }, {
      wal: (at, bytes) => writer.write(at, bytes),
      end: (end, time) => {
        if (end > serverEnd) serverEnd = end;
        serverTime = time;
      },
    });
    const settle = async (): Promise<void> => {
      const [end, time] = [serverEnd, serverTime];
      const upTo = await writer.flush();
      stream.confirm(upTo);
      if (end === 0n || upTo < end) return;
      const reached = { systemId, timeline, lsn: lsnText(upTo), caughtUpAt: time };
      await writeWhole(join(folder, reachedFile), `${JSON.stringify(reached)}\n`);
      await options.reached(reached);
    };
    const confirming = (async () => { for (;;) { await pause(askEveryMs, undefined, { signal: options.signal }); await settle(); } })();
    try {
      await Promise.race([stream.ended, confirming]);
    } finally {
      confirming.catch(() => undefined);
      await writer.close();
    }
  } finally {
    options.signal.removeEventListener('abort', stop);
    await client.end().catch(() => undefined);
  }
}

/** Until `signal`. */
export async function receiveWal(options: ReceiverOptions): Promise<void> {
  let forward = false;
  for (let waitMs = 500; !options.signal.aborted; waitMs = Math.min(waitMs * 2, 10_000)) {
    const began = Date.now();
    try {
      await runOnce(options, forward);
    } catch (error) {
      if (options.signal.aborted) return;
      // 58P01: the WAL asked for was removed. A server that is behind us was restored to an earlier state on the same timeline.
      forward = (error as WireError).code === '58P01' || /ahead of the WAL flush position/.test((error as Error).message);
      if (forward) options.gap();
      options.warn(error);
    }
    if (Date.now() - began > 60_000) waitMs = 500;
    await pause(waitMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

/** Without somebody who takes it, the slot would keep all WAL there ever is. */
export async function forgetSlot(url: string): Promise<boolean> {
  const client = await openReplication(url);
  try {
    if (!await slotOf(client, slotName)) return false;
    await dropSlot(client, slotName);
    return true;
  } finally {
    await client.end();
  }
}
