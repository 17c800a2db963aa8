// What a made teacher sends, encoded beforehand: three layers of a moving picture and a tone, so that sending costs next to nothing.
import { join } from 'node:path';
import { beeping, encodePackets, type MediaPacket } from '../../worker/testing/make-capture.ts';

export interface ClipLayer { width: number; height: number; kbps: number }
export interface Clip { layers: (ClipLayer & { packets: readonly MediaPacket[] })[]; sound: readonly MediaPacket[]; seconds: number }

/** The product's three layers of a camera, the top one at 1 Mbit/s. */
export const teacherLayers: readonly ClipLayer[] = [{ width: 320, height: 180, kbps: 130 }, { width: 640, height: 360, kbps: 400 }, { width: 1280, height: 720, kbps: 1000 }];
/** For tests: light to make. */
export const smallLayers: readonly ClipLayer[] = [{ width: 160, height: 90, kbps: 40 }, { width: 320, height: 180, kbps: 120 }];

/** One key frame, the first; whoever asks for another one gets the clip from its beginning. The noise is what makes it as large as wanted. */
const picture = ({ width, height, kbps }: ClipLayer, seconds: number): string[] => [
  '-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=25:duration=${seconds},noise=alls=8:allf=t`,
  '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-threads', '1', '-b:v', `${kbps + 20}k`, '-minrate', `${kbps + 20}k`, '-maxrate', `${kbps + 20}k`, '-bufsize', `${kbps}k`,
  '-g', '9999', '-keyint_min', '9999', '-auto-alt-ref', '0', '-error-resilient', '1',
];

export async function makeClip(ffmpeg: string, folder: string, layers: readonly ClipLayer[], seconds: number): Promise<Clip> {
  const made: Clip['layers'] = [];
  for (const layer of layers) made.push({ ...layer, packets: await encodePackets(ffmpeg, join(folder, `clip-${layer.height}.webm`), picture(layer, seconds)) });
  return { layers: made, sound: await encodePackets(ffmpeg, join(folder, 'clip-sound.webm'), beeping(seconds)), seconds };
}

/** Bits a second of the top layer's picture itself. */
export function topLayerBitrate({ layers, seconds }: Clip): number {
  return (layers.at(-1)!.packets.reduce((sum, { data }) => sum + data.length, 0) * 8) / seconds;
}
