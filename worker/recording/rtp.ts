// RTP as it was received (RFC 3550): header, wrapped counters made whole, order restored without a deadline.

export interface RtpHeader {
  payloadType: number; marker: boolean; sequence: number; timestamp: number; ssrc: number;
  /** Where the payload lies in the packet; length 0 for padding-only packets. */
  payloadOffset: number; payloadLength: number;
}

/** Answers null for bytes that are no RTP packet. */
export function parseRtp(packet: Buffer): RtpHeader | null {
  if (packet.length < 12 || packet[0]! >> 6 !== 2) return null;
  let offset = 12 + (packet[0]! & 0x0f) * 4;
  if (packet[0]! & 0x10) {
    if (packet.length < offset + 4) return null;
    offset += 4 + packet.readUInt16BE(offset + 2) * 4;
  }
  const padding = packet[0]! & 0x20 ? packet[packet.length - 1]! : 0;
  const payloadLength = packet.length - offset - padding;
  if (payloadLength < 0) return null;
  return {
    payloadType: packet[1]! & 0x7f, marker: packet[1]! >> 7 === 1, sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4), ssrc: packet.readUInt32BE(8), payloadOffset: offset, payloadLength,
  };
}

/** The whole number nearest to `reference` that equals `value` modulo `modulus`. */
export function unwrapNear(value: number, reference: number, modulus: number): number {
  const ahead = (((value - reference) % modulus) + modulus) % modulus;
  return reference + (ahead < modulus / 2 ? ahead : ahead - modulus);
}

export const sequenceModulus = 2 ** 16;
export const timestampModulus = 2 ** 32;

/** Unwraps a counter of neighbouring values, in the order they came. */
export function unwrapper(modulus: number): (value: number) => number {
  let reference: number | null = null;
  return (value) => (reference = reference === null ? value : unwrapNear(value, reference, modulus));
}

/** Packets of one stream by sequence number, each once. Takes them in order of arrival; the objects stay as they are. */
export function inOrder<P extends { sequence: number }>(packets: readonly P[]): P[] {
  const unwrap = unwrapper(sequenceModulus);
  const whole = Float64Array.from(packets, (packet) => unwrap(packet.sequence));
  const order = Uint32Array.from(packets.keys()).sort((one, other) => whole[one]! - whole[other]!);
  const ordered: P[] = [];
  order.forEach((index, position) => {
    if (position === 0 || whole[index] !== whole[order[position - 1]!]) ordered.push(packets[index]!);
  });
  return ordered;
}

/** How many packets are missing between two neighbours in order. */
export const missingBetween = (before: number, after: number): number => ((after - before + sequenceModulus) % sequenceModulus) - 1;
