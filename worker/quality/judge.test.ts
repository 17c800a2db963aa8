// From the measures of chunks to the report of a file: edges between chunks, edges of a part, gains, shares, and what nobody measured.
import { describe, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import { QualityReport } from '#contracts/recording.ts';
import type { ChunkMeasures, PartFacts, SyncFigures } from '../recording/model.ts';
import { judgeQuality, type JudgedChunk, type JudgeInput } from './judge.ts';

const chunkFrames = 1500;
const sync: SyncFigures = {
  maxAudioVideoOffsetMs: 10, usedReports: 50, rejectedReports: 0, streamsWithoutReports: 0, receivedPackets: 10_000, lostPackets: 10, recoveredPackets: 40, damagedBytes: 0,
};
const measures: ChunkMeasures = {
  loudness: Array.from({ length: 600 }, () => -20), truePeakDb: -8, samples: 2_880_000, clippedSamples: 0, silentMs: 6000, humDb: -10, black: [], frozen: [],
  sourceHeights: [{ height: 720, ms: 60_000 }], bytes: { main: 1, low: 1 },
};
interface Change { measures?: Partial<ChunkMeasures>; sync?: Partial<SyncFigures>; gainDb?: number; toDb?: number; frames?: number }
const chunk = ({ measures: some, sync: figures, gainDb = 4, toDb = gainDb, frames = chunkFrames }: Change = {}): JudgedChunk =>
  ({ frames, facts: { measures: { ...measures, ...some }, gain: { fromDb: gainDb, toDb }, sync: { ...sync, ...figures } } });
const partOf = (frames: number): PartFacts => ({ durationMs: frames * 40, width: 1280, height: 720, sizeBytes: 1_000_000, sha256: 'ab'.repeat(32) });
function judge(chunks: JudgedChunk[], change: Partial<JudgeInput> = {}) {
  const [fromFrame, toFrame] = [change.fromFrame ?? 0, change.toFrame ?? chunks.reduce((sum, { frames }) => sum + frames, 0)];
  const judged = judgeQuality({ chunks, fromFrame, toFrame, gaps: [], part: partOf(toFrame - fromFrame), ...change });
  expect(Value.Check(QualityReport, judged.report)).toBe(true);
  return judged;
}

describe('a good unit of three chunks', () => {
  it('is reported with its figures and held by nothing', () => {
    const { report, holdReasons } = judge([chunk(), chunk(), chunk()]);
    expect(holdReasons).toEqual([]);
    expect(report).toEqual({
      avOffsetMs: 10, loudness: { integratedLufs: -16, rangeLu: 0, truePeakDb: -4 }, clippedShare: 0, humDb: -10, silentShare: 0.1, black: [], frozen: [], gaps: [],
      packets: { received: 30_000, lost: 30, recovered: 120 }, sourceHeight: 720, share720: 1, width: 1280, height: 720, sizeBytes: 1_000_000, durationMs: 180_000, warnings: [],
    });
  });
});

describe('stretches', () => {
  it('that reach over a chunk edge are one', () => {
    const { report, holdReasons } = judge([
      chunk({ measures: { black: [{ fromMs: 20_000, toMs: 59_960 }], frozen: [{ fromMs: 59_000, toMs: 60_000 }] } }),
      chunk({ measures: { black: [{ fromMs: 40, toMs: 25_000 }, { fromMs: 40_000, toMs: 41_000 }], frozen: [{ fromMs: 0, toMs: 1000 }] } }),
    ]);
    expect(report.black).toEqual([{ fromMs: 20_000, toMs: 85_000 }, { fromMs: 100_000, toMs: 101_000 }]);
    expect(report.frozen).toEqual([{ fromMs: 59_000, toMs: 61_000 }]);
    expect(holdReasons).toEqual(['picture_black']);
  });
  it('are counted from the start of the part, and cut at its edges', () => {
    const chunks = [chunk({ measures: { frozen: [{ fromMs: 10_000, toMs: 40_000 }] } }), chunk(), chunk({ measures: { frozen: [{ fromMs: 20_000, toMs: 50_000 }] } })];
    expect(judge(chunks, { fromFrame: 500, toFrame: 3750 }).report.frozen).toEqual([{ fromMs: 0, toMs: 20_000 }, { fromMs: 120_000, toMs: 130_000 }]);
  });
  it('outside the part are not in its report', () => {
    const chunks = [chunk({ measures: { black: [{ fromMs: 0, toMs: 60_000 }] } }), chunk()];
    expect(judge(chunks, { fromFrame: 1500, toFrame: 3000 })).toMatchObject({ report: { black: [] }, holdReasons: [] });
  });
});

describe('a part that cuts chunks', () => {
  it('takes of a chunk what lies in it', () => {
    const chunks = [chunk({ sync: { receivedPackets: 3000, lostPackets: 300 }, measures: { clippedSamples: 2_880 } }), chunk(), chunk({ sync: { receivedPackets: 9000 } })];
    const { report } = judge(chunks, { fromFrame: 1000, toFrame: 3500 });
    // A third of the first, all of the second, a third of the third.
    expect(report.packets).toEqual({ received: 1000 + 10_000 + 3000, lost: 100 + 10 + 3, recovered: 67 });
    expect(report.silentShare).toBe(0.1);
    expect(report.clippedShare).toBeCloseTo(960 / ((5 / 3) * 2_880_000), 12);
  });
  it('is as loud as what it holds: gain and blocks are cut at the same place', () => {
    const rising = chunk({ gainDb: 0, toDb: 8, measures: { loudness: [...Array.from({ length: 300 }, () => -18), ...Array.from({ length: 300 }, () => -22)] } });
    const first = judge([rising], { toFrame: 750 }).report.loudness;
    const second = judge([rising], { fromFrame: 750, toFrame: 1500 }).report.loudness;
    // Gains 0 to 4 dB over -18, and 4 to 8 dB over -22, both -16 in the middle.
    for (const { integratedLufs } of [first, second]) expect(Math.abs(integratedLufs! + 16)).toBeLessThan(0.4);
    // What the gain would lift above it is held by the last limiter.
    expect([first.truePeakDb, second.truePeakDb]).toEqual([-4, -1.5]);
    expect(first.rangeLu).toBeGreaterThan(2);
  });
  it('gives both parts together what the whole has', () => {
    const chunks = Array.from({ length: 5 }, (_, index) => chunk({ sync: { receivedPackets: 1000 * index }, measures: { silentMs: 7000 * index } }));
    const whole = judge(chunks).report;
    const [first, second] = [judge(chunks, { toFrame: 3750 }).report, judge(chunks, { fromFrame: 3750, toFrame: 7500 }).report];
    expect(first.packets.received + second.packets.received).toBe(whole.packets.received);
    expect((first.silentShare + second.silentShare) / 2).toBeCloseTo(whole.silentShare, 4);
  });
});

describe('what nobody measured', () => {
  it('is not made up', () => {
    const silent = { loudness: Array.from({ length: 600 }, () => -120), samples: 0, silentMs: 60_000, humDb: null, sourceHeights: [], truePeakDb: -120 };
    const { report, holdReasons } = judge([chunk({ measures: silent, sync: { usedReports: 0, maxAudioVideoOffsetMs: 0, receivedPackets: 0, lostPackets: 0, recoveredPackets: 0 } })]);
    expect(report).toMatchObject({
      avOffsetMs: null, loudness: { integratedLufs: null, rangeLu: null, truePeakDb: null }, humDb: null, clippedShare: 0, silentShare: 1, sourceHeight: null, share720: null,
    });
    expect(holdReasons).toEqual(['no_sound']);
  });
  it('of the clocks is remarked on', () => {
    expect(judge([chunk({ sync: { usedReports: 0 } })])).toMatchObject({ report: { avOffsetMs: null, warnings: ['sound_off_picture'] }, holdReasons: [] });
  });
});

describe('a bad chunk among good ones', () => {
  const unit = (bad: Change, goodOnes = 9): JudgedChunk[] => [...Array.from({ length: goodOnes }, () => chunk()), chunk(bad)];
  it('counts by its worst moment for sync, and by its share for the rest', () => {
    expect(judge(unit({ sync: { maxAudioVideoOffsetMs: 90 } })).holdReasons).toEqual(['sound_off_picture']);
    expect(judge(unit({ sync: { lostPackets: 9000 } })).holdReasons).toEqual(['packets_lost']);
    expect(judge(unit({ measures: { clippedSamples: 20_000 } })).report.warnings).toEqual(['sound_clipped']);
    expect(judge(unit({ measures: { sourceHeights: [{ height: 360, ms: 60_000 }] } })).report).toMatchObject({ sourceHeight: 720, share720: 0.9, warnings: [] });
  });
  it('hums alone without consequence; a quarter of them is heard', () => {
    expect(judge(unit({ measures: { humDb: 30 } })).report).toMatchObject({ humDb: -10, warnings: [] });
    expect(judge(unit({ measures: { humDb: 30 } }, 3)).holdReasons).toEqual(['hum']);
    const deaf = chunk({ measures: { humDb: null } });
    expect(judge([deaf, deaf, deaf, chunk({ measures: { humDb: 8 } })]).report).toMatchObject({ humDb: 8, warnings: ['hum'] });
  });
  it('passes the gaps it is given on, and counts them', () => {
    const gaps = [{ fromMs: 0, toMs: 70_000, reason: 'node_down' }];
    expect(judge(unit({}), { gaps })).toMatchObject({ report: { gaps }, holdReasons: ['gaps_long'] });
  });
});
