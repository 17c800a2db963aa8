// Finds faces in decoded pictures: boxes with a score, the largest first, each face once.
import { detectorInput, detectorScale, foundFaces, type FoundFace } from '#domain/face-detector.ts';
import { planes, warp, type Pixels } from './geometry.ts';
import type { Network } from './networks.ts';

/** The picture is laid into the top left of the network's input, so that boxes scale back with one factor. */
export async function detectFaces(detect: Network, picture: Pixels): Promise<FoundFace[]> {
  const { shift, scale: range } = detectorInput;
  const scale = detectorScale(picture);
  const offset = 0.5 / scale - 0.5;
  const pixels = warp(picture, [1 / scale, 0, offset, 0, 1 / scale, offset], detectorInput);
  const results = await detect(planes(pixels, shift, range, false));
  return foundFaces(results.get('scores')!, results.get('boxes')!, scale);
}
