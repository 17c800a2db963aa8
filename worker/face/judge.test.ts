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
  const turned = (change: Partial<MainFace> = {}): Analysis => seen({ yaw: 0.25, ...change });

  it('takes two good pictures of one person, the head turned either way', () => {
    expect(judge(seen(), turned({ vector: vector(0.3) }))).toBeNull();
    expect(judge(seen(), turned({ yaw: -0.2 }))).toBeNull();
  });

  it.each([
    ['no_face', { main: null, others: [] }], ['several_faces', seen({}, [{ score: 0.99, relativeHeight: 0.8 }])], ['cut_off', seen({ touchesEdge: true })],
    ['too_small', seen({ height: 119 })], ['too_dark', seen({ luma: 44 })], ['too_bright', seen({ luma: 216 })], ['blurred', seen({ sharpness: 29 })],
    ['poor_quality', seen({ norm: 3.2 })],
  ] as [string, Analysis][])('names %s, whichever of the two it is', (reason, poor) => {
    expect(judge(poor, turned())).toBe(reason);
    expect(judge(seen(), poor)).toBe(reason);
  });

  it('names the first thing wrong: size before light, light before sharpness', () => {
    expect(judge(seen({ height: 100, luma: 10, sharpness: 1 }), turned())).toBe('too_small');
    expect(judge(seen({ luma: 10, sharpness: 1 }), turned())).toBe('too_dark');
    expect(judge(seen({ sharpness: 1 }), { main: null, others: [] })).toBe('blurred');
  });

  it('wants the first from the front, the second turned and still to be read', () => {
    expect([judge(seen({ yaw: 0.35 }), seen()), judge(seen({ yaw: -0.36 }), seen())]).toEqual(['turned_away', 'turned_away']);
    expect([judge(seen({ yaw: 0 }), seen({ yaw: 0.119 })), judge(seen({ yaw: 0 }), seen({ yaw: -0.121 }))]).toEqual(['not_turned', null]);
    expect([judge(seen(), turned({ yaw: 0.6 })), judge(seen(), turned({ yaw: 0.61 }))]).toEqual([null, 'turned_too_far']);
    expect(judge(seen(), seen()), 'one picture sent twice').toBe('not_turned');
  });

  it('says that it is another person before it asks to turn', () => {
    expect(judge(seen({ vector: vector(0) }), seen({ vector: vector(0.41) }))).toBe('not_same_person');
    expect(judge(seen({ vector: vector(0) }), turned({ vector: vector(0.4) }))).toBeNull();
  });

  it('refuses anything but two pictures', () => expect(judge(seen())).toBe('picture_invalid'));

  it('keeps distance, turn and liveness among its figures, of refused pictures too', () => {
    expect(judgeEnrolment([seen({ yaw: 0 }), turned({ live: 0.1 })], thresholds).measures).toMatchObject({ turn: 0.25, distance: 0, live1: 0.9, live2: 0.1, spoofSuspected2: 1 });
    expect(judgeEnrolment([seen({ yaw: 0 }), seen({ yaw: 0 })], thresholds).measures).toMatchObject({ turn: 0, live1: 0.9 });
  });
});
