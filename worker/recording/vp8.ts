// VP8 in RTP (RFC 7741): the payload descriptor, and what a key frame says of its size (RFC 6386).

export interface Vp8Payload {
  /** First packet of a frame: start of partition 0. */
  start: boolean;
  headLength: number;
  pictureId: number | null;
  /** Running number of base-layer frames modulo 256; null where the sender has no temporal layers. */
  baseIndex: number | null;
  temporalLayer: number | null;
  /** True when a frame of a higher temporal layer depends on the base layer alone. */
  layerSync: boolean;
  /** Size of a key frame's picture, on its first packet only. */
  keyFrame: { width: number; height: number } | null;
}

function keyFrameOf(payload: Buffer, at: number): Vp8Payload['keyFrame'] {
  if (payload.length < at + 10 || payload[at]! & 0x01) return null;
  if (payload[at + 3] !== 0x9d || payload[at + 4] !== 0x01 || payload[at + 5] !== 0x2a) return null;
  return { width: payload.readUInt16LE(at + 6) & 0x3fff, height: payload.readUInt16LE(at + 8) & 0x3fff };
}

/** Answers null for a payload too short for what its descriptor announces. */
export function parseVp8(payload: Buffer): Vp8Payload | null {
  if (payload.length < 1) return null;
  const first = payload[0]!;
  let at = 1;
  let pictureId: number | null = null;
  let baseIndex: number | null = null;
  let temporalLayer: number | null = null;
  let layerSync = false;
  if (first & 0x80) {
    const extension = payload[at++] ?? 0;
    if (extension & 0x80) {
      const short = payload[at++] ?? 0;
      pictureId = short & 0x80 ? ((short & 0x7f) << 8) | (payload[at++] ?? 0) : short;
    }
    if (extension & 0x40) baseIndex = payload[at++] ?? 0;
    // One byte holds TID, Y and KEYIDX: it is there when T or K is set (not L).
    if (extension & 0x30) {
      const layers = payload[at++] ?? 0;
      if (extension & 0x20) {
        temporalLayer = layers >> 6;
        layerSync = (layers & 0x20) !== 0;
      }
    }
  }
  if (at >= payload.length) return null;
  const start = (first & 0x10) !== 0 && (first & 0x07) === 0;
  return { start, headLength: at, pictureId, baseIndex, temporalLayer, layerSync, keyFrame: start ? keyFrameOf(payload, at) : null };
}
