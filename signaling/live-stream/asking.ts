// Asking for the delayed broadcast: whoever has part in a live, recorded lesson makes it wanted; a worker takes it up.
import type { LiveStreamState } from '#contracts/live-stream.ts';
import { liveStreamKey } from '#contracts/places.ts';
import { unitOfWork } from '#db/orm.ts';
import { doorsteps } from '#db/queries/door.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { keepWanted, streamView, wantStream, type StreamView } from '#db/queries/live-streams.ts';
import { doorRefusals } from '#domain/door.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';

const nobody: ReadonlySet<string> = new Set();
/** One that failed is not begun anew by every page that asks. */
const failedRestMs = 30_000;
export const playlistName = 'playlist.m3u8';

/** What the person may know of the lesson's broadcast; a learner whom the door keeps out, nothing. Throws not_found, door_waiting, door_locked, removed_from_lesson. */
export async function shownStream(deps: Deps, personId: string, lessonId: string): Promise<StreamView> {
  const view = await streamView(deps.orm.em.fork(), personId, lessonId);
  if (!view?.role) throw new DomainError('not_found', 'no such lesson');
  const answer = view.role === 'student' ? (await doorsteps(deps.orm.em.fork(), lessonId, [personId], nobody)).get(personId)?.answer ?? 'in' : 'in';
  if (answer !== 'in') throw new DomainError(doorRefusals[answer], 'the broadcast is for who is in');
  return view;
}

/** Throws not_found, lesson_not_live, live_stream_unavailable. */
export async function askForStream(deps: Deps, personId: string, lessonId: string): Promise<LiveStreamState> {
  const { institutionId, recorded, sessionId, live, stream } = await shownStream(deps, personId, lessonId);
  if (!sessionId || !live) throw new DomainError('lesson_not_live', 'there is nothing to broadcast');
  if (!recorded || deps.config.LIVE_STREAMS === 0) throw new DomainError('live_stream_unavailable', recorded ? 'no broadcasts here' : 'it is made from the recording, and this lesson is not recorded');
  if (stream?.failedMsAgo != null && stream.failedMsAgo < failedRestMs) throw new DomainError('live_stream_unavailable', 'the broadcast failed a moment ago');
  if (stream?.status === 'wanted' || stream?.status === 'running') await keepWanted(deps.orm.em.fork(), stream.id);
  else {
    // What is left of the one before must not be taken for the beginning of this one.
    if (stream) await deps.storage.remove(liveStreamKey(stream.id, playlistName));
    await unitOfWork(deps.orm, actorFor(personId, institutionId), (em) => wantStream(em, newId(), institutionId, sessionId));
    deps.log.info({ lessonId, sessionId, personId, before: stream?.status ?? null }, 'broadcast wanted');
  }
  const ready = stream?.status === 'running' && (await deps.storage.stat(liveStreamKey(stream.id, playlistName))) !== null;
  return { ready, playlistUrl: `/api/lessons/${lessonId}/live-stream/playlist`, waitReason: stream?.status === 'wanted' ? stream.waitReason ?? null : null };
}
