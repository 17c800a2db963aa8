// What the face handlers are given.
import type { Orm } from '#db/orm.ts';
import type { Vault } from '#db/vault.ts';
import type { Logger } from '#runtime/log.ts';
import type { Storage } from '#runtime/storage.ts';
import type { FaceEngine } from './engine.ts';

export interface FaceDeps {
  orm: Orm;
  log: Logger;
  storage: Storage;
  vault: Vault;
  /** Null where no models are set up: nothing is judged then, and nobody is kept from learning by it. */
  engine: FaceEngine | null;
  now: () => Date;
}
