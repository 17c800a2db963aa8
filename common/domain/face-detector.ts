// The face detector that worker and browser share: which file it is, what goes in, and how faces come out of its numbers (R19).
import { boxArea, type Box } from './face-box.ts';

export interface FoundFace { box: Box; score: number }

/** Pinned: neither worker nor server takes another file. */
export const detectorFile = { name: 'fr_detect.onnx', sha256: '6c0256ccd3164f844736a401faf936ec2930764a87ae39442180887d0c5c8854' } as const;
/** The picture lies in the top left of this, as large as it fits, so that boxes scale back with one factor; values are (v - shift) / scale, RGB. */
export const detectorInput = { width: 320, height: 240, shift: 127, scale: 128 } as const;
/** Below this score nothing is called a face. */
export const faceScore = 0.7;
/** Two boxes that share this much (of their union, of the smaller one) are one face. */
const sameUnion = 0.35;
const sameSmaller = 0.5;

/** How much smaller a picture of this size lies in the detector's input. */
export const detectorScale = (picture: { width: number; height: number }): number =>
  Math.min(detectorInput.width / picture.width, detectorInput.height / picture.height);

function overlap(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

function sameFace(a: Box, b: Box): boolean {
  const shared = overlap(a, b);
  return shared / (boxArea(a) + boxArea(b) - shared) >= sameUnion || shared / Math.min(boxArea(a), boxArea(b)) >= sameSmaller;
}

/**
 * Faces in picture pixels, the largest first, each once. `scores` holds pairs (not a face, a face), `boxes` four edges per pair as shares
 * of the input; `scale` is the picture's `detectorScale`.
 */
export function foundFaces(scores: ArrayLike<number>, boxes: ArrayLike<number>, scale: number): FoundFace[] {
  const candidates: FoundFace[] = [];
  for (let index = 0; 2 * index < scores.length; index++) {
    const score = scores[2 * index + 1]!;
    if (score < faceScore) continue;
    const edge = (side: number): number => (boxes[4 * index + side]! * (side % 2 === 0 ? detectorInput.width : detectorInput.height)) / scale;
    candidates.push({ score, box: [edge(0), edge(1), edge(2), edge(3)] });
  }
  const faces: FoundFace[] = [];
  for (const candidate of candidates.sort((a, b) => b.score - a.score)) {
    if (!faces.some((face) => sameFace(face.box, candidate.box))) faces.push(candidate);
  }
  return faces.sort((a, b) => boxArea(b.box) - boxArea(a.box));
}

/** The rule of a second face: sure enough, and not somebody far behind. `main` is the largest. */
export const isAnother = (other: { score: number; relativeHeight: number }, limits: { otherScore: number; otherHeight: number }): boolean =>
  other.score >= limits.otherScore && other.relativeHeight >= limits.otherHeight;
