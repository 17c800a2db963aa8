// RTCP a browser sends while it receives: transport-wide congestion control feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01) and receiver reports (RFC 3550).

const deltaUs = 250;
const referenceUs = 64_000;
const status = { missing: 0, small: 1, large: 2 } as const;
const longestRun = 0x1fff;

/** `sequence` as in the header extension (16 bit), `atUs` when it came, on any steady clock. */
export interface Arrival { sequence: number; atUs: number }

/** 16-bit distance from `from` to `to`, -32768 to 32767. */
export const ahead = (to: number, from: number): number => (((to - from) & 0xffff) << 16) >> 16;

/** What came since the last feedback, and what did not. */
export class TransportFeedback {
  #arrivals: Arrival[] = [];
  #next: number | null = null;
  #count = 0;

  came(sequence: number, atUs: number): void {
    this.#arrivals.push({ sequence, atUs });
  }

  /** The packet to send now; null when nothing came. */
  take(senderSsrc: number, mediaSsrc: number): Buffer | null {
    const arrivals = this.#arrivals;
    if (arrivals.length === 0) return null;
    this.#arrivals = [];
    const origin = this.#next ?? arrivals[0]!.sequence;
    const known = new Map<number, number>();
    let last = 0;
    for (const { sequence, atUs } of arrivals) {
      const offset = ahead(sequence, origin);
      // What was reported as missing and came late after all is left so: the sender has drawn its conclusion.
      if (offset < 0) continue;
      known.set(offset, atUs);
      last = Math.max(last, offset);
    }
    if (known.size === 0) return null;
    this.#next = (origin + last + 1) & 0xffff;
    return build({ origin, last, known, senderSsrc, mediaSsrc, count: this.#count++ & 0xff });
  }
}

interface Feedback { origin: number; last: number; known: Map<number, number>; senderSsrc: number; mediaSsrc: number; count: number }

function build({ origin, last, known, senderSsrc, mediaSsrc, count }: Feedback): Buffer {
  const [first] = known.values();
  const reference = Math.floor(first! / referenceUs);
  let previous = reference * (referenceUs / deltaUs);
  const statuses: number[] = [];
  const deltas: number[] = [];
  for (let offset = 0; offset <= last; offset++) {
    const atUs = known.get(offset);
    if (atUs === undefined) {
      statuses.push(status.missing);
      continue;
    }
    const at = Math.round(atUs / deltaUs);
    const delta = Math.max(-0x8000, Math.min(0x7fff, at - previous));
    previous += delta;
    if (delta >= 0 && delta <= 0xff) {
      statuses.push(status.small);
      deltas.push(delta);
    } else {
      statuses.push(status.large);
      deltas.push((delta >> 8) & 0xff, delta & 0xff);
    }
  }
  const chunks = runs(statuses);
  const size = 20 + chunks.length * 2 + deltas.length;
  const packet = Buffer.alloc(Math.ceil(size / 4) * 4);
  const padding = packet.length - size;
  packet[0] = 0x80 | (padding > 0 ? 0x20 : 0) | 15;
  packet[1] = 205;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(senderSsrc, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  packet.writeUInt16BE(origin, 12);
  packet.writeUInt16BE(last + 1, 14);
  packet.writeUIntBE(reference & 0xffffff, 16, 3);
  packet[19] = count;
  let at = 20;
  for (const chunk of chunks) at = packet.writeUInt16BE(chunk, at);
  for (const byte of deltas) packet[at++] = byte;
  if (padding > 0) packet[packet.length - 1] = padding;
  return packet;
}

/** Run-length chunks alone: on a line that loses little they are the shortest. */
function runs(statuses: readonly number[]): number[] {
  const chunks: number[] = [];
  for (let from = 0; from < statuses.length;) {
    let to = from;
    while (to < statuses.length && statuses[to] === statuses[from] && to - from < longestRun) to++;
    chunks.push((statuses[from]! << 13) | (to - from));
    from = to;
  }
  return chunks;
}

export interface Block { ssrc: number; fractionLost: number; lost: number; highest: number; lastReport: number; sinceLastReport: number }

/** Receiver report with one block per stream. */
export function receiverReport(senderSsrc: number, blocks: readonly Block[]): Buffer {
  const packet = Buffer.alloc(8 + blocks.length * 24);
  packet[0] = 0x80 | blocks.length;
  packet[1] = 201;
  packet.writeUInt16BE(packet.length / 4 - 1, 2);
  packet.writeUInt32BE(senderSsrc, 4);
  blocks.forEach(({ ssrc, fractionLost, lost, highest, lastReport, sinceLastReport }, index) => {
    const at = 8 + index * 24;
    packet.writeUInt32BE(ssrc, at);
    packet[at + 4] = fractionLost;
    packet.writeUIntBE(Math.max(0, Math.min(0x7fffff, lost)), at + 5, 3);
    packet.writeUInt32BE(highest >>> 0, at + 8);
    packet.writeUInt32BE(lastReport >>> 0, at + 16);
    packet.writeUInt32BE(sinceLastReport >>> 0, at + 20);
  });
  return packet;
}

/** Picture loss indication: the receiver wants a key frame. */
export function pictureLoss(senderSsrc: number, mediaSsrc: number): Buffer {
  const packet = Buffer.alloc(12);
  packet[0] = 0x81;
  packet[1] = 206;
  packet.writeUInt16BE(2, 2);
  packet.writeUInt32BE(senderSsrc, 4);
  packet.writeUInt32BE(mediaSsrc, 8);
  return packet;
}
