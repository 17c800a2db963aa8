// The face model in use: its id, which goes with every vector, and every figure beyond which a rule says what (R19, R60). One place for all of them.

export interface FaceLimits {
  /** Distances (1 - cosine, 0..2): up to `match` it is that person, up to `review` a person decides. */
  match: number; review: number;
  /** Below: hard to read. Length of the vector before it was normalised; variance of the Laplacian of the aligned face. */
  norm: number; sharpness: number;
  /** Mean brightness of the aligned face, 0..255. */
  lumaMin: number; lumaMax: number;
  /** Height of the face in pixels of the picture as it is analysed; turn of the head, in eye distances (0 frontal). */
  height: number; yaw: number;
  /** Another face counts from this score and this share of the main one's height on. */
  otherScore: number; otherHeight: number;
  /** Below this share of `live` a print or a screen is suspected. */
  spoof: number;
  /**
   * Stricter for pictures that others are compared with: the first one's turn stays below `yaw`, the second one's differs from it by at
   * least `turn` and goes no further than `turnedYaw`; the two vectors are at most `distance` apart.
   */
  enrol: { height: number; norm: number; sharpness: number; lumaMin: number; lumaMax: number; yaw: number; turn: number; turnedYaw: number; distance: number };
}

/** Names weights and recipe (alignment, channel order): vectors of different ids are never compared. */
export const faceModelId = 'faceplugin-0.0.1+similarity5-bgr-1';

/**
 * Measured on 904 pictures (78 pairs of one person, 292,058 of two): 0.50 matched 78 of 78 and 1 of 292,058. Those of enrolment are
 * judgement: a picture that checks are compared with for a year may be asked to be better than one of them. `turn` is beyond the noise of the
 * landmarks: mirrored, 20 photos gave the opposite yaw to within 0.07.
 */
export const faceLimits: FaceLimits = {
  match: 0.5, review: 0.6, norm: 3, sharpness: 30, lumaMin: 30, lumaMax: 225, height: 48, yaw: 0.45,
  otherScore: 0.9, otherHeight: 0.3, spoof: 0.2,
  enrol: { height: 120, norm: 3.3, sharpness: 30, lumaMin: 45, lumaMax: 215, yaw: 0.35, turn: 0.12, turnedYaw: 0.6, distance: 0.4 },
};

/** Longest side of a picture as it is analysed, in pixels: larger ones are made smaller first. */
export const analysedSide = 960;
