// The decision rules: what a snapshot shows, and whether two pictures are good enough to enrol. Pure; figures in, words out.
import type { Verdict } from '#domain/check.ts';
import type { Analysis, MainFace, Thresholds } from './engine.ts';
import { distance } from './measure.ts';

export interface Judgement {
  verdict: Extract<Verdict, 'matched' | 'mismatched' | 'no_face' | 'several_faces' | 'poor_quality' | 'review'>;
  /** Figures the verdict stands on, with the thresholds of that day; a picture is not needed to explain it. */
  measures: Record<string, number>;
}
export const rejectReasons = [
  'no_face', 'several_faces', 'too_small', 'poor_quality', 'not_same_person', 'picture_invalid', 'consent_missing', 'engine_missing', 'engine_failed',
] as const;
export type RejectReason = (typeof rejectReasons)[number];
export interface EnrolmentJudgement { reason: RejectReason | null; measures: Record<string, number> }

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

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
  analysis.others.some((face) => face.score >= limits.otherScore && face.relativeHeight >= limits.otherHeight);

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
  const nearest = Math.min(...enrolled.map((vector) => distance(vector, main.vector)));
  const judged = { ...measures, distance: rounded(nearest) };
  if (nearest <= limits.match) return { verdict: 'matched', measures: judged };
  if (hardToRead(main, limits) || main.touchesEdge) return { verdict: 'poor_quality', measures: judged };
  return { verdict: nearest <= limits.review ? 'review' : 'mismatched', measures: judged };
}

function reasonAgainst(analysis: Analysis, limits: Thresholds): RejectReason | null {
  const { main } = analysis;
  if (!main) return 'no_face';
  if (several(analysis, limits)) return 'several_faces';
  if (main.height < limits.enrol.height) return 'too_small';
  const dull = hardToRead(main, limits) || main.norm < limits.enrol.norm || Math.abs(main.yaw) >= limits.enrol.yaw;
  return dull ? 'poor_quality' : null;
}

/** Two pictures, each with one large, clear, frontal face, and the same person on both; the first thing wrong is the reason. */
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
  return { reason: apart <= limits.enrol.distance ? null : 'not_same_person', measures: { ...measures, distance: rounded(apart) } };
}
