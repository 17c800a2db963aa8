// One RTP stream as it arrives: how much, and what never came, by the sequence numbers in its clear headers.
import { ahead } from './feedback.ts';

export class ReceivedStream {
  readonly ssrc: number;
  packets = 0;
  /** Whole datagrams. */
  bytes = 0;
  /** Without header and authentication tag. */
  payloadBytes = 0;
  firstMs = 0;
  lastMs = 0;
  #first = 0;
  #highest = 0;
  #reported = { expected: 0, packets: 0 };
  #senderReport = { middle: 0, atMs: 0 };

  constructor(ssrc: number) { this.ssrc = ssrc; }

  came(sequence: number, size: number, payloadSize: number, atMs: number): void {
    if (this.packets++ === 0) {
      this.firstMs = atMs;
      this.#first = sequence;
      this.#highest = sequence;
    } else {
      const step = ahead(sequence, this.#highest & 0xffff);
      if (step > 0) this.#highest += step;
    }
    this.bytes += size;
    this.payloadBytes += payloadSize;
    this.lastMs = atMs;
  }

  get highest(): number { return this.#highest; }
  get expected(): number { return this.packets === 0 ? 0 : this.#highest - this.#first + 1; }

  /** Middle 32 bits of the sender's NTP time. */
  senderReported(middle: number, atMs: number): void { this.#senderReport = { middle, atMs }; }

  /** For the next receiver report: what was lost since the last one. */
  block(nowMs: number): { ssrc: number; fractionLost: number; lost: number; highest: number; lastReport: number; sinceLastReport: number } {
    const expected = this.expected - this.#reported.expected;
    const lost = Math.max(0, expected - (this.packets - this.#reported.packets));
    this.#reported = { expected: this.expected, packets: this.packets };
    const { middle, atMs } = this.#senderReport;
    return {
      ssrc: this.ssrc, fractionLost: expected > 0 ? Math.min(255, Math.round((lost / expected) * 256)) : 0, lost: Math.max(0, this.expected - this.packets),
      highest: this.#highest, lastReport: middle, sinceLastReport: middle ? Math.round((nowMs - atMs) * 65.536) : 0,
    };
  }
}
