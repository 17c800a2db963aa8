// Whole, decodable VP8 frames of one simulcast layer, from packets in any order. What cannot be decoded is left out and said.
import { inOrder, missingBetween, timestampModulus, unwrapper } from './rtp.ts';
import type { Vp8Payload } from './vp8.ts';

/** Where bytes lie: index of the segment file, offset and length in it. */
export interface Place { file: number; offset: number; length: number }
export interface VideoPacket extends Place {
  atMs: number; sequence: number; timestamp: number; marker: boolean;
  /** Null for padding: it fills a sequence number and nothing else. */
  described: { vp8: Vp8Payload | null };
}
export interface VideoFrame {
  /** Unwrapped RTP time and arrival on the server's clock. */
  rtp: number; atMs: number; key: boolean; width: number; height: number; places: Place[];
  /** Something between the frame before and this one was lost. */
  afterLoss: boolean;
}
export interface LayerFrames { frames: VideoFrame[]; lostPackets: number }

interface Group { rtp: number; atMs: number; first: Vp8Payload; places: Place[] }

/** Which frames the decoder can take: it keeps what is known of references since the last key frame. */
class DecodeChain {
  #size: { width: number; height: number } | null = null;
  #intact = false;
  #lastBase: number | null = null;
  /** Highest temporal layer whose references are all there. */
  #cleanLayer = 0;

  lose(): void {
    this.#intact = false;
    this.#cleanLayer = 0;
  }

  /** Size of the picture when the frame can be decoded, else null. */
  take(head: Vp8Payload): { width: number; height: number } | null {
    if (head.keyFrame) {
      this.#size = head.keyFrame;
      this.#intact = true;
      this.#cleanLayer = 3;
      this.#lastBase = head.baseIndex;
      return this.#size;
    }
    const layer = head.temporalLayer ?? 0;
    if (!this.#intact && !this.#resumes(head, layer)) return null;
    if (layer === 0) this.#lastBase = head.baseIndex;
    else if (layer > this.#cleanLayer) {
      if (!head.layerSync) return null;
      if (layer === this.#cleanLayer + 1) this.#cleanLayer = layer;
    }
    return this.#size;
  }

  /** After a loss the base layer goes on where its running number shows that none of its own frames is missing. */
  #resumes(head: Vp8Payload, layer: number): boolean {
    if (layer !== 0 || head.temporalLayer === null || head.baseIndex === null || this.#lastBase === null) return false;
    if (head.baseIndex !== ((this.#lastBase + 1) & 0xff)) {
      this.#lastBase = null;
      return false;
    }
    this.#intact = true;
    return true;
  }
}

class Assembly {
  readonly frames: VideoFrame[] = [];
  readonly #chain = new DecodeChain();
  #group: Group | null = null;
  #lossBefore = false;

  /** Packets are missing here, or what came cannot be a frame. */
  broken(): void {
    this.#group = null;
    this.#chain.lose();
    this.#lossBefore = true;
  }

  add(packet: VideoPacket, vp8: Vp8Payload, rtp: number): void {
    if (this.#group && this.#group.rtp !== rtp) {
      // Asked for a key frame, browsers throw away what of the frame before is still to be sent; sequence numbers go on as if nothing were missing.
      if (vp8.keyFrame) this.broken();
      else this.#finish();
    }
    if (!this.#group) {
      // The middle of a frame whose start never came: the loss was counted where the sequence broke.
      if (!vp8.start) return this.broken();
      this.#group = { rtp, atMs: packet.atMs, first: vp8, places: [] };
    }
    this.#group.atMs = Math.min(this.#group.atMs, packet.atMs);
    this.#group.places.push({ file: packet.file, offset: packet.offset + vp8.headLength, length: packet.length - vp8.headLength });
    if (packet.marker) this.#finish();
  }

  /** Without a marker the frame counts as whole when nothing was missing up to the next one. */
  #finish(): void {
    const group = this.#group;
    this.#group = null;
    if (!group) return;
    const size = this.#chain.take(group.first);
    if (!size) {
      this.#lossBefore = true;
      return;
    }
    this.frames.push({ rtp: group.rtp, atMs: group.atMs, key: group.first.keyFrame !== null, ...size, places: group.places, afterLoss: this.#lossBefore });
    this.#lossBefore = false;
  }
}

/** Every frame a decoder can show, in order. `packets` are those of one SSRC in order of arrival. */
export function assembleFrames(packets: readonly VideoPacket[]): LayerFrames {
  const ordered = inOrder(packets);
  const unwrap = unwrapper(timestampModulus);
  const assembly = new Assembly();
  let lostPackets = 0;
  let before: VideoPacket | null = null;
  for (const packet of ordered) {
    const missing: number = before ? missingBetween(before.sequence, packet.sequence) : 0;
    lostPackets += missing;
    if (missing > 0) assembly.broken();
    before = packet;
    const { vp8 } = packet.described;
    if (vp8) assembly.add(packet, vp8, unwrap(packet.timestamp));
  }
  // What is unfinished at the end was cut off by it.
  return { frames: assembly.frames, lostPackets };
}
