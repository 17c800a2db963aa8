// What the state of a face comes to, from the enrolment compared with and the newest one; and words for likeness at their borders.
import { describe, expect, it } from 'vitest';
import { faceStanding, likenessOf, type EnrolmentStatus } from './face-enrolment.ts';
import { faceLimits } from './face-model.ts';

const standing = (status: EnrolmentStatus, modelId: string | null = 'this model') => ({ status, modelId });
const of = (active: ReturnType<typeof standing> | null, latest: ReturnType<typeof standing> | null) => faceStanding(active, latest, 'this model');

describe('faceStanding', () => {
  it('is none, verifying or rejected before the first face', () => {
    expect([of(null, null), of(null, standing('verifying')), of(null, standing('rejected', null))]).toEqual(['none', 'verifying', 'rejected']);
  });
  it('goes by the active one whatever became of a newer one, except while that is verified', () => {
    const active = standing('active');
    for (const latest of ['active', 'awaiting_approval', 'rejected', 'refused'] as const) expect(of(active, standing(latest))).toBe('active');
    expect(of(active, standing('verifying'))).toBe('verifying');
  });
  it('is outdated where another model made the active one: enrol again', () => {
    const former = standing('active', 'another model');
    expect([of(former, former), of(former, standing('awaiting_approval')), of(former, standing('verifying'))]).toEqual(['outdated', 'outdated', 'verifying']);
  });
});

it('calls faces what a check would', () => {
  expect([0, 0.5, 0.501, 0.6, 0.601].map((distance) => likenessOf(distance, faceLimits))).toEqual(['same', 'same', 'unsure', 'unsure', 'different']);
});
