// Counts what arrived, without keeping it: to prove at the end that a chunk made early left nothing out.
import { decodeFrames, frameTypes } from '#runtime/capture-log.ts';
import type { InputCount, RoomPlace, Window } from './model.ts';
import { capturesOf, findBoots } from './rooms.ts';
import { parseRtp } from './rtp.ts';
import { findSegments, readSegment, type CaptureSegments } from './segments.ts';

/** Whether a packet that arrived at `atMs` counts for the window. */
export const arrivedIn = (window: Window, atMs: number): boolean => atMs >= window.fromMs && atMs < window.toMs;

/** RTP packets of one capture in each window; reads a segment at a time. */
async function countCapture(capture: CaptureSegments, windows: readonly Window[]): Promise<number[]> {
  const counts = windows.map(() => 0);
  for (const segment of capture.segments) {
    const touched = windows.map((window, index) => ({ window, index })).filter(({ window }) => window.fromMs < segment.toMs && window.toMs > segment.fromMs);
    if (touched.length === 0) continue;
    for (const frame of decodeFrames(await readSegment(segment.path)).frames) {
      if (frame.type !== frameTypes.rtp) continue;
      const rtp = parseRtp(frame.payload);
      if (!rtp || rtp.payloadType === capture.header.rtxPayloadType) continue;
      const atMs = capture.header.startWallMs + frame.atUs / 1000;
      for (const { window, index } of touched) if (arrivedIn(window, atMs)) counts[index]!++;
    }
  }
  return counts;
}

/** For each window the packets of each capture that arrived in it; captures without any are left out. The same as `readSession` tells. */
export async function countInputs(place: RoomPlace, windows: readonly Window[]): Promise<InputCount[][]> {
  const inputs = windows.map((): InputCount[] => []);
  for (const boot of await findBoots(place)) {
    for (const { path, producerId } of await capturesOf(boot)) {
      const capture = await findSegments(path);
      const counts = capture ? await countCapture(capture, windows) : [];
      counts.forEach((packets, index) => { if (packets > 0) inputs[index]!.push({ producerId, packets }); });
    }
  }
  return inputs;
}
