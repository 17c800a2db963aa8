// Segments of a replay: a link is signed when the moment is near enough, and what was given out is noted; the link leads to the bytes.
import { replayFileKey } from '#contracts/places.ts';
import type { ReplayRendition } from '#contracts/replay.ts';
import { standingOf, type ViewingFacts } from '#db/queries/replay-viewing.ts';
import { DomainError } from '#domain/errors.ts';
import { intersectPairs, lengthOf, unionPairs, type Pair } from '#domain/recording/spans.ts';
import { mayIssue } from '#domain/recording/watch-credit.ts';
import { linkAheadMs, linkValidMs } from '#domain/recording/watching.ts';
import type { FileAnswer, Redirect } from '../http/file-answer.ts';
import { versionOf } from '../http/shared-bytes.ts';
import { isLapsed } from './end-viewing.ts';
import { openLink, sealLink } from './link-token.ts';
import type { Bytes } from './stored-playlist.ts';
import type { WatchDeps } from './watch-deps.ts';

const over = (): DomainError => new DomainError('viewing_over', 'this viewing has ended: begin another');

/** This person's viewing while it lasts. Throws not_found, viewing_over. */
export async function openViewingFacts(deps: WatchDeps, personId: string, viewingId: string): Promise<ViewingFacts> {
  const facts = await deps.viewing({ viewingId, personId });
  if (!facts) throw new DomainError('not_found', 'no such viewing');
  if (facts.ended || isLapsed(facts.lastHeardAt, deps.now())) throw over();
  return facts;
}

export interface SegmentWish { viewingId: string; rendition: ReplayRendition; number: string }

/** Notes the span as given out, unless it was before. Throws segment_too_early, viewing_over when it has ended meanwhile. */
async function give(deps: WatchDeps, viewingId: string, facts: ViewingFacts, span: Pair): Promise<void> {
  if (!mayIssue(standingOf(facts), span[0], linkAheadMs)) throw new DomainError('segment_too_early', 'this moment is too far ahead');
  const given = intersectPairs(unionPairs(facts.issued), [span]);
  if (lengthOf(given) === span[1] - span[0]) return;
  if (!await deps.give({ viewingId, institutionId: facts.institutionId, span })) throw over();
}

/** The way to one segment, or to the head of the file. Throws not_found, viewing_over, segment_too_early. */
export async function segmentLink(deps: WatchDeps, personId: string, { viewingId, rendition, number }: SegmentWish): Promise<Redirect> {
  const facts = await openViewingFacts(deps, personId, viewingId);
  const { init, segments } = await deps.playlists.of(facts.replay, rendition);
  const segment = number === 'init' ? null : segments[Number(number)];
  if (segment === undefined) throw new DomainError('not_found', 'no such segment');
  if (segment) await give(deps, viewingId, facts, [segment.fromMs, segment.toMs]);
  const { start, end }: Bytes = segment ?? init;
  const expiresMs = deps.now().getTime() + linkValidMs;
  const { id: replayId, filmId, filmOrdinal } = facts.replay;
  const token = sealLink(deps.linkKey, { viewingId, replayId, rendition, number, personId, start, end, expiresMs, film: filmId && `${filmId}/${filmOrdinal}` });
  return { redirectTo: `/api/segments/${token}` };
}

/** The bytes behind a link. Throws not_found for a forged one, forbidden for another person's, link_expired. */
export async function segmentBytes(deps: WatchDeps, personId: string, token: string): Promise<FileAnswer> {
  const link = openLink(deps.linkKey, token);
  if (!link) throw new DomainError('not_found', 'no such link');
  if (link.personId !== personId) throw new DomainError('forbidden', 'this link was made for somebody else');
  if (deps.now().getTime() > link.expiresMs) throw new DomainError('link_expired', 'this link has expired: ask for the segment again');
  const [filmId, filmOrdinal] = link.film?.split('/') ?? [];
  const key = replayFileKey({ id: link.replayId, filmId, filmOrdinal: Number(filmOrdinal) }, `${link.rendition}.m4s`);
  const found = await deps.bytes.stat(key);
  if (!found || found.sizeBytes <= link.end) throw new DomainError('not_found', 'the file is gone');
  const version = versionOf(found);
  return {
    type: link.rendition === 'sound' ? 'audio/mp4' : 'video/mp4', sizeBytes: link.end - link.start + 1,
    etag: `"${version}-${link.start.toString(16)}"`, keepSeconds: linkValidMs / 1000,
    open: (range) => deps.bytes.open({ key, version, start: link.start + (range?.start ?? 0), end: range ? link.start + range.end : link.end }),
  };
}
