// HLS playlists as they were stored beside their files: which bytes are which moments. Read strictly, kept in memory, few at a time.
import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import { replayFileKey } from '#contracts/places.ts';
import type { ReplayRendition } from '#contracts/replay.ts';
import type { Replay } from '#db/entities/recording.ts';
import type { Storage } from '#runtime/storage.ts';

/** Bytes of the media file, both ends included. */
export interface Bytes { start: number; end: number }
export interface StoredSegment extends Bytes {
  /** As written, in seconds. */
  duration: string;
  /** Milliseconds from the file's start, [from, to). */
  fromMs: number; toMs: number;
}
export interface StoredPlaylist { targetSeconds: number; init: Bytes; segments: readonly StoredSegment[] }
export interface PictureFacts { codecs: string; resolution: string | null }

const rangeOf = (length: string, offset: number): Bytes => ({ start: offset, end: offset + Number(length) - 1 });

/** Tags without a meaning here; any other is an error, so that nothing is misread in silence. */
const known = /^#(EXTM3U|EXT-X-(VERSION|MEDIA-SEQUENCE|PLAYLIST-TYPE|INDEPENDENT-SEGMENTS|TARGETDURATION|MAP|BYTERANGE|ENDLIST)|EXTINF)\b/;

class PlaylistReader {
  private readonly name: string;
  private readonly durationMs: number;
  private readonly segments: StoredSegment[] = [];
  private targetSeconds: number | null = null;
  private init: Bytes | null = null;
  private duration: string | null = null;
  private bytes: Bytes | null = null;
  private nextByte = 0;
  private seconds = 0;

  constructor(name: string, durationMs: number) {
    this.name = name;
    this.durationMs = durationMs;
  }

  private wrong(line: string): never {
    throw new Error(`a stored playlist has an unexpected line: ${line.slice(0, 80)}`);
  }

  private range(line: string, length: string | undefined, offset: string | undefined): Bytes {
    if (!length || Number(length) === 0) this.wrong(line);
    const bytes = rangeOf(length, offset ? Number(offset) : this.nextByte);
    this.nextByte = bytes.end + 1;
    return bytes;
  }

  private uri(line: string): void {
    if (line !== this.name || this.duration === null || !this.bytes) this.wrong(line);
    const fromMs = Math.round(this.seconds * 1000);
    this.seconds += Number(this.duration);
    this.segments.push({ ...this.bytes, duration: this.duration, fromMs: Math.min(fromMs, this.durationMs), toMs: Math.min(Math.round(this.seconds * 1000), this.durationMs) });
    [this.duration, this.bytes] = [null, null];
  }

  take(line: string): void {
    if (line === '' || (line.startsWith('#') && !line.startsWith('#EXT'))) return;
    if (!line.startsWith('#')) return this.uri(line);
    if (!known.test(line)) this.wrong(line);
    const [, target] = /^#EXT-X-TARGETDURATION:(\d+)$/.exec(line) ?? [];
    const [, duration] = /^#EXTINF:(\d+(?:\.\d+)?),/.exec(line) ?? [];
    const map = /^#EXT-X-MAP:URI="([^"]+)",BYTERANGE="(\d+)@(\d+)"$/.exec(line);
    const bytes = /^#EXT-X-BYTERANGE:(\d+)(?:@(\d+))?$/.exec(line);
    if (target) this.targetSeconds = Number(target);
    if (duration) this.duration = duration;
    if (map && map[1] === this.name) this.init = this.range(line, map[2], map[3]);
    if (bytes) this.bytes = this.range(line, bytes[1], bytes[2]);
    if (/^#(EXTINF|EXT-X-(TARGETDURATION|MAP|BYTERANGE))/.test(line) && !target && !duration && !map && !bytes) this.wrong(line);
  }

  finish(text: string): StoredPlaylist {
    const last = this.segments.at(-1);
    if (!text.startsWith('#EXTM3U') || !text.includes('#EXT-X-ENDLIST') || this.targetSeconds === null || !this.init || !last) this.wrong('its end');
    // Rounded sums of segments may miss the file's end by a moment that could then never be watched.
    last.toMs = this.durationMs;
    return { targetSeconds: this.targetSeconds, init: this.init, segments: this.segments };
  }
}

/** One media playlist over byte ranges of the file `name`, which lasts `durationMs`. Throws for anything else. */
export function parsePlaylist(text: string, name: string, durationMs: number): StoredPlaylist {
  const reader = new PlaylistReader(name, durationMs);
  for (const line of text.split(/\r?\n/)) reader.take(line.trim());
  return reader.finish(text);
}

/** Codecs as RFC 6381 names them and the picture's size, from a file's head; null where it has none that can be read. */
async function factsOf(head: Buffer): Promise<PictureFacts | null> {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(head) });
  try {
    const tracks = await input.getTracks();
    const codecs = await Promise.all(tracks.map((track) => track.getCodecParameterString()));
    const video = tracks.find((track) => track.isVideoTrack());
    return { codecs: codecs.filter(Boolean).join(','), resolution: video ? `${video.codedWidth}x${video.codedHeight}` : null };
  } catch {
    return null;
  } finally {
    input.dispose();
  }
}

async function readBytes(storage: Storage, key: string, range: Bytes): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of storage.stream(key, range)) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

export type Rendered = StoredPlaylist & { facts: PictureFacts | null };
type Wanted = Pick<Replay, 'id' | 'durationMs' | 'files' | 'settledAt'> & Partial<Pick<Replay, 'filmId' | 'filmOrdinal'>>;
export interface StoredPlaylists {
  /** Throws not_found where the rendition was not made. */
  of(replay: Wanted, rendition: ReplayRendition): Promise<Rendered>;
}

/** Keeps the `most` last used. What is kept belongs to one derivation of the file: a new one is read anew. */
export function storedPlaylists(storage: Storage, most = 150): StoredPlaylists {
  const kept = new Map<string, Promise<Rendered>>();
  const load = async ({ durationMs, ...replay }: Wanted, rendition: ReplayRendition): Promise<Rendered> => {
    const media = `${rendition}.m4s` as const;
    const text = (await storage.read(replayFileKey(replay, `${rendition}.m3u8`))).toString();
    const playlist = parsePlaylist(text, media, durationMs ?? 0);
    return { ...playlist, facts: await factsOf(await readBytes(storage, replayFileKey(replay, media), playlist.init)) };
  };
  return {
    of: (replay, rendition) => {
      const version = replay.files.sha256?.[`${rendition}.m4s`] ?? replay.settledAt?.getTime();
      const key = `${replay.id}/${rendition}/${version}`;
      const found = kept.get(key) ?? load(replay, rendition);
      kept.delete(key);
      kept.set(key, found);
      found.catch(() => kept.delete(key));
      if (kept.size > most) kept.delete(kept.keys().next().value!);
      return found;
    },
  };
}
