// Frames of an AAC stream in ADTS form (ISO/IEC 14496-3, 1.A.3): where each lies, and how its block is windowed. Pure.
import { DomainError } from '#domain/errors.ts';

export const samplesPerAacFrame = 1024;
const headerBytes = 7;

export interface AdtsFrame { offset: number; length: number }

/** Throws internal when the bytes are no whole ADTS frames. */
export function adtsFrames(bytes: Buffer): AdtsFrame[] {
  const frames: AdtsFrame[] = [];
  for (let offset = 0; offset < bytes.length;) {
    const synced = offset + headerBytes <= bytes.length && bytes[offset] === 0xff && (bytes[offset + 1]! & 0xf6) === 0xf0;
    const length = synced ? ((bytes[offset + 3]! & 3) << 11) | (bytes[offset + 4]! << 3) | (bytes[offset + 5]! >> 5) : 0;
    if (length < headerBytes || offset + length > bytes.length) throw new DomainError('internal', `no AAC frame at byte ${offset}`);
    frames.push({ offset, length });
    offset += length;
  }
  return frames;
}

/**
 * True when the frame is a pair of channels in one common long window: two encodes of the same sound may meet beside such frames. Others
 * (short windows of a sudden sound) must be followed by what their own encode wrote.
 */
export function isLong(bytes: Buffer, { offset, length }: AdtsFrame): boolean {
  const head = offset + headerBytes;
  if (length < headerBytes + 2) return false;
  // 3 bits element (1: channel pair), 4 bits tag, 1 bit common window; then 1 bit reserved, 2 bits window sequence (0: long).
  return bytes[head]! >> 5 === 1 && (bytes[head]! & 1) === 1 && ((bytes[head + 1]! >> 5) & 3) === 0;
}
