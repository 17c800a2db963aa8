// What holds a file back, what is only a remark, and what is fine: each limit from both sides.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdReasonsOf, lostShare, qualityFindings, qualityLimits, stretchFigures, unitedStretches, type QualityFigures, type Stretch } from './quality.ts';

const minute = 60_000;
const good: QualityFigures = {
  avOffsetMs: 12, loudness: { integratedLufs: -16.3, rangeLu: 8, truePeakDb: -1.5 }, clippedShare: 0, humDb: -6, silentShare: 0.2,
  black: [], frozen: [], gaps: [], packets: { received: 100_000, lost: 20, recovered: 300 }, share720: 0.98, height: 720, durationMs: 45 * minute,
};
const judged = (change: Partial<QualityFigures>) => holdReasonsOf({ ...good, ...change });
const held = (...hold: string[]) => ({ hold, warnings: [] });
const warned = (...warnings: string[]) => ({ hold: [], warnings });
const fine = held();
const loud = (change: Partial<QualityFigures['loudness']>) => ({ loudness: { ...good.loudness, ...change } });
const from = (fromMs: number, lengthMs: number): Stretch => ({ fromMs, toMs: fromMs + lengthMs });

describe('a good file', () => {
  it('is held by nothing and warned of by nothing', () => expect(judged({})).toEqual(fine));
  it('has one finding for each figure', () => {
    const measures = qualityFindings(good).map(({ measure }) => measure);
    expect(new Set(measures).size).toBe(measures.length);
    expect(qualityFindings(good).every(({ mark }) => mark === 'ok')).toBe(true);
  });
});

describe('sound (R129, R130)', () => {
  it('may be 40 ms off the picture, is remarked on to 80 ms, and held beyond', () => {
    expect(judged({ avOffsetMs: 40 })).toEqual(fine);
    expect(judged({ avOffsetMs: 40.1 })).toEqual(warned('sound_off_picture'));
    expect(judged({ avOffsetMs: 80 })).toEqual(warned('sound_off_picture'));
    expect(judged({ avOffsetMs: 80.1 })).toEqual(held('sound_off_picture'));
  });
  it('whose offset nobody could measure is remarked on', () => expect(judged({ avOffsetMs: null })).toEqual(warned('sound_off_picture')));
  it('has -16 LUFS within 1', () => {
    for (const integratedLufs of [-17, -15]) expect(judged(loud({ integratedLufs }))).toEqual(fine);
    for (const integratedLufs of [-17.1, -14.9]) expect(judged(loud({ integratedLufs }))).toEqual(held('loudness_missed'));
  });
  it('that swings is remarked on, and a missed loudness is not named twice', () => {
    expect(judged(loud({ rangeLu: 15 }))).toEqual(fine);
    expect(judged(loud({ rangeLu: 15.1 }))).toEqual(warned('loudness_missed'));
    expect(judged(loud({ rangeLu: 20, integratedLufs: -30 }))).toEqual(held('loudness_missed'));
  });
  it('of a silent file is missing, whatever else was measured of it', () => {
    expect(judged({ ...loud({ integratedLufs: null }), avOffsetMs: null, clippedShare: 1, humDb: 40 })).toEqual(held('no_sound'));
    expect(judged({ silentShare: 0.91 })).toEqual(held('no_sound'));
    expect(judged({ silentShare: 0.9 })).toEqual(warned('no_sound'));
    expect(judged({ silentShare: 0.5 })).toEqual(fine);
  });
  it('may clip in one sample of ten thousand, and hum a little above the room', () => {
    expect(judged({ clippedShare: 0.0001 })).toEqual(fine);
    expect(judged({ clippedShare: 0.00011 })).toEqual(warned('sound_clipped'));
    expect(judged({ clippedShare: 0.0011 })).toEqual(held('sound_clipped'));
    expect(judged(loud({ truePeakDb: -0.5 }))).toEqual(warned('sound_clipped'));
    expect(judged({ humDb: 6 })).toEqual(fine);
    expect(judged({ humDb: 7 })).toEqual(warned('hum'));
    expect(judged({ humDb: 15.1 })).toEqual(held('hum'));
    expect(judged({ humDb: null })).toEqual(fine);
  });
});

describe('picture (R124, R132)', () => {
  it('may be black for a moment, not for a minute and not for a twentieth of the file', () => {
    expect(judged({ black: [from(0, 10_000)] })).toEqual(fine);
    expect(judged({ black: [from(0, 10_100)] })).toEqual(warned('picture_black'));
    expect(judged({ black: [from(5000, 60_000)] })).toEqual(warned('picture_black'));
    expect(judged({ black: [from(5000, 60_040)] })).toEqual(held('picture_black'));
    const often = Array.from({ length: 14 }, (_, index) => from(index * 3 * minute, 9_900));
    expect(judged({ black: often })).toEqual(held('picture_black'));
    expect(judged({ black: often.slice(0, 4) })).toEqual(warned('picture_black'));
  });
  it('of a camera may stand still for two minutes before somebody looks', () => {
    expect(judged({ frozen: [from(0, 30_000)] })).toEqual(fine);
    expect(judged({ frozen: [from(0, 120_000)] })).toEqual(warned('picture_frozen'));
    expect(judged({ frozen: [from(0, 120_040)] })).toEqual(held('picture_frozen'));
  });
  it('has 720 lines; that less came from the teacher holds nothing back', () => {
    expect(judged({ height: 719 })).toEqual(held('resolution_low'));
    expect(judged({ share720: 0.5 })).toEqual(fine);
    for (const share720 of [0.49, 0]) expect(judged({ share720 })).toEqual(warned('resolution_low'));
    expect(judged({ share720: null })).toEqual(fine);
  });
});

describe('what is missing', () => {
  it('of the lesson holds the file beyond a minute or a twentieth', () => {
    expect(judged({ gaps: [from(0, 5000)] })).toEqual(fine);
    expect(judged({ gaps: [from(0, 5001)] })).toEqual(warned('gaps_long'));
    expect(judged({ gaps: [from(0, 60_001)] })).toEqual(held('gaps_long'));
  });
  it('twice at the same moment (sound and picture) counts once', () => {
    expect(judged({ gaps: [from(0, 40_000), from(0, 40_000), from(20_000, 40_000)] })).toEqual(warned('gaps_long'));
    expect(stretchFigures([from(0, 40_000), from(20_000, 40_000)], 10 * minute)).toEqual({ longestMs: 60_000, totalMs: 60_000, share: 0.1 });
  });
  it('from a short file by share counts from ten seconds on', () => {
    const short = { durationMs: 20_000 };
    expect(judged({ ...short, gaps: [from(0, 2000)] })).toEqual(fine);
    expect(judged({ ...short, gaps: [from(0, 4900), from(10_000, 4900)] })).toEqual(fine);
    expect(judged({ ...short, gaps: [from(0, 5000), from(10_000, 5000)] })).toEqual(held('gaps_long'));
  });
  it('of the packets is remarked on above 1 % and held above 5 %; what came late is not lost', () => {
    const packets = (lost: number, recovered = 0) => ({ packets: { received: 10_000 - lost, lost, recovered } });
    expect(judged(packets(100))).toEqual(fine);
    expect(judged(packets(101))).toEqual(warned('packets_lost'));
    expect(judged(packets(500))).toEqual(warned('packets_lost'));
    expect(judged(packets(501))).toEqual(held('packets_lost'));
    expect(judged(packets(0, 5000))).toEqual(fine);
    expect(lostShare({ received: 0, lost: 0, recovered: 0 })).toBe(0);
  });
});

describe('rules', () => {
  it('name each reason once, what holds never as a warning too', () => {
    const figures = fc.record({
      avOffsetMs: fc.option(fc.double({ min: 0, max: 200, noNaN: true })), humDb: fc.option(fc.double({ min: -20, max: 30, noNaN: true })),
      clippedShare: fc.double({ min: 0, max: 0.01, noNaN: true }), silentShare: fc.double({ min: 0, max: 1, noNaN: true }), height: fc.constantFrom(360, 720),
      loudness: fc.record({
        integratedLufs: fc.option(fc.double({ min: -40, max: -5, noNaN: true })), rangeLu: fc.option(fc.double({ min: 0, max: 30, noNaN: true })),
        truePeakDb: fc.option(fc.double({ min: -20, max: 3, noNaN: true })),
      }),
    });
    fc.assert(fc.property(figures, (change) => {
      const { hold, warnings } = judged(change);
      expect(new Set([...hold, ...warnings]).size).toBe(hold.length + warnings.length);
    }));
  });

  it('never let more black pass: adding a stretch cannot make a file better', () => {
    const stretch = fc.record({ fromMs: fc.integer({ min: 0, max: 44 * minute }), lengthMs: fc.integer({ min: 0, max: 90_000 }) }).map(({ fromMs, lengthMs }) => from(fromMs, lengthMs));
    const rank = { ok: 0, warn: 1, hold: 2 };
    const markOf = (black: Stretch[]) => rank[qualityFindings({ ...good, black }).find(({ measure }) => measure === 'black')!.mark];
    fc.assert(fc.property(fc.array(stretch, { maxLength: 12 }), stretch, (some, more) => markOf([...some, more]) >= markOf(some)));
  });

  it('unite stretches: in order, apart, inside the file, and covering the same time', () => {
    const stretch = fc.record({ fromMs: fc.integer({ min: -50, max: 150 }), lengthMs: fc.integer({ min: 0, max: 60 }) }).map(({ fromMs, lengthMs }) => from(fromMs, lengthMs));
    fc.assert(fc.property(fc.array(stretch), (stretches) => {
      const united = unitedStretches(stretches, 100);
      const covers = (list: readonly Stretch[], at: number): boolean => list.some(({ fromMs, toMs }) => at >= fromMs && at < toMs);
      for (let at = 0; at < 100; at++) expect(covers(united, at)).toBe(covers(stretches, at));
      united.forEach(({ fromMs, toMs }, index) => {
        expect(fromMs).toBeGreaterThanOrEqual(index === 0 ? 0 : united[index - 1]!.toMs + 1);
        expect(toMs).toBeLessThanOrEqual(100);
      });
    }));
    expect(unitedStretches([from(0, 10), from(15, 10), from(60, 10)], 100, 5)).toEqual([from(0, 25), from(60, 10)]);
  });

  it('have limits that a remark reaches before a hold does', () => {
    for (const limit of [qualityLimits.avOffsetMs, qualityLimits.clippedShare, qualityLimits.humDb, qualityLimits.silentShare, qualityLimits.lostShare]) expect(limit.warn).toBeLessThan(limit.hold);
  });
});
