// What making films is given; lengths are parameters so that a short film can have many units and chunks.
import type { FilmLimits } from '#domain/film.ts';
import type { Orm } from '#db/orm.ts';
import type { Logger } from '#runtime/log.ts';
import type { Storage } from '#runtime/storage.ts';
import type { Turn } from '../derive/yielding.ts';

export interface FilmDeps {
  orm: Orm; log: Logger; storage: Storage; dataDir: string; ffmpegBin: string; now: () => Date;
  /** What a film must be; the domain's where left out. */
  limits?: FilmLimits | undefined;
  /** Of a chunk, at most; 1500 (60 s) where left out. */
  chunkFrames?: number | undefined;
  /** Of a file, at most; 75,000 (50:00) where left out. */
  longestPartFrames?: number | undefined;
  /** Whether the next chunk may be made now; asked of the machine where left out. */
  turn?: (() => Promise<Turn>) | undefined;
}
