// Giving out the broadcast: its playlist, never kept by anybody, and its segments, which never change.
import { streamSegmentMs } from '#contracts/live-stream.ts';
import { liveStreamKey } from '#contracts/places.ts';
import { keepWanted } from '#db/queries/live-streams.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { playlistName, shownStream } from './asking.ts';
import type { NotedViewers } from './noted-viewers.ts';

/** A browser may go back this far without asking again; nobody else may keep a segment. */
const keepSeconds = 120;

const unavailable = (): DomainError => new DomainError('live_stream_unavailable', 'there is no broadcast of this lesson now');

/**
 * Throws not_found, live_stream_unavailable. What is left of one that ended with its session says so by its last line; one that ended for want of
 * viewers while the lesson goes on is to be asked for anew.
 */
export async function givePlaylist(deps: Deps, personId: string, lessonId: string): Promise<FileAnswer> {
  const { stream, live } = await shownStream(deps, personId, lessonId);
  if (!stream || stream.status === 'failed' || (stream.status === 'ended' && live)) throw unavailable();
  await keepWanted(deps.orm.em.fork(), stream.id);
  const bytes = await deps.storage.read(liveStreamKey(stream.id, playlistName)).catch((error: unknown) => {
    throw error instanceof DomainError && error.code === 'not_found' ? unavailable() : error;
  });
  return { type: 'application/vnd.apple.mpegurl', sizeBytes: bytes.length, open: () => bytes };
}

/** Throws not_found, also for a segment that has left the window. */
export async function giveSegment(deps: Deps, viewers: NotedViewers, personId: string, { lessonId, name }: { lessonId: string; name: string }): Promise<FileAnswer> {
  const { stream, role } = await shownStream(deps, personId, lessonId);
  const key = stream && liveStreamKey(stream.id, name);
  const found = key && await deps.storage.stat(key);
  if (!key || !found) throw new DomainError('not_found', 'no such segment');
  if (role === 'student') viewers.given(lessonId, personId, (deps.now().getTime() - found.changedAt.getTime() + streamSegmentMs) / 1000);
  return {
    type: 'video/mp2t', sizeBytes: found.sizeBytes, etag: `"${found.changedAt.getTime().toString(16)}-${found.sizeBytes.toString(16)}"`, keepSeconds,
    open: (range) => deps.storage.stream(key, range),
  };
}
