// Playlists of a viewing: the renditions there are with their real rates, and segments by number instead of bytes.
import { replayRenditions, type ReplayRendition } from '#contracts/replay.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import type { Rendered } from './stored-playlist.ts';
import { openViewingFacts } from './segments.ts';
import type { WatchDeps } from './watch-deps.ts';

const playlistType = 'application/vnd.apple.mpegurl';
const asFile = (lines: readonly string[]): FileAnswer => {
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  return { type: playlistType, sizeBytes: bytes.length, open: () => bytes };
};

const bitsOf = ({ start, end }: { start: number; end: number }): number => (end - start + 1) * 8;
/** Bits per second of the fullest segment and of all of them, as RFC 8216 (4.3.4.2) wants them. */
export function ratesOf({ segments }: Pick<Rendered, 'segments'>): { peak: number; average: number } {
  const seconds = segments.reduce((sum, { duration }) => sum + Number(duration), 0);
  const bits = segments.reduce((sum, segment) => sum + bitsOf(segment), 0);
  // The last one may last a few frames only, so that its rate says nothing.
  const whole = segments.filter(({ duration }) => Number(duration) >= 1);
  return { peak: Math.ceil(Math.max(...(whole.length > 0 ? whole : segments).map((segment) => bitsOf(segment) / Number(segment.duration)))), average: Math.ceil(bits / seconds) };
}

function variant(viewingId: string, rendition: ReplayRendition, playlist: Rendered): string[] {
  const { peak, average } = ratesOf(playlist);
  const { codecs, resolution } = playlist.facts ?? { codecs: '', resolution: null };
  const attributes = [
    `BANDWIDTH=${peak}`, `AVERAGE-BANDWIDTH=${average}`, ...(codecs ? [`CODECS="${codecs}"`] : []), ...(resolution ? [`RESOLUTION=${resolution}`, 'FRAME-RATE=25.000'] : []),
  ];
  return [`#EXT-X-STREAM-INF:${attributes.join(',')}`, `/api/viewings/${viewingId}/playlist/${rendition}`];
}

/** Best first. Throws not_found for another's viewing, viewing_over. */
export async function masterPlaylist(deps: WatchDeps, personId: string, viewingId: string): Promise<FileAnswer> {
  const { replay } = await openViewingFacts(deps, personId, viewingId);
  const there = replayRenditions.filter((rendition) => replay.files.sizes?.[`${rendition}.m3u8`]);
  const variants = await Promise.all(there.map(async (rendition) => variant(viewingId, rendition, await deps.playlists.of(replay, rendition))));
  return asFile(['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-INDEPENDENT-SEGMENTS', ...variants.flat()]);
}

/** Throws not_found for another's viewing or a rendition that was not made, viewing_over. */
export async function mediaPlaylist(deps: WatchDeps, personId: string, viewingId: string, rendition: ReplayRendition): Promise<FileAnswer> {
  const { replay } = await openViewingFacts(deps, personId, viewingId);
  const { targetSeconds, segments } = await deps.playlists.of(replay, rendition);
  const base = `/api/viewings/${viewingId}/segments/${rendition}`;
  return asFile([
    '#EXTM3U', '#EXT-X-VERSION:7', `#EXT-X-TARGETDURATION:${targetSeconds}`, '#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD',
    '#EXT-X-INDEPENDENT-SEGMENTS', `#EXT-X-MAP:URI="${base}/init"`,
    ...segments.flatMap(({ duration }, number) => [`#EXTINF:${duration},`, `${base}/${number}`]), '#EXT-X-ENDLIST',
  ]);
}
