// The face engine behind one interface: a picture in, faces and measures out. Weights can be swapped; the model id goes with every vector.
import { boxHeight } from './geometry.ts';
import { detectFaces, type FoundFace } from './detect.ts';
import { align, embed, fivePoints, liveness, looks, touchesEdge, type Looks } from './measure.ts';
import { loadNetworks, type Networks } from './networks.ts';
import { decodePicture } from './picture.ts';

/** The largest face of a picture. Heights in pixels of the picture as it is analysed (at most 960 a side). */
export interface MainFace extends Looks {
  score: number; height: number; touchesEdge: boolean; vector: Float32Array; norm: number; live: number; print: number; replay: number;
}
export interface Analysis {
  main: MainFace | null;
  /** The other faces, largest first; `relativeHeight` to the main one. */
  others: { score: number; relativeHeight: number }[];
}
/** Beyond which figures a rule says what; they belong to one model and one recipe, so they go with the model id. */
export interface Thresholds {
  match: number; review: number; norm: number; sharpness: number; lumaMin: number; lumaMax: number; height: number; yaw: number;
  otherScore: number; otherHeight: number; spoof: number;
  enrol: { height: number; norm: number; yaw: number; distance: number };
}
export interface FaceEngine {
  readonly modelId: string;
  readonly thresholds: Thresholds;
  /** Throws picture_invalid. */
  analyse(bytes: Uint8Array): Promise<Analysis>;
  close(): Promise<void>;
}

/** Names weights and recipe (alignment, channel order): vectors of different ids cannot be compared. */
export const modelId = 'faceplugin-0.0.1+similarity5-bgr-1';
/** Measured on 904 pictures (78 pairs of one person, 292,058 of two): 0.50 matched 78 of 78 and 1 of 292,058. Enrolment: judgement. */
export const thresholds: Thresholds = {
  match: 0.5, review: 0.6, norm: 3, sharpness: 30, lumaMin: 30, lumaMax: 225, height: 48, yaw: 0.45,
  otherScore: 0.9, otherHeight: 0.3, spoof: 0.2,
  enrol: { height: 120, norm: 3.3, yaw: 0.35, distance: 0.4 },
};

async function analyse(networks: Networks, bytes: Uint8Array): Promise<Analysis> {
  const picture = await decodePicture(bytes);
  const [first, ...rest] = await detectFaces(networks.detect, picture);
  if (!first) return { main: null, others: [] };
  const points = await fivePoints(networks.landmarks, picture, first.box);
  const aligned = align(picture, points);
  const height = boxHeight(first.box);
  const main: MainFace = {
    score: first.score, height, touchesEdge: touchesEdge(picture, first.box), ...looks(aligned, points),
    ...(await embed(networks.embed, aligned)), ...(await liveness(networks.liveness, picture, first.box)),
  };
  return { main, others: rest.map((face: FoundFace) => ({ score: face.score, relativeHeight: boxHeight(face.box) / height })) };
}

/** Loads the weights. Throws ConfigError when a file is missing or not the expected one. */
export async function openFaceEngine(folder: string): Promise<FaceEngine> {
  const networks = await loadNetworks(folder);
  return { modelId, thresholds, analyse: (bytes) => analyse(networks, bytes), close: () => networks.close() };
}
