// Finds faces: boxes with a score, the largest first, each face once.
import { boxArea, planes, warp, type Box, type Pixels } from './geometry.ts';
import type { Network } from './networks.ts';

export interface FoundFace { box: Box; score: number }
const input = { width: 320, height: 240 } as const;
/** Below this score nothing is called a face. */
export const faceScore = 0.7;
/** Two boxes that share this much (of their union, of the smaller one) are one face. */
const sameUnion = 0.35;
const sameSmaller = 0.5;

function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

function sameFace(a: Box, b: Box): boolean {
  const shared = overlap(a, b);
  return shared / (boxArea(a) + boxArea(b) - shared) >= sameUnion || shared / Math.min(boxArea(a), boxArea(b)) >= sameSmaller;
}

/** The picture is laid into the top left of the network's input, so that boxes scale back with one factor. */
export async function detectFaces(detect: Network, picture: Pixels): Promise<FoundFace[]> {
  const scale = Math.min(input.width / picture.width, input.height / picture.height);
  const offset = 0.5 / scale - 0.5;
  const pixels = warp(picture, [1 / scale, 0, offset, 0, 1 / scale, offset], input);
  const results = await detect(planes(pixels, 127, 128, false), [1, 3, input.height, input.width]);
  const scores = results.get('scores')!;
  const boxes = results.get('boxes')!;
  const candidates: FoundFace[] = [];
  for (let index = 0; 2 * index < scores.length; index++) {
    const score = scores[2 * index + 1]!;
    if (score < faceScore) continue;
    const edge = (side: number): number => (boxes[4 * index + side]! * (side % 2 === 0 ? input.width : input.height)) / scale;
    candidates.push({ score, box: [edge(0), edge(1), edge(2), edge(3)] });
  }
  const faces: FoundFace[] = [];
  for (const candidate of candidates.sort((a, b) => b.score - a.score)) {
    if (!faces.some((face) => sameFace(face.box, candidate.box))) faces.push(candidate);
  }
  return faces.sort((a, b) => boxArea(b.box) - boxArea(a.box));
}
