// What keeping raw captures needs.
import type { Orm } from '#db/orm.ts';
import type { Logger } from '#runtime/log.ts';
import type { Storage } from '#runtime/storage.ts';

export interface KeeperDeps {
  orm: Orm; log: Logger; dataDir: string;
  /** The second copy: another folder, disk or store than DATA_DIR. */
  copies: Storage;
  now: () => Date;
}
