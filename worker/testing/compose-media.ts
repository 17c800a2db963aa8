// Tracks of real VP8 and Opus at known times, for tests of composing: what reading a capture without any fault would give.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Source } from '#domain/media.ts';
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

/** A voice from `startMs` on; `at` moves a packet in time, or leaves it out (null). */
export async function voiceLane(encoding: Encoding, startMs: number, at: (ms: number) => number | null = (ms) => ms): Promise<Lane> {
  const { file, packets } = await stored(encoding);
  return {
    peerId: encoding.name,
    packets: packets.flatMap(({ ms, offset, data }) => {
      const moved = at(ms);
      return moved === null ? [] : [{ file, packet: { ms: startMs + moved, rtp: 0, atMs: 0, durationMs: 20, lostBefore: 0, file: 0, offset, length: data.length } }];
    }),
  };
}
