// Figures as people read them: what needs a look first, shares that never look better than they are, nothing made up.
import { describe, expect, it } from 'vitest';
import type { QualityReport } from '#contracts/recording.ts';
import { zh } from '../i18n/zh.ts';
import { badShare, markedStretches, measureRows, type Words } from './measures.ts';

const report: QualityReport = {
  avOffsetMs: 95.25, loudness: { integratedLufs: -16.24, rangeLu: 7.06, truePeakDb: -1.5 }, clippedShare: 0.00000001, humDb: -4, silentShare: 0.1,
  black: [{ fromMs: 2_000, toMs: 2_400 }], frozen: [{ fromMs: 600_000, toMs: 640_000 }], gaps: [{ fromMs: 61_000, toMs: 64_000, reason: 'node_down' }],
  packets: { received: 100_000, lost: 1_100, recovered: 900 }, sourceHeight: 720, share720: 0.9799, width: 1280, height: 720, sizeBytes: 3, durationMs: 2_700_000, warnings: [],
};
const textOf = (words: Words): string => {
  if ('plain' in words) return words.plain;
  const text = words.key.split('.').reduce<unknown>((texts, key) => (texts as Record<string, unknown>)[key], zh) as string;
  return Object.entries(words.fill).reduce((filled, [key, value]) => filled.replace(`{${key}}`, String(value)), text);
};
const lines = (given: QualityReport) => measureRows(given).map(({ measure, mark, value, limit }) => [measure, mark, textOf(value), textOf(limit)]);

describe('rows', () => {
  it('say each figure and its limit, what needs a look first', () => {
    expect(lines(report)).toEqual([
      ['avOffset', 'hold', '95.3 毫秒', '不超过 80 毫秒'],
      ['frozen', 'warn', '共 0:40（1.5%），最长 0:40', '一次不超过 2:00，总共不超过 10%'],
      ['packets', 'warn', '1.1%（另有 900 个补回）', '不超过 5%'],
      ['loudness', 'ok', '-16.2 LUFS', '-16 ± 1 LUFS'],
      ['range', 'ok', '7.1 LU', '不超过 15 LU'],
      ['peak', 'ok', '-1.5 dBTP', '不超过 -1 dBTP'],
      ['silence', 'ok', '10%', '不超过 90%'],
      ['clipping', 'ok', '0.001%', '不超过 0.1%'],
      ['hum', 'ok', '-4 dB', '不超过 15 dB'],
      ['black', 'ok', '共 0.4 s（0.02%），最长 0.4 s', '一次不超过 1:00，总共不超过 5%'],
      ['gaps', 'ok', '共 0:03（0.12%），最长 0:03', '一次不超过 1:00，总共不超过 5%'],
      ['lines', 'ok', '1280 × 720', '不低于 720 线'],
      ['received720', 'ok', '97.9% 的时间，最高 720 线', '不低于 50%'],
    ]);
  });

  it('of a silent file say so, and nothing else of its sound', () => {
    const silent = lines({ ...report, loudness: { integratedLufs: null, rangeLu: null, truePeakDb: null }, silentShare: 1, avOffsetMs: null, humDb: null });
    expect(silent[0]).toEqual(['silence', 'hold', '100%', '不超过 90%']);
    expect(silent.map(([measure]) => measure)).not.toContain('loudness');
  });

  it('say what was not measured', () => {
    const rows = new Map(lines({ ...report, avOffsetMs: null, humDb: null, share720: null, sourceHeight: null }).map(([measure, ...rest]) => [measure, rest]));
    expect(rows.get('avOffset')).toEqual(['warn', '没有测到', '不超过 80 毫秒']);
    expect(rows.get('hum')?.[1]).toBe('没有测到');
    expect(rows.get('received720')?.slice(0, 2)).toEqual(['ok', '没有测到']);
  });
});

it('shares of what should not be are rounded up', () => {
  expect([0, 0.01, 0.0100001, 0.05, 0.0501, 0.000001, 1].map(badShare)).toEqual(['0%', '1%', '1.1%', '5%', '5.1%', '0.001%', '100%']);
});

it('stretches of all kinds stand by time', () => {
  expect(markedStretches(report).map(({ kind, reason }) => [kind, reason])).toEqual([['black', null], ['gaps', 'node_down'], ['frozen', null]]);
});
