// The sample of an inspection: shares add up, nothing is drawn twice, the same seed gives the same, and a stranger's program agrees.
import { describe, expect, it } from 'vitest';
import { listHash, redrawInspection } from '#testing/redraw-inspection.ts';
import { drawInspection } from './inspection-draw.ts';
import { risks, type Risk } from '#domain/inspection/inspection.ts';
import { populationText, shareOut, strataOf, type Candidate } from '#domain/inspection/sample.ts';

const seed = '0f'.repeat(32);
const uuid = (kind: number, n: number): string => `${String(kind).padStart(8, '0')}-0000-7000-8000-${String(n).padStart(12, '0')}`;
const of = (n: number, institution: number, course: number, risk: Risk): Candidate => ({
  replayId: uuid(9, (n * 7919) % 100_003), institutionId: uuid(1, institution), courseId: uuid(2, institution * 10 + course), cohortId: uuid(3, course), lessonId: uuid(4, n), unitId: uuid(5, n), risk, sha256: n.toString(16).padStart(64, '0'),
});
/** Institutions of very different sizes, one of them with a single recording. */
const many = [...Array.from({ length: 400 }, (_, n) => of(n, n % 2 === 0 ? 1 : n % 5 === 0 ? 2 : 3, n % 3, risks[n % 7 === 0 ? 0 : n % 4 === 0 ? 1 : 2]!)), of(900, 4, 1, 'low')];
const draw = (candidates: readonly Candidate[], size: number, words = '', key = seed): string[] => drawInspection(candidates, size, key, words).drawn.map(({ replayId }) => replayId);

describe('shareOut', () => {
  it('gives whole shares by largest remainder, at equal remainders by key', () => {
    expect([...shareOut(10, [{ key: 'b', weight: 1, room: 9 }, { key: 'a', weight: 1, room: 9 }, { key: 'c', weight: 1, room: 9 }])]).toEqual([['b', 3], ['a', 4], ['c', 3]]);
    expect([...shareOut(7, [{ key: 'a', weight: 50, room: 50 }, { key: 'b', weight: 31, room: 31 }, { key: 'c', weight: 19, room: 19 }])]).toEqual([['a', 4], ['b', 2], ['c', 1]]);
  });
  it('gives nobody more than their room, and the rest to the others', () => {
    expect([...shareOut(10, [{ key: 'a', weight: 9, room: 2 }, { key: 'b', weight: 1, room: 20 }])]).toEqual([['a', 2], ['b', 8]]);
    expect([...shareOut(10, [{ key: 'a', weight: 9, room: 2 }, { key: 'b', weight: 1, room: 3 }, { key: 'c', weight: 1, room: 0 }])]).toEqual([['a', 2], ['b', 3], ['c', 0]]);
  });
});

describe('strataOf', () => {
  it.each([1, 2, 3, 4, 5, 17, 60, 399, 401, 1000])('adds up to %i, or to all there is, and stays within each stratum', (size) => {
    const strata = strataOf(many, size);
    expect(strata.reduce((sum, { wanted }) => sum + wanted, 0)).toBe(Math.min(size, many.length));
    for (const { wanted, candidates } of strata) expect(wanted).toBeLessThanOrEqual(candidates.length);
  });
  it('takes something of every institution where there is enough for each', () => {
    const institutions = (size: number) => new Set(strataOf(many, size).filter(({ wanted }) => wanted > 0).map(({ institutionId }) => institutionId)).size;
    expect([institutions(4), institutions(20), institutions(2)]).toEqual([4, 4, 2]);
  });
  it('draws doubtful lessons more often', () => {
    const half = Array.from({ length: 200 }, (_, n) => of(n, 1, 1, n < 100 ? 'high' : 'low'));
    expect(strataOf(half, 40).map(({ risk, wanted }) => [risk, wanted])).toEqual([['high', 30], ['low', 10]]);
  });
});

describe('drawSample', () => {
  it('gives the same for the same seed and words, whatever order the candidates came in, and draws nothing twice', () => {
    const first = draw(many, 60, '双色球');
    expect(draw([...many].reverse(), 60, '双色球')).toEqual(first);
    expect(new Set(first).size).toBe(60);
  });
  it('gives something else for another seed, and for other words', () => {
    const first = draw(many, 60);
    expect(draw(many, 60, 'x')).not.toEqual(first);
    expect(draw(many, 60, '', 'a0'.repeat(32))).not.toEqual(first);
  });
  it('draws each recording of a stratum equally often', () => {
    const ten = Array.from({ length: 10 }, (_, n) => of(n, 1, 1, 'low'));
    const times = new Map(ten.map(({ replayId }) => [replayId, 0]));
    for (let n = 0; n < 3000; n++) for (const id of draw(ten, 3, String(n))) times.set(id, times.get(id)! + 1);
    // 900 expected of each, deviation about 25.
    for (const count of times.values()) expect(Math.abs(count - 900)).toBeLessThan(130);
  });
  it('draws all where there are fewer, and nothing of nothing', () => {
    expect(new Set(draw(many.slice(0, 7), 50))).toEqual(new Set(many.slice(0, 7).map(({ replayId }) => replayId)));
    expect(draw([], 5)).toEqual([]);
  });
  it('agrees with a program somebody else wrote from the description', () => {
    for (const [size, words] of [[1, ''], [4, '甲'], [37, 'lottery 07 11 23'], [401, 'x'], [5000, '']] as const) {
      const { population, sha256, drawn } = drawInspection(many, size, seed, words);
      expect(redrawInspection(population, seed, words, size)).toEqual(drawn.map(({ replayId }) => replayId));
      expect(listHash(population)).toBe(sha256);
    }
  });
  it('shows when one recording was left out of the list, put in, or judged otherwise', () => {
    const { sha256 } = drawInspection(many, 10, seed, '');
    for (const other of [many.slice(1), [...many, of(999, 1, 1, 'low')], [{ ...many[0]!, risk: 'high' as const, sha256: 'f'.repeat(64) }, ...many.slice(1)]]) expect(listHash(populationText(other))).not.toBe(sha256);
  });
});
