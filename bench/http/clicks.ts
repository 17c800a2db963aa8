// What learners click on: a lesson's page with its data, a poster, the first segment of a unit. Each click is timed from the moment it was due.
import type { HttpLine, Answered } from './line.ts';

/** `cookie` as the header has it; `viewingId` is null for who does not watch. */
export interface Learner { cookie: string; viewingId: string | null }
/** `replayId` null: there is a page alone. */
export interface Objects { lessonId: string; replayId: string | null }
/** What is clicked on; the sizes tell a right answer from any other. */
export interface Targets extends Objects { posterBytes: number; segmentBytes: number; pageEtag: string }
export type Kind = 'detail' | 'poster' | 'segment';
export interface Click { kind: Kind; ms: number }

function expected(answer: Answered, wanted: Partial<Answered>): Answered {
  for (const [name, value] of Object.entries(wanted)) {
    if (answer[name as keyof Answered] !== value) throw new Error(`${name} is ${answer[name as keyof Answered]} instead of ${value} (status ${answer.status})`);
  }
  return answer;
}

type Clicks = Record<Kind, (line: HttpLine, learner: Learner, targets: Targets) => Promise<number>>;
/** Each answers the moment that counts: the last byte of a page's data, the first byte of an object. Throws where the answer is another than it must be. */
export const clicks: Clicks = {
  // The page itself is known to the browser, as are its scripts: it asks whether it is still the one.
  detail: async (line, _learner, { lessonId, pageEtag }) => {
    expected(await line.ask({ path: `/lessons/${lessonId}`, headers: { 'if-none-match': pageEtag } }), { status: 304 });
    return expected(await line.ask({ path: `/api/lessons/${lessonId}` }), { status: 200 }).doneMs;
  },
  poster: async (line, _learner, { replayId, posterBytes }) =>
    expected(await line.ask({ path: `/api/replays/${replayId}/files/poster.jpg` }), { status: 200, bytes: posterBytes }).firstByteMs,
  // The link first, then what it leads to: both are waited for.
  segment: async (line, { viewingId }, { segmentBytes }) => {
    const way = expected(await line.ask({ path: `/api/viewings/${viewingId}/segments/low/0` }), { status: 307 });
    return expected(await line.ask({ path: way.location ?? '/' }), { status: 200, bytes: segmentBytes }).firstByteMs;
  },
};
/** What right answers look like, from a learner's own look beforehand. Throws where something is not served. */
export async function lookAt(line: HttpLine, { viewingId }: Learner, objects: Objects): Promise<Targets> {
  const get = async (path: string, status = 200): Promise<Answered> => expected(await line.ask({ path }), { status });
  const { etag } = await get(`/lessons/${objects.lessonId}`);
  if (!etag) throw new Error('the page has no tag');
  if (objects.replayId === null) return { ...objects, pageEtag: etag, segmentBytes: 0, posterBytes: 0 };
  const way = await get(`/api/viewings/${viewingId}/segments/low/0`, 307);
  const [segment, poster] = [await get(way.location ?? '/'), await get(`/api/replays/${objects.replayId}/files/poster.jpg`)];
  return { ...objects, pageEtag: etag, segmentBytes: segment.bytes, posterBytes: poster.bytes };
}

/** Begins to watch, as the player does. */
export async function beginWatching(line: HttpLine, replayId: string): Promise<string> {
  const { body } = expected(await line.ask({ path: `/api/replays/${replayId}/viewings`, method: 'POST', keep: true }), { status: 200 });
  return (JSON.parse(body ?? '') as { viewingId: string }).viewingId;
}

/** Requests that one click makes. */
export const requestsOf: Record<Kind, number> = { detail: 2, poster: 1, segment: 2 };
