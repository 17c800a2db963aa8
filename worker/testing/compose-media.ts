// Tracks of real VP8 and Opus at known times, for tests of composing: what reading a capture without any fault would give.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '#domain/media.ts';
import { composeChunk } from '../compose/chunk.ts';
import { frameMs, samplesPerFrame } from '../compose/grid.ts';
import { layoutSpans } from '../compose/layout.ts';
import { gainFor } from '../compose/loudness.ts';
import type { FilmPages } from '../compose/pages.ts';
import { encodeChunkSound } from '../compose/sound.ts';
import type { ChunkGain, ChunkMeasures, LayoutChoice, PackChunk } from '../recording/model.ts';
import type { Piece } from '../recording/pieces.ts';
import type { Lane } from '../recording/sound.ts';
import type { TimedFrame, VideoTrack } from '../recording/tracks.ts';
import { encodePackets, type MediaPacket } from './make-capture.ts';
import { frame, videoTrack } from './tracks.ts';

export interface Encoding { ffmpeg: string; folder: string; name: string; args: readonly string[] }

/** The packets in one file; answers each one's place in it. */
async function stored({ ffmpeg, folder, name, args }: Encoding): Promise<{ file: string; packets: (MediaPacket & { offset: number })[] }> {
  const packets = await encodePackets(ffmpeg, join(folder, `${name}.webm`), args);
  const file = join(folder, `${name}.bin`);
  await writeFile(file, Buffer.concat(packets.map(({ data }) => data)));
  let offset = 0;
  return { file, packets: packets.map((packet) => ({ ...packet, offset: (offset += packet.data.length) - packet.data.length })) };
}

/** One layer of a camera or screen, shown from `startMs` (server time) on; `shown` may leave frames out. */
export async function pictureTrack(
  encoding: Encoding, source: Source, startMs: number, size: { width: number; height: number }, shown: (ms: number) => boolean = () => true,
): Promise<VideoTrack> {
  const { file, packets } = await stored(encoding);
  const frames = packets.filter(({ ms }) => shown(ms)).map((packet): TimedFrame =>
    frame(startMs + packet.ms, { key: packet.key, ...size, places: [{ file: 0, offset: packet.offset, length: packet.data.length }] }));
  return videoTrack(source, startMs, frames.at(-1)!.ms + 40, [frames], { files: [file], producerId: encoding.name });
}

/** A voice from `startMs` on; `at` moves a packet in time, or leaves it out (null). Times rise, as reading makes them. */
export async function voiceLane(encoding: Encoding, startMs: number, at: (ms: number) => number | null = (ms) => ms): Promise<Lane> {
  const { file, packets } = await stored(encoding);
  let before = -Infinity;
  return {
    peerId: encoding.name,
    packets: packets.flatMap(({ ms, offset, data }) => {
      const moved = at(ms);
      if (moved === null || moved < before + 1) return [];
      before = moved;
      return [{ file, packet: { ms: startMs + moved, rtp: 0, atMs: 0, durationMs: 20, lostBefore: 0, file: 0, offset, length: data.length } }];
    }),
  };
}

export interface Composed { chunks: PackChunk[]; measures: ChunkMeasures[]; gains: ChunkGain[] }

/** A unit from `startMs` in chunks of so many frames, each with its sound, as the jobs would make it. `gain` overrides what is decided. */
export async function composeUnit(
  root: string, ffmpegBin: string, startMs: number, lengths: readonly number[], media: { pieces?: readonly Piece[]; lanes?: readonly Lane[]; layouts?: readonly LayoutChoice[]; gain?: ChunkGain; pages?: FilmPages },
): Promise<Composed> {
  const made: Composed = { chunks: [], measures: [], gains: [] };
  let from = 0;
  for (const [index, frames] of lengths.entries()) {
    const tools = { ffmpegBin, folder: join(root, `chunk-${index}`), threads: 2 };
    await mkdir(tools.folder, { recursive: true });
    const grid = { startMs: startMs + from * frameMs, frames };
    const measures = await composeChunk(tools, { grid, spans: layoutSpans(media.pieces ?? [], grid, { rank: () => 0, layouts: media.layouts ?? [], pages: media.pages?.scenes ?? [] }), lanes: media.lanes ?? [], pages: media.pages });
    const gain = media.gain ?? gainFor(made.measures.map(({ loudness }, at) => ({ loudness, gain: made.gains[at]! })), measures.loudness);
    const before = made.chunks.at(-1);
    const previous = before ? { folder: before.folder, samples: before.frames * samplesPerFrame, gain: made.gains.at(-1)!, sound: before.sound } : null;
    const sound = await encodeChunkSound(tools, { startSample: from * samplesPerFrame, samples: frames * samplesPerFrame, gain, previous, last: index === lengths.length - 1 });
    made.chunks.push({ folder: tools.folder, frames, sound });
    made.measures.push(measures);
    made.gains.push(gain);
    from += frames;
  }
  return made;
}
