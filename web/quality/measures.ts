// The figures of a quality report as rows people can read: name, value, limit, mark; what needs a look comes first.
import type { QualityReport } from '#contracts/recording.ts';
import { lostShare, qualityFindings, qualityLimits, stretchFigures, type QualityMark, type QualityMeasure, type Stretch } from '#domain/recording/quality.ts';
import { filmTime, percent } from '../format.ts';

/** A text of `quality.*` with what fills it; `plain` is the same in every language. */
export type Words = { key: string; fill: Record<string, string | number> } | { plain: string };
export interface MeasureRow { measure: QualityMeasure; mark: QualityMark; value: Words; limit: Words }
type Shown = Pick<MeasureRow, 'value' | 'limit'>;

const plain = (text: string): Words => ({ plain: text });
const words = (key: string, fill: Record<string, string | number> = {}): Words => ({ key: `quality.${key}`, fill });
const unknown = words('unknown');
const oneDigit = (value: number): string => String(Math.round(value * 10) / 10);

/** A share of what should not be: rounded up, so that what is above a limit never looks like the limit; the smaller, the more digits. */
export function badShare(share: number): string {
  const percents = share * 100;
  const digits = percents < 0.01 ? 3 : percents < 1 ? 2 : 1;
  // The small term undoes binary noise.
  return `${Math.ceil(percents * 10 ** digits - 1e-9) / 10 ** digits}%`;
}

const stretches = (list: readonly Stretch[], durationMs: number): Words => {
  const { longestMs, totalMs, share } = stretchFigures(list, durationMs);
  return totalMs === 0 ? words('none') : words('stretches', { total: duration(totalMs), longest: duration(longestMs), share: badShare(share) });
};
/** `0:04`, below a second `0.4 s`. */
const duration = (ms: number): string => (ms < 1000 ? `${oneDigit(ms / 1000)} s` : filmTime(ms));
const stretchLimit = ({ longestMs, share }: { longestMs: number; share: number }): Words => words('limit.stretches', { longest: filmTime(longestMs), share: percent(share) });
const decibels = (value: number | null, unit: string): Words => (value === null ? unknown : plain(`${oneDigit(value)} ${unit}`));
const atMost = (limit: string): Words => words('limit.atMost', { limit });

const { avOffsetMs: offsetLimit, loudness: loudnessLimit } = qualityLimits;
const shown: Record<QualityMeasure, (report: QualityReport) => Shown> = {
  avOffset: ({ avOffsetMs }) => ({ value: avOffsetMs === null ? unknown : words('ms', { n: oneDigit(avOffsetMs) }), limit: words('limit.ms', { n: offsetLimit.hold }) }),
  loudness: ({ loudness }) => ({ value: decibels(loudness.integratedLufs, 'LUFS'), limit: plain(`${loudnessLimit.targetLufs} ± ${loudnessLimit.holdLu} LUFS`) }),
  range: ({ loudness }) => ({ value: decibels(loudness.rangeLu, 'LU'), limit: atMost(`${qualityLimits.rangeLu.warn} LU`) }),
  peak: ({ loudness }) => ({ value: decibels(loudness.truePeakDb, 'dBTP'), limit: atMost(`${qualityLimits.truePeakDb.warn} dBTP`) }),
  silence: ({ silentShare }) => ({ value: plain(badShare(silentShare)), limit: atMost(percent(qualityLimits.silentShare.hold)) }),
  clipping: ({ clippedShare }) => ({ value: plain(badShare(clippedShare)), limit: atMost(percent(qualityLimits.clippedShare.hold)) }),
  hum: ({ humDb }) => ({ value: decibels(humDb, 'dB'), limit: atMost(`${qualityLimits.humDb.hold} dB`) }),
  black: ({ black, durationMs }) => ({ value: stretches(black, durationMs), limit: stretchLimit(qualityLimits.black.hold) }),
  frozen: ({ frozen, durationMs }) => ({ value: stretches(frozen, durationMs), limit: stretchLimit(qualityLimits.frozen.hold) }),
  gaps: ({ gaps, durationMs }) => ({ value: stretches(gaps, durationMs), limit: stretchLimit(qualityLimits.gaps.hold) }),
  lines: ({ width, height }) => ({ value: plain(`${width} × ${height}`), limit: words('limit.lines', { n: qualityLimits.lines.hold }) }),
  received720: ({ share720, sourceHeight }) => ({
    value: share720 === null ? unknown : words('received', { share: percent(share720), lines: sourceHeight ?? 0 }),
    limit: words('limit.atLeast', { limit: percent(qualityLimits.lines.share720Warn) }),
  }),
  packets: ({ packets }) => ({ value: words('packets', { share: badShare(lostShare(packets)), recovered: packets.recovered }), limit: atMost(percent(qualityLimits.lostShare.hold)) }),
};

const urgency: Record<QualityMark, number> = { hold: 0, warn: 1, ok: 2 };

export const measureRows = (report: QualityReport): MeasureRow[] =>
  qualityFindings(report).map(({ measure, mark }) => ({ measure, mark, ...shown[measure](report) })).toSorted((one, other) => urgency[one.mark] - urgency[other.mark]);

export type StretchKind = 'gaps' | 'black' | 'frozen';
export interface MarkedStretch extends Stretch { kind: StretchKind; /** Of a gap, a code. */ reason: string | null }

/** Everything on the bar along the file, by time. */
export const markedStretches = ({ gaps, black, frozen }: Pick<QualityReport, StretchKind>): MarkedStretch[] => [
  ...gaps.map(({ fromMs, toMs, reason }): MarkedStretch => ({ fromMs, toMs, kind: 'gaps', reason })),
  ...black.map(({ fromMs, toMs }): MarkedStretch => ({ fromMs, toMs, kind: 'black', reason: null })),
  ...frozen.map(({ fromMs, toMs }): MarkedStretch => ({ fromMs, toMs, kind: 'frozen', reason: null })),
].sort((one, other) => one.fromMs - other.fromMs);
