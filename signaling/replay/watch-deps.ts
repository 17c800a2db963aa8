// What watching replays needs besides the parts every feature is given.
import { createSecretKey, type KeyObject } from 'node:crypto';
import { seenReplays, type PersonAtReplay, type SeenReplay } from '#db/queries/replay-access.ts';
import { viewingsFacts, type PersonsViewing, type ViewingFacts } from '#db/queries/replay-viewing.ts';
import { readersApart } from '#db/tenancy.ts';
import { inBatches } from '#runtime/batches.ts';
import type { Deps } from '../deps.ts';
import { sharedBytes, type SharedBytes } from '../http/shared-bytes.ts';
import { issuing, type Issue } from './issuing.ts';
import { storedPlaylists, type StoredPlaylists } from './stored-playlist.ts';

export interface WatchDeps extends Deps {
  playlists: StoredPlaylists;
  bytes: SharedBytes;
  /** What is asked most, together with what others ask at the same moment. */
  seen: (asked: PersonAtReplay) => Promise<SeenReplay | null>;
  viewing: (asked: PersonsViewing) => Promise<ViewingFacts | null>;
  /** Notes what was given out; false where the viewing is over. */
  give: (issue: Issue) => Promise<boolean>;
  /** Sign links to segments and nonces of heartbeats; the same in every process. */
  linkKey: KeyObject; nonceKey: KeyObject;
}

export const watchDeps = (deps: Deps): WatchDeps => ({
  ...deps, seen: readersApart((as) => inBatches((asked) => as(() => seenReplays(deps.orm.em.fork(), asked)))), viewing: readersApart((as) => inBatches((asked) => as(() => viewingsFacts(deps.orm.em.fork(), asked)))),
  playlists: storedPlaylists(deps.storage), bytes: sharedBytes(deps.storage), give: issuing(deps),
  linkKey: createSecretKey(deps.vault.platformKey('replay links')), nonceKey: createSecretKey(deps.vault.platformKey('heartbeat nonces')),
});
