// The decision rules on made-up figures: every verdict, every reason, and the borders between them.
import { describe, expect, it } from 'vitest';
import { thresholds, type Analysis, type MainFace } from './engine.ts';
import { judgeCheck, judgeEnrolment } from './judge.ts';

/** Unit vectors in a plane: `apart` is the distance (1 - cosine) from [1, 0]. */
const vector = (apart: number): Float32Array => new Float32Array([1 - apart, Math.sqrt(1 - (1 - apart) ** 2)]);
const face = (change: Partial<MainFace> = {}): MainFace => ({
  score: 0.99, height: 200, touchesEdge: false, vector: vector(0.2), norm: 6, sharpness: 200, luma: 120, yaw: 0.05, live: 0.9, print: 0.05, replay: 0.05, ...change,
});
const seen = (change: Partial<MainFace> = {}, others: Analysis['others'] = []): Analysis => ({ main: face(change), others });
const check = (analysis: Analysis, enrolled: Float32Array[] | null = [vector(0)]) => judgeCheck(analysis, enrolled, thresholds);

describe('a check', () => {
  it('goes by the distance while the picture is good', () => {
    for (const [apart, verdict] of [[0, 'matched'], [0.499, 'matched'], [0.52, 'review'], [0.599, 'review'], [0.62, 'mismatched'], [1.4, 'mismatched']] as const) {
      expect(check(seen({ vector: vector(apart) })).verdict).toBe(verdict);
    }
  });

  it('takes the nearest enrolled picture', () => {
    const judged = check(seen({ vector: vector(0.1) }), [vector(1.5), vector(0.1)]);
    expect(judged).toMatchObject({ verdict: 'matched', measures: { distance: 0, matchAt: 0.5, reviewAt: 0.6 } });
  });

  it('excuses a distance with bad quality, but matches whatever the quality', () => {
    for (const poor of [{ norm: 2.9 }, { sharpness: 29 }, { luma: 29 }, { luma: 226 }, { height: 47 }, { yaw: -0.46 }, { touchesEdge: true }]) {
      expect(check(seen({ ...poor, vector: vector(0.9) })).verdict).toBe('poor_quality');
      expect(check(seen({ ...poor, vector: vector(0.3) })).verdict).toBe('matched');
    }
  });

  it('sees nobody, and more than one', () => {
    expect(check({ main: null, others: [] })).toEqual({ verdict: 'no_face', measures: { faces: 0, matchAt: 0.5, reviewAt: 0.6 } });
    expect(check(seen({}, [{ score: 0.95, relativeHeight: 0.5 }])).verdict).toBe('several_faces');
    expect(check(seen({}, [{ score: 0.85, relativeHeight: 0.5 }, { score: 0.99, relativeHeight: 0.29 }])).verdict).toBe('matched');
  });

  it('leaves to a person what cannot be compared, and only flags a suspected print or screen', () => {
    expect(check(seen(), null).verdict).toBe('review');
    expect(check(seen(), []).verdict).toBe('review');
    expect(check(seen({ live: 0.1, replay: 0.85 }))).toMatchObject({ verdict: 'matched', measures: { spoofSuspected: 1 } });
  });

  it('stores figures only', () => {
    for (const value of Object.values(check(seen()).measures)) expect(Number.isFinite(value)).toBe(true);
  });
});

describe('an enrolment', () => {
  const judge = (...pictures: Analysis[]) => judgeEnrolment(pictures, thresholds).reason;
  it('takes two good pictures of one person', () => {
    expect(judge(seen(), seen({ vector: vector(0.3) }))).toBeNull();
  });
  it('names the first thing wrong', () => {
    expect(judge(seen(), { main: null, others: [] })).toBe('no_face');
    expect(judge(seen({}, [{ score: 0.99, relativeHeight: 0.8 }]), seen())).toBe('several_faces');
    expect(judge(seen({ height: 119 }), seen())).toBe('too_small');
    for (const poor of [{ norm: 3.2 }, { sharpness: 20 }, { luma: 10 }, { yaw: 0.35 }, { yaw: -0.4 }]) expect(judge(seen(), seen(poor))).toBe('poor_quality');
    expect(judge(seen({ vector: vector(0) }), seen({ vector: vector(0.41) }))).toBe('not_same_person');
    expect(judge(seen())).toBe('picture_invalid');
  });
});
