// What deriving needs: rows, files, ffmpeg and a clock; lengths are parameters so that a short lesson can have many chunks.
import { availableParallelism } from 'node:os';
import type { Orm } from '#db/orm.ts';
import type { Logger } from '#runtime/log.ts';
import type { Storage } from '#runtime/storage.ts';

export interface DeriveDeps {
  orm: Orm; log: Logger; storage: Storage; dataDir: string; ffmpegBin: string; now: () => Date;
  /** The second copy of raw captures: what is missing is brought back from it before anything is published. */
  copies: Storage;
  /** Of a chunk, at most; 1500 (60 s) where left out. */
  chunkFrames?: number | undefined;
  /** Of a file, at most; 75,000 (50:00) where left out. */
  longestPartFrames?: number | undefined;
  /** For ffmpeg; every core where left out. */
  threads?: number | undefined;
  /** Hears of each composed chunk how long it could have been composed already. */
  onComposed?: ((lagMs: number) => void) | undefined;
  /** Stops the work; what was finished stays. */
  signal?: AbortSignal | undefined;
}
export const threadsOf = ({ threads }: DeriveDeps): number => threads ?? availableParallelism();
