// Files of a replay: pictures for everybody in the lesson once it is published, everything for its staff, with ranges.
import { replayFileKey } from '#contracts/places.ts';
import type { ReplayFileName } from '#contracts/recording.ts';
import { DomainError } from '#domain/errors.ts';
import type { FileAnswer, Redirect } from '../http/file-answer.ts';
import { versionOf } from '../http/shared-bytes.ts';
import { requireShown } from './viewings.ts';
import type { WatchDeps } from './watch-deps.ts';

const playlist = 'application/vnd.apple.mpegurl';
const types: Record<ReplayFileName, string> = {
  'unit.mp4': 'video/mp4', 'main.m3u8': playlist, 'main.m4s': 'video/mp4', 'low.m3u8': playlist, 'low.m4s': 'video/mp4', 'sound.m3u8': playlist, 'sound.m4s': 'audio/mp4',
  'poster.jpg': 'image/jpeg', 'thumbnails.jpg': 'image/jpeg',
};
/** What may be looked at without watching. */
const pictures: readonly ReplayFileName[] = ['poster.jpg', 'thumbnails.jpg'];

/**
 * What a page shows or saves as it is, by a link to the object store where browsers reach one; it lasts for a film that is looked at through it.
 * Media of playlists pass through us: their players ask as scripts, for which the store would have to be told our address.
 */
const linked: readonly ReplayFileName[] = [...pictures, 'unit.mp4'];
const linkSeconds = 2 * 3600;

/** Throws not_found, replay_not_ready, forbidden for a learner who asks for more than pictures: learners watch through viewings. */
export async function replayFile(deps: WatchDeps, personId: string, replayId: string, name: ReplayFileName): Promise<FileAnswer | Redirect> {
  const seen = await deps.seen({ personId, replayId });
  if (!seen) throw new DomainError('not_found', 'no such replay');
  requireShown(seen);
  if (!seen.staff && !pictures.includes(name)) throw new DomainError('forbidden', 'whole files are for staff');
  const key = replayFileKey({ id: replayId, ...seen }, name);
  const link = linked.includes(name) ? await deps.storage.link(key, { seconds: linkSeconds, contentType: types[name] }) : null;
  if (link) return { redirectTo: link };
  const found = await deps.bytes.stat(key);
  if (!found) throw new DomainError('not_found', 'this replay has no such file');
  const { sizeBytes } = found;
  const version = versionOf(found);
  return {
    type: types[name], sizeBytes, etag: `"${version}"`,
    open: (range) => (sizeBytes === 0 ? Buffer.alloc(0) : deps.bytes.open({ key, version, ...(range ?? { start: 0, end: sizeBytes - 1 }) })),
  };
}
