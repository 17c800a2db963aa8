// Writes the packets of one piece or lane as they were sent into a Matroska file ffmpeg can read.
import {
  EncodedAudioPacketSource, EncodedPacket, EncodedVideoPacketSource, FilePathTarget, MkvOutputFormat, Output,
} from 'mediabunny';
import type { Place } from '../recording/frames.ts';
import { firstFrom, keyBefore, type Piece } from '../recording/pieces.ts';
import { readSegment } from '../recording/segments.ts';
import type { LanePacket } from '../recording/sound.ts';
import type { TimedFrame } from '../recording/tracks.ts';

/** Bytes of segment files by place; keeps the few files it read last (each at most 32 MiB). */
export class SegmentBytes {
  readonly #files = new Map<string, Buffer>();
  readonly #most: number;
  private constructor(most: number) { this.#most = most; }
  static create(most = 3): SegmentBytes { return new SegmentBytes(most); }

  async read(file: string, place: Place): Promise<Buffer> {
    let bytes = this.#files.get(file);
    if (!bytes) {
      bytes = await readSegment(file);
      this.#files.set(file, bytes);
      if (this.#files.size > this.#most) this.#files.delete(this.#files.keys().next().value ?? file);
    }
    return bytes.subarray(place.offset, place.offset + place.length);
  }
}

const output = (path: string): Output => new Output({ format: new MkvOutputFormat({ appendOnly: true }), target: new FilePathTarget(path) });

/** Frames the piece needs to show [fromMs, toMs): from the key frame before the first one shown. Empty when it shows none. */
export function framesFor(piece: Piece, fromMs: number, toMs: number): TimedFrame[] {
  const frames = piece.track.streams[piece.layer]!.items;
  const shown = Math.max(piece.first, Math.min(piece.last, firstFrom(frames, fromMs + 1) - 1));
  const end = Math.min(piece.last + 1, Math.max(shown + 1, firstFrom(frames, toMs)));
  return frames.slice(keyBefore(frames, shown), end);
}

/** Lets `write` fill the file and closes it, also when that fails. */
async function written(path: string, write: (target: Output) => Promise<void>): Promise<void> {
  const target = output(path);
  try {
    await write(target);
    await target.finalize();
  } catch (error) {
    await target.cancel();
    throw error;
  }
}

/** Answers the time of the first frame, ms on the server's clock. */
export async function writePicture(path: string, frames: readonly TimedFrame[], files: readonly string[], bytes: SegmentBytes): Promise<number> {
  const startMs = frames[0]!.ms;
  await written(path, async (target) => {
    const source = new EncodedVideoPacketSource('vp8');
    target.addVideoTrack(source);
    await target.start();
    let at = -1;
    for (const frame of frames) {
      const parts: Buffer[] = [];
      for (const place of frame.places) parts.push(await bytes.read(files[place.file]!, place));
      // Times rise by at least a millisecond, the file's resolution.
      at = Math.max(at + 1, Math.round(frame.ms - startMs));
      const packet = new EncodedPacket(Buffer.concat(parts), frame.key ? 'key' : 'delta', at / 1000, 0);
      await source.add(packet, { decoderConfig: { codec: 'vp8', codedWidth: frame.width, codedHeight: frame.height } });
    }
  });
  return startMs;
}

/** Identification header of Opus (RFC 7845, 5.1): two channels, nothing skipped, for RTP times are those of the first sample. */
const opusHead = Buffer.from([...Buffer.from('OpusHead'), 1, 2, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0]);

/** Packets one after another as if nothing were between them: what was is kept by who asks. */
export async function writeSound(path: string, packets: readonly LanePacket[], bytes: SegmentBytes): Promise<void> {
  await written(path, async (target) => {
    const source = new EncodedAudioPacketSource('opus');
    target.addAudioTrack(source);
    await target.start();
    let at = 0;
    for (const { packet, file } of packets) {
      const sound = await bytes.read(file, packet);
      await source.add(
        new EncodedPacket(sound, 'key', at / 1000, packet.durationMs / 1000),
        { decoderConfig: { codec: 'opus', numberOfChannels: 2, sampleRate: 48_000, description: opusHead } },
      );
      at += packet.durationMs;
    }
  });
}
