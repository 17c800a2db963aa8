// Reads just enough of an RTP packet for the recorder: which layer, which number, and whether a VP8 picture starts afresh.

export interface RtpHead { ssrc: number; sequence: number; payloadAt: number; payloadEnd: number }

/** Null when the bytes are no RTP packet (RFC 3550). */
export function readRtpHead(packet: Buffer): RtpHead | null {
  if (packet.length < 12 || packet[0]! >> 6 !== 2) return null;
  let payloadAt = 12 + (packet[0]! & 0x0f) * 4;
  if (packet[0]! & 0x10) {
    if (packet.length < payloadAt + 4) return null;
    payloadAt += 4 + packet.readUInt16BE(payloadAt + 2) * 4;
  }
  const padding = packet[0]! & 0x20 ? packet[packet.length - 1]! : 0;
  const payloadEnd = packet.length - padding;
  return payloadAt > payloadEnd ? null : { ssrc: packet.readUInt32BE(8), sequence: packet.readUInt16BE(2), payloadAt, payloadEnd };
}

/** Whether the packet starts a VP8 key frame (RFC 7741: first partition, start bit, inverse key frame bit clear). */
export function startsVp8KeyFrame(packet: Buffer, head: RtpHead): boolean {
  let at = head.payloadAt;
  if (at >= head.payloadEnd) return false;
  const first = packet[at]!;
  if (!(first & 0x10) || (first & 0x07) !== 0) return false;
  at++;
  if (first & 0x80) {
    if (at >= head.payloadEnd) return false;
    const extension = packet[at++]!;
    if (extension & 0x80) at += (packet[at] ?? 0) & 0x80 ? 2 : 1;
    if (extension & 0x40) at++;
    if (extension & 0x30) at++;
  }
  return at < head.payloadEnd && (packet[at]! & 0x01) === 0;
}
