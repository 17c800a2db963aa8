// The face engine behind one interface: a picture in, faces and measures out. Weights can be swapped; the model id goes with every vector.
import { boxHeight, touchesEdge } from '#domain/face-box.ts';
import type { FoundFace } from '#domain/face-detector.ts';
import { faceLimits, faceModelId, type FaceLimits } from '#domain/face-model.ts';
import { detectFaces } from './detect.ts';
import { align, embed, fivePoints, liveness, looks, type Looks } from './measure.ts';
import { loadNetworks, type Network, type NetworkName } from './networks.ts';
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
export type Thresholds = FaceLimits;
/** Where pictures wait: checks of a class that runs come before enrolments. */
export type Urgency = 'now' | 'later';
export interface FaceEngine {
  readonly modelId: string;
  readonly thresholds: Thresholds;
  /** Throws picture_invalid. */
  analyse(bytes: Uint8Array, urgency?: Urgency): Promise<Analysis>;
  close(): Promise<void>;
}

/** Of the engine that is opened here. */
export const modelId = faceModelId;
export const thresholds: Thresholds = faceLimits;

/** The recipe on any networks of these names. Throws picture_invalid. */
export async function analysePicture(networks: Record<NetworkName, Network>, bytes: Uint8Array): Promise<Analysis> {
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
  return { modelId, thresholds, analyse: (bytes) => analysePicture(networks, bytes), close: () => networks.close() };
}
