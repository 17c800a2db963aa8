// Ranking: strongest first, each line with its reason, whatever the order the signals came in. Nothing here decides anything (R158).
import { describe, expect, it } from 'vitest';
import { rankSignals, signalKinds, type SeenSignal } from './signals.ts';

const lessonId = 'lesson';
const signal = (signalId: string, change: Partial<SeenSignal> = {}): SeenSignal => ({
  signalId, kind: 'shared_device', strength: 0.3, personId: 'learner', lessonId, checkId: null, otherPersonIds: [], facts: {}, firstSeenMs: 1000, lastSeenMs: 1000, count: 1, ...change,
});
const strengths = (signals: readonly SeenSignal[]): number => rankSignals(signals)[0]!.weight;

describe('rankSignals', () => {
  it('puts who has one strong sign before who has several weak ones of one kind', () => {
    const weak = ['a', 'b', 'c', 'd'].map((id) => signal(id, { personId: 'many', checkId: id, kind: 'repeated_picture' }));
    expect(rankSignals([...weak, signal('e', { personId: 'one', kind: 'frozen_picture', strength: 0.9 })]).map(({ personId, weight }) => [personId, weight])).toEqual([['one', 0.9], ['many', 0.3]]);
  });

  it('lets kinds that agree weigh more than the strongest of them, and never more than one', () => {
    const agreeing = [signal('a', { kind: 'virtual_camera', strength: 0.8 }), signal('b', { kind: 'repeated_picture', strength: 0.5 })];
    expect(strengths(agreeing)).toBe(0.9);
    expect(strengths(signalKinds.map((kind) => signal(kind, { kind, strength: 1 })))).toBe(1);
  });

  it('lets a weak sign grow with each time it is seen, below a strong one', () => {
    const seen = [1, 2, 3, 6, 100].map((count) => strengths([signal('a', { strength: 0.25, count })]));
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect([seen[0], seen[4]! > seen[0]!, seen[4]! <= 0.85, seen[3] === seen[4]]).toEqual([0.25, true, true, true]);
    expect(strengths([signal('a', { strength: 0.95, count: 100 })])).toBe(0.95);
  });

  it('says of each line why it counts as it does', () => {
    const [learner] = rankSignals([
      signal('weak', { kind: 'repeated_picture', strength: 0.3, checkId: 'one' }), signal('again', { kind: 'low_liveness', strength: 0.25, count: 3 }),
      signal('strong', { kind: 'repeated_picture', strength: 0.7, checkId: 'two' }),
    ]);
    expect(learner!.lines.map(({ signalId, why, weight }) => [signalId, why, weight > 0])).toEqual([['strong', 'once', true], ['again', 'repeated', true], ['weak', 'same_kind', false]]);
  });

  it('keeps learners and lessons apart, and is the same in any order', () => {
    const signals = [signal('a'), signal('b', { lessonId: 'other' }), signal('c', { personId: 'other' }), signal('d', { kind: 'virtual_camera', strength: 0.8 }), signal('e', { lessonId: null })];
    const ranked = rankSignals(signals);
    expect(ranked.map(({ personId, lessonId: lesson }) => `${personId} ${lesson}`)).toEqual(['learner lesson', 'learner null', 'learner other', 'other lesson']);
    expect(ranked[0]).toMatchObject({ personId: 'learner', lessonId, weight: 0.86 });
    for (let turn = 1; turn < signals.length; turn++) expect(rankSignals([...signals.slice(turn), ...signals.slice(0, turn)])).toEqual(ranked);
    expect(rankSignals([])).toEqual([]);
  });
});
