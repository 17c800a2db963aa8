// The decision rules: what a snapshot shows, and whether two pictures are good enough to enrol. Pure; figures in, words out.
import type { Verdict } from '#domain/check.ts';
import type { RejectReason } from '#domain/face-enrolment.ts';
import { isAnother } from '#domain/face-detector.ts';
import type { Analysis, MainFace, Thresholds } from './engine.ts';
import { distance, nearest } from './measure.ts';

export interface Judgement {
  verdict: Extract<Verdict, 'matched' | 'mismatched' | 'no_face' | 'several_faces' | 'poor_quality' | 'review'>;
  /** Figures the verdict stands on, with the thresholds of that day; a picture is not needed to explain it. */
  measures: Record<string, number>;
}
export interface EnrolmentJudgement { reason: RejectReason | null; measures: Record<string, number> }

/** Never -0: that is what rounding makes of a distance between two equal vectors. */
export const rounded = (value: number): number => Math.round(value * 10_000) / 10_000 + 0;

function facts(analysis: Analysis, limits: Thresholds): Record<string, number> {
  const { main, others } = analysis;
  if (!main) return { faces: 0 };
  return {
    faces: 1 + others.length, score: rounded(main.score), height: rounded(main.height), norm: rounded(main.norm), sharpness: rounded(main.sharpness),
    luma: rounded(main.luma), yaw: rounded(main.yaw), touchesEdge: main.touchesEdge ? 1 : 0,
    live: rounded(main.live), print: rounded(main.print), replay: rounded(main.replay),
    // A sign for a person to look, never a refusal: it misses good recaptures and doubts dim faces.
    spoofSuspected: main.live < limits.spoof ? 1 : 0,
  };
}

const several = (analysis: Analysis, limits: Thresholds): boolean =>
  analysis.others.some((face) => isAnother(face, limits));

const hardToRead = (face: MainFace, limits: Thresholds): boolean =>
  face.norm < limits.norm || face.sharpness < limits.sharpness || face.luma < limits.lumaMin || face.luma > limits.lumaMax
  || face.height < limits.height || Math.abs(face.yaw) > limits.yaw;

/**
 * The verdict on a snapshot against the enrolled vectors; the nearest counts. Without comparable vectors (null: none enrolled, or
 * made by another model) a single face goes to a person. Bad quality excuses a distance, it never stops a match.
 */
export function judgeCheck(analysis: Analysis, enrolled: readonly Float32Array[] | null, limits: Thresholds): Judgement {
  const measures = { ...facts(analysis, limits), matchAt: limits.match, reviewAt: limits.review };
  if (!analysis.main) return { verdict: 'no_face', measures };
  if (several(analysis, limits)) return { verdict: 'several_faces', measures };
  const { main } = analysis;
  if (!enrolled || enrolled.length === 0) return { verdict: 'review', measures };
  const apart = nearest(enrolled, [main.vector]);
  const judged = { ...measures, distance: rounded(apart) };
  if (apart <= limits.match) return { verdict: 'matched', measures: judged };
  if (hardToRead(main, limits) || main.touchesEdge) return { verdict: 'poor_quality', measures: judged };
  return { verdict: apart <= limits.review ? 'review' : 'mismatched', measures: judged };
}

/** What is wrong with one picture by itself, in the order in which it is best mended; the turn of the head is judged with both. */
function reasonAgainst(analysis: Analysis, limits: Thresholds): RejectReason | null {
  const { main } = analysis;
  const { enrol } = limits;
  if (!main) return 'no_face';
  if (several(analysis, limits)) return 'several_faces';
  if (main.touchesEdge) return 'cut_off';
  if (main.height < enrol.height) return 'too_small';
  if (main.luma < enrol.lumaMin) return 'too_dark';
  if (main.luma > enrol.lumaMax) return 'too_bright';
  if (main.sharpness < enrol.sharpness) return 'blurred';
  return main.norm < enrol.norm ? 'poor_quality' : null;
}

/** The first from the front; the second turned against it, and the face still to be read. */
function reasonOfTurn(first: MainFace, second: MainFace, { enrol }: Thresholds): RejectReason | null {
  if (Math.abs(first.yaw) >= enrol.yaw) return 'turned_away';
  if (Math.abs(second.yaw) > enrol.turnedYaw) return 'turned_too_far';
  return Math.abs(second.yaw - first.yaw) < enrol.turn ? 'not_turned' : null;
}

/**
 * Two pictures, each with one large, clear face, the same person on both, the head turned between them; the first thing wrong is the reason.
 * That it is another person is said before that the head was not turned: two photos of two people are not mended by turning.
 */
export function judgeEnrolment(pictures: readonly Analysis[], limits: Thresholds): EnrolmentJudgement {
  const measures: Record<string, number> = {};
  pictures.forEach((analysis, index) => {
    for (const [name, value] of Object.entries(facts(analysis, limits))) measures[`${name}${index + 1}`] = value;
  });
  for (const analysis of pictures) {
    const reason = reasonAgainst(analysis, limits);
    if (reason) return { reason, measures };
  }
  const [first, second] = pictures;
  if (!first?.main || !second?.main) return { reason: 'picture_invalid', measures };
  const apart = distance(first.main.vector, second.main.vector);
  Object.assign(measures, { distance: rounded(apart), turn: rounded(Math.abs(second.main.yaw - first.main.yaw)) });
  return { reason: apart > limits.enrol.distance ? 'not_same_person' : reasonOfTurn(first.main, second.main, limits), measures };
}
