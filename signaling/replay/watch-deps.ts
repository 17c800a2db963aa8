// What watching replays needs besides the parts every feature is given.
import type { Deps } from '../deps.ts';
import { storedPlaylists, type StoredPlaylists } from './stored-playlist.ts';

export interface WatchDeps extends Deps {
  playlists: StoredPlaylists;
  /** Sign links to segments and nonces of heartbeats; the same in every process. */
  linkKey: Buffer; nonceKey: Buffer;
}

export const watchDeps = (deps: Deps): WatchDeps => ({
  ...deps, playlists: storedPlaylists(deps.storage), linkKey: deps.vault.platformKey('replay links'), nonceKey: deps.vault.platformKey('heartbeat nonces'),
});
