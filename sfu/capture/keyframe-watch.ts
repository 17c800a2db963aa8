// Decides when the recorder must ask for a key frame: a lost packet that does not come back, or too long since the last one.
import type { RtpHead } from './rtp-packet.ts';

/** A gap still open after this long counts as lost: mediasoup's own retransmission has given up by then. */
const lostAfterMs = 500;
/** Between two requests for the same picture; an answer takes a round trip and an encoder's turn. */
const betweenRequestsMs = 1000;
const silentAfterMs = 2000;
const largestGap = 512;

interface Layer { highest: number; missing: Map<number, number>; lastPacketMs: number; lastKeyFrameMs: number; packetsSinceKeyFrame: boolean }
export type KeyFrameReason = 'loss' | 'cadence';

export class KeyFrameWatch {
  readonly #cadenceMs: number;
  readonly #layers = new Map<number, Layer>();
  readonly #order: number[];
  #requestedMs = -Infinity;
  #lost = false;

  /** `ssrcs`: lowest layer first. `cadenceMs`: longest time between two key frames of the top layer. */
  constructor(ssrcs: number[], cadenceMs: number) {
    this.#order = ssrcs;
    this.#cadenceMs = cadenceMs;
  }

  /** Takes one packet; answers whether it is the first of its layer. */
  packet(head: RtpHead, keyFrame: boolean, nowMs: number): boolean {
    const known = this.#layers.get(head.ssrc);
    const layer = known ?? { highest: head.sequence, missing: new Map<number, number>(), lastPacketMs: nowMs, lastKeyFrameMs: nowMs, packetsSinceKeyFrame: false };
    if (!known) this.#layers.set(head.ssrc, layer);
    layer.lastPacketMs = nowMs;
    if (keyFrame) layer.lastKeyFrameMs = nowMs;
    layer.packetsSinceKeyFrame = !keyFrame;
    this.#follow(layer, head.sequence, nowMs);
    return !known;
  }

  /** A request went out for whatever reason: the next one waits. */
  requested(nowMs: number): void { this.#requestedMs = nowMs; }

  /** After a pause the sender starts with a key frame, and the numbers missing before it do not matter. */
  restart(nowMs: number): void {
    for (const layer of this.#layers.values()) {
      layer.missing.clear();
      layer.lastKeyFrameMs = nowMs;
    }
    this.#lost = false;
  }

  /** Why a key frame is needed now, or null. Ask every 100 to 250 ms. */
  due(nowMs: number): KeyFrameReason | null {
    for (const layer of this.#layers.values()) {
      for (const [sequence, sinceMs] of layer.missing) {
        if (nowMs - sinceMs < lostAfterMs) break;
        layer.missing.delete(sequence);
        this.#lost = true;
      }
    }
    if (nowMs - this.#requestedMs < betweenRequestsMs) return null;
    if (this.#lost) {
      this.#lost = false;
      return 'loss';
    }
    const top = this.#topLayer(nowMs);
    const since = top ? nowMs - Math.max(top.lastKeyFrameMs, this.#requestedMs) : 0;
    return top?.packetsSinceKeyFrame && since >= this.#cadenceMs ? 'cadence' : null;
  }

  #topLayer(nowMs: number): Layer | undefined {
    return this.#order.map((ssrc) => this.#layers.get(ssrc)).findLast((layer) => layer && nowMs - layer.lastPacketMs < silentAfterMs);
  }

  #follow(layer: Layer, sequence: number, nowMs: number): void {
    const ahead = (sequence - layer.highest + 65536) % 65536;
    if (ahead === 0) return;
    if (ahead >= 32768) {
      layer.missing.delete(sequence);
      return;
    }
    if (ahead > largestGap) {
      layer.missing.clear();
      this.#lost = true;
    } else {
      for (let step = 1; step < ahead; step++) layer.missing.set((layer.highest + step) % 65536, nowMs);
    }
    layer.highest = sequence;
  }
}
