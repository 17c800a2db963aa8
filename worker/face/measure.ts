// What is measured on one face: its five points, its vector, how sharp, bright and turned it is, and signs of a print or a screen.
import { boxHeight, faceSquare, lightOf, type Box, type Light } from '#domain/face-box.ts';
import { greys, meanOf, planes, similarity, squareMap, warp, type Pixels, type Point } from './geometry.ts';
import type { Network } from './networks.ts';

/** Eyes, nose and mouth corners of an upright face in a square of 112 pixels, as the vector network was trained on (ArcFace). */
const template: readonly Point[] = [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]];
const landmarkSide = 64;
const livenessSide = 128;

/** 68 points of the face in the box, in picture pixels. */
async function landmarks(network: Network, picture: Pixels, box: Box): Promise<Point[]> {
  const side = boxHeight(box);
  const [x, y] = [(box[0] + box[2]) / 2 - side / 2, box[1]];
  const crop = warp(picture, squareMap(x, y, side, landmarkSide), { width: landmarkSide, height: landmarkSide });
  const grey = greys(crop).map((level) => level / 256);
  const numbers = [...(await network(grey)).values()][0]!;
  return Array.from({ length: 68 }, (_, index) => [numbers[2 * index]! * side + x, numbers[2 * index + 1]! * side + y] as const);
}

/** Left eye, right eye, nose, left and right corner of the mouth. */
export async function fivePoints(network: Network, picture: Pixels, box: Box): Promise<Point[]> {
  const points = await landmarks(network, picture, box);
  return [meanOf(points, [37, 38, 40, 41]), meanOf(points, [43, 44, 46, 47]), points[30]!, meanOf(points, [48, 60]), meanOf(points, [54, 64])];
}

/** The face upright in 112 × 112 RGB. */
export const align = (picture: Pixels, points: readonly Point[]): Float32Array =>
  warp(picture, similarity(template, points), { width: faceSquare, height: faceSquare });

/** Unit vector of the aligned face; `norm` is its length before, which is small for faces that are hard to read. */
export async function embed(network: Network, aligned: Float32Array): Promise<{ vector: Float32Array; norm: number }> {
  const numbers = [...(await network(planes(aligned, 127, 128, true))).values()][0]!;
  const norm = Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0));
  return { vector: numbers.map((value) => value / norm), norm };
}

/** 0 for the same vector, 2 for the opposite. */
export function distance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return 1 - sum;
}

/** Between two faces of some vectors each: the two that are nearest count. */
export const nearest = (some: readonly Float32Array[], others: readonly Float32Array[]): number =>
  Math.min(...some.flatMap((one) => others.map((other) => distance(one, other))));

/** Probabilities of a living face, a print, a screen; they add up to 1. */
export async function liveness(network: Network, picture: Pixels, box: Box): Promise<{ live: number; print: number; replay: number }> {
  const side = Math.min(boxHeight(box) * 1.5, picture.width - 1, picture.height - 1);
  const inside = (centre: number, length: number): number => Math.min(Math.max(centre - side / 2, 0), length - 1 - side);
  const [x, y] = [inside((box[0] + box[2]) / 2, picture.width), inside((box[1] + box[3]) / 2, picture.height)];
  const crop = warp(picture, squareMap(x, y, side, livenessSide), { width: livenessSide, height: livenessSide });
  const scores = [...(await network(planes(crop, 0, 1, true))).values()][0]!;
  const powers = Array.from(scores, (score) => Math.exp(score - Math.max(...scores)));
  const [live, print, replay] = powers.map((power) => power / powers.reduce((sum, value) => sum + value, 0));
  return { live: live!, print: print!, replay: replay! };
}

export interface Looks extends Light {
  /** Nose offset along the eye line, in eye distances: 0 frontal, ±0.5 strongly turned. */
  yaw: number;
}

export function looks(aligned: Float32Array, points: readonly Point[]): Looks {
  const [left, right, nose] = points as [Point, Point, Point];
  const eyes = Math.hypot(right[0] - left[0], right[1] - left[1]);
  const off = ((nose[0] - (left[0] + right[0]) / 2) * (right[0] - left[0]) + (nose[1] - (left[1] + right[1]) / 2) * (right[1] - left[1])) / eyes;
  return { ...lightOf(greys(aligned)), yaw: off / eyes };
}
