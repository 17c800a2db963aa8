// How strong what was measured is: monotone, within 0..1, and silent for what honest learners do.
import { expect, it } from 'vitest';
import { deviceStrength, livenessStrength, repeatStrength, sameFaceStrength } from './signal-rules.ts';

it('doubts a face the engine doubts, strongly below 0.2 and weakly below 0.5', () => {
  expect([0.9, 0.5, 0.49, 0.2].map(livenessStrength)).toEqual([null, null, 0.25, 0.25]);
  expect([0.19, 0].map((live) => livenessStrength(live)! > 0.5)).toEqual([true, true]);
  expect(livenessStrength(0)!).toBeLessThanOrEqual(0.8);
});

it('takes the same bytes for nearly certain, and pictures that look alike for a hint', () => {
  expect(repeatStrength({ apart: 0, identical: true, whose: 'own' })).toBe(0.95);
  expect(repeatStrength({ apart: 0, identical: false, whose: 'own' })).toBe(0.3);
  expect(repeatStrength({ apart: 3, identical: false, whose: 'own' })).toBeNull();
  expect(repeatStrength({ apart: 3, identical: false, whose: 'others' })).toBe(0.7);
  expect(repeatStrength({ apart: 4, identical: false, whose: 'others' })).toBeNull();
});

it('names another face only within the match distance', () => {
  expect([0.2, 0.5, 0.51].map((distance) => sameFaceStrength(distance, 0.5))).toEqual([0.95, 0.85, null]);
});

it('lets a shared browser be weak, and two at once strong', () => {
  expect([1, 2, 10, 100].map((people) => deviceStrength({ people, atOnce: false }))).toEqual([null, 0.2, 0.5, 0.5]);
  expect([1, 2, 10].map((people) => deviceStrength({ people, atOnce: true }))).toEqual([null, 0.7, 0.9]);
});
