// Guidance before a picture: each hint has its sight, the borders are stricter than the server's, and nothing flickers.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { guide, hintOf, hints, noGuidance, settleMs, staleMs, type Guidance, type Hint, type Sight } from './face-guidance.ts';
import { faceLimits } from './face-model.ts';

const frame = { width: 1280, height: 720 };
/** A face of this height in the middle of the frame; the frame is analysed at three quarters of its size. */
const box = (height: number, centre: readonly [number, number] = [640, 360]) => {
  const half = height / 2;
  return [centre[0] - half * 0.8, centre[1] - half, centre[0] + half * 0.8, centre[1] + half] as const;
};
const face = (height: number, centre?: readonly [number, number], score = 0.99) => ({ score, box: box(height, centre) });
const fine = { luma: 120, sharpness: 200 };
const sight = (change: Partial<Sight> = {}): Sight => ({ frame, faces: [face(300)], face: fine, around: 120, ...change });
const of = (change: Partial<Sight>, shown: Hint | null = null): Hint => hintOf(sight(change), faceLimits, shown);

/** A sight for each hint. */
const shows: Record<Hint, Partial<Sight>> = {
  no_face: { faces: [], face: null }, several_faces: { faces: [face(300), face(200, [1100, 300])] }, off_centre: { faces: [face(300, [640, 100])] },
  too_far: { faces: [face(150)] }, too_close: { faces: [face(620)] }, against_light: { face: { luma: 80, sharpness: 200 }, around: 200 },
  too_dark: { face: { luma: 40, sharpness: 200 }, around: 60 }, too_bright: { face: { luma: 230, sharpness: 200 }, around: 200 },
  blurred: { face: { luma: 120, sharpness: 12 } }, good: {},
};

describe('one look', () => {
  it.each(hints)('says %s', (hint) => expect(of(shows[hint])).toBe(hint));

  it('tells the first thing wrong only, in the order of the list', () => {
    expect(of({ ...shows.too_far, ...shows.blurred })).toBe('too_far');
    expect(of({ ...shows.several_faces, ...shows.too_dark })).toBe('several_faces');
    expect(of({ faces: [], face: null, around: 10 }), 'in the dark no face is found: the light comes first').toBe('too_dark');
  });

  it('does not mind somebody far behind, or a doubtful face', () => {
    expect(of({ faces: [face(300), face(80, [1100, 300])] })).toBe('good');
    expect(of({ faces: [face(300), face(200, [1100, 300], 0.8)] })).toBe('good');
  });

  it('is stricter than the server: who follows it passes size, light and sharpness', () => {
    fc.assert(fc.property(fc.double({ min: 20, max: 700, noNaN: true }), fc.double({ min: 0, max: 255, noNaN: true }), fc.double({ min: 0, max: 500, noNaN: true }), (height, luma, sharpness) => {
      if (of({ faces: [face(height)], face: { luma, sharpness } }) !== 'good') return;
      const { enrol } = faceLimits;
      expect(height * 0.75).toBeGreaterThan(enrol.height);
      expect(luma).toBeGreaterThan(enrol.lumaMin);
      expect(luma).toBeLessThan(enrol.lumaMax);
      expect(sharpness).toBeGreaterThan(enrol.sharpness);
    }));
  });

  it('measures the face in the picture as the server analyses it: a small camera is not enlarged', () => {
    const small = { width: 640, height: 480 };
    expect(hintOf(sight({ frame: small, faces: [face(150, [320, 240])] }), faceLimits)).toBe('good');
    expect(hintOf(sight({ frame: small, faces: [face(120, [320, 240])] }), faceLimits)).toBe('too_far');
  });

  it('keeps a hint until its figure is clearly better', () => {
    expect([of({ faces: [face(195)] }), of({ faces: [face(195)] }, 'too_far'), of({ faces: [face(220)] }, 'too_far')]).toEqual(['good', 'too_far', 'good']);
  });
});

/** The shown hints of these looks, one every `stepMs`. */
function run(looks: readonly Sight[], stepMs: number): Guidance[] {
  let state = noGuidance;
  return looks.map((look, index) => (state = guide(state, look, faceLimits, index * stepMs)));
}
const anyLook = fc.constantFrom(...hints).map((hint) => sight(shows[hint]));

describe('many looks', () => {
  it('shows the first hint at once, and another when it has lasted', () => {
    const states = run([...Array<Sight>(2).fill(sight(shows.no_face)), ...Array<Sight>(5).fill(sight())], 200);
    expect(states.map(({ shown }) => shown)).toEqual(['no_face', 'no_face', 'no_face', 'no_face', 'no_face', 'good', 'good']);
  });

  it('never changes faster than a hint can be read, whatever is seen', () => {
    fc.assert(fc.property(fc.array(anyLook, { minLength: 1, maxLength: 80 }), fc.integer({ min: 30, max: 700 }), (looks, stepMs) => {
      const states = run(looks, stepMs);
      const changes = states.flatMap(({ shown }, index) => (index > 0 && shown !== states[index - 1]!.shown ? [index * stepMs] : []));
      changes.slice(1).forEach((at, index) => expect(at - changes[index]!).toBeGreaterThanOrEqual(settleMs));
    }));
  });

  it('comes to what is there when nothing changes any more, and never shows for long what is not', () => {
    fc.assert(fc.property(fc.array(anyLook, { maxLength: 40 }), fc.constantFrom(...hints), fc.integer({ min: 30, max: 400 }), (looks, last, stepMs) => {
      const steady = Array<Sight>(Math.ceil(staleMs / stepMs) + 3).fill(sight(shows[last]));
      expect(run([...looks, ...steady], stepMs).at(-1)!.shown).toBe(last);
    }));
    const restless = Array.from({ length: 30 }, (_, index) => sight(index % 2 ? shows.blurred : shows.too_dark));
    expect(run([sight(shows.no_face), ...restless], 100).at(-1)!.shown).not.toBe('no_face');
  });

  it('stands still while a figure swings round its limit', () => {
    const swinging = Array.from({ length: 60 }, (_, index) => sight({ faces: [face(184 + (index % 2 ? 3 : -3))] }));
    const shown = run(swinging, 250).map((state) => state.shown);
    expect(new Set(shown.slice(1))).toEqual(new Set(['too_far']));
  });
});
