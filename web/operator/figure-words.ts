// Figures of the operator's page as people read them.
import type { Problem, ProblemCode } from '#contracts/operator.ts';
import { fileSize, percent } from '../format.ts';

type Translate = (key: string, named?: Record<string, unknown>) => string;

/** `350 ms`, `4.2 s`, `3 min`, `2 h`; null gives the dash. */
export function span(ms: number | null, t: Translate): string {
  if (ms === null) return t('common.none');
  if (ms < 1000) return t('operator.ms', { n: Math.round(ms) });
  if (ms < 10_000) return t('operator.seconds', { n: (ms / 1000).toFixed(1) });
  if (ms < 120_000) return t('operator.seconds', { n: Math.round(ms / 1000) });
  return ms < 7_200_000 ? t('common.minutes', { n: Math.round(ms / 60_000) }) : t('operator.hours', { n: Math.round(ms / 3_600_000) });
}

/** `0 Mbit/s`, `420 Mbit/s`, `2.4 Gbit/s` */
export function bitRate(bitsPerSecond: number): string {
  if (bitsPerSecond >= 1e9) return `${(bitsPerSecond / 1e9).toFixed(1)} Gbit/s`;
  return `${bitsPerSecond > 0 && bitsPerSecond < 1e6 ? '<1' : Math.round(bitsPerSecond / 1e6)} Mbit/s`;
}

/** For bars and shares of load: whole percents, since they jump every two seconds. */
export const wholePercent = (share: number): string => `${Math.round(share * 100)}%`;

const asSpan: readonly ProblemCode[] = ['node_silent', 'process_silent', 'process_slow', 'recording_behind', 'queue_stuck', 'answers_slow', 'joins_slow', 'connector_stuck'];

/** What was measured, in words; empty where the code needs none. */
export function problemFigure({ code, figure }: Problem, t: Translate): string {
  if (figure === null) return '';
  if (asSpan.includes(code)) return span(figure, t);
  if (code === 'disk_low') return fileSize(figure);
  return code === 'rtt_high' || code === 'loss_high' ? percent(figure) : String(figure);
}
