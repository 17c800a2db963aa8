// Files of a replay for tests of serving: bytes that tell their place, cut by playlists as ffmpeg writes them.
import { createHash } from 'node:crypto';
import { replayKey } from '#contracts/places.ts';
import type { ReplayFileName, ReplayFiles } from '#contracts/recording.ts';
import { replayRenditions } from '#contracts/replay.ts';
import type { Storage } from '#runtime/storage.ts';

export const headBytes = 100;
const segmentBytes = { main: 3000, low: 700, sound: 90 } as const;
export const bytesPerSegment = segmentBytes;

/** A file of `seconds` in segments of 4 s, the last one shorter. */
export function playlistOf(name: string, seconds: number, size: number): string {
  const lines = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:4', '#EXT-X-MEDIA-SEQUENCE:0', '#EXT-X-PLAYLIST-TYPE:VOD', `#EXT-X-MAP:URI="${name}",BYTERANGE="${headBytes}@0"`];
  for (let number = 0; number * 4 < seconds; number++) {
    lines.push(`#EXTINF:${Math.min(4, seconds - number * 4).toFixed(6)},`, `#EXT-X-BYTERANGE:${size}@${headBytes + number * size}`, name);
  }
  return [...lines, '#EXT-X-ENDLIST', ''].join('\n');
}

/** Bytes that differ from place to place. */
export const madeBytes = (length: number, seed: number): Buffer => Buffer.from(Array.from({ length }, (_, index) => (index * 7 + Math.floor(index / 251) + seed) % 256));

/** Stores every file of a replay, or of what `keyOf` says, that lasts `seconds`, and answers its figures. */
export async function storeReplayFiles(storage: Storage, replayId: string, seconds: number, keyOf = (name: ReplayFileName) => replayKey(replayId, name)): Promise<ReplayFiles> {
  const files: ReplayFiles = { sizes: {}, sha256: {}, thumbnails: { everyMs: 10_000, columns: 10, count: Math.ceil(seconds / 10), width: 160, height: 90 } };
  const store = async (name: ReplayFileName, bytes: Buffer): Promise<void> => {
    await storage.putBytes(keyOf(name), bytes);
    files.sizes[name] = bytes.length;
    files.sha256[name] = createHash('sha256').update(bytes).digest('hex');
  };
  for (const [index, rendition] of replayRenditions.entries()) {
    const size = segmentBytes[rendition];
    await store(`${rendition}.m4s`, madeBytes(headBytes + Math.ceil(seconds / 4) * size, index));
    await store(`${rendition}.m3u8`, Buffer.from(playlistOf(`${rendition}.m4s`, seconds, size)));
  }
  await store('unit.mp4', madeBytes(5000, 9));
  await store('poster.jpg', madeBytes(300, 10));
  await store('thumbnails.jpg', madeBytes(400, 11));
  return files;
}
