// Opus in RTP (RFC 7587): packets in order with their length in time. Silence that was not sent (DTX) is no loss.
import type { Place } from './frames.ts';
import { inOrder, missingBetween, timestampModulus, unwrapper } from './rtp.ts';

export interface LoggedAudio extends Place { atMs: number; sequence: number; timestamp: number; described: { durationMs: number } }
export interface AudioPacket extends Place {
  rtp: number; atMs: number; durationMs: number;
  /** Packets missing just before this one. */
  lostBefore: number;
}

/** Milliseconds of sound in an Opus packet, from its table-of-contents byte (RFC 6716, 3.1); 0 for an empty one. */
export function opusDurationMs(payload: Buffer): number {
  if (payload.length < 1) return 0;
  const config = payload[0]! >> 3;
  const frameMs = config < 12 ? [10, 20, 40, 60][config & 3]! : config < 16 ? [10, 20][config & 1]! : [2.5, 5, 10, 20][config & 3]!;
  const code = payload[0]! & 3;
  const count = code === 0 ? 1 : code < 3 ? 2 : (payload[1] ?? 0) & 0x3f;
  return frameMs * count;
}

/** Packets with sound of one SSRC, given in order of arrival. */
export function orderAudio(packets: readonly LoggedAudio[]): { packets: AudioPacket[]; lostPackets: number } {
  const ordered = inOrder(packets);
  const unwrap = unwrapper(timestampModulus);
  let lostPackets = 0;
  let lostBefore = 0;
  let before: LoggedAudio | null = null;
  const sound: AudioPacket[] = [];
  for (const packet of ordered) {
    const missing: number = before ? missingBetween(before.sequence, packet.sequence) : 0;
    lostBefore += missing;
    lostPackets += missing;
    before = packet;
    const { atMs, file, offset, length, described: { durationMs } } = packet;
    if (durationMs === 0) continue;
    sound.push({ rtp: unwrap(packet.timestamp), atMs, durationMs, file, offset, length, lostBefore });
    lostBefore = 0;
  }
  return { packets: sound, lostPackets };
}
