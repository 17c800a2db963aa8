// Scores as pictures and pages: how they lie, who comes first, what is looked for.
import type { ScoreRow } from '#contracts/exam.ts';

/** Ten columns of best scores: 0–9 % to 90–100 %. Who has no score is in none. */
export function spreadOf(rows: readonly Pick<ScoreRow, 'best'>[]): number[] {
  const counts = Array.from({ length: 10 }, () => 0);
  // The small term undoes binary noise: 0.7 * 10 is 7.000000000000001, 0.57 * 100 / 10 below 5.7.
  for (const { best } of rows) if (best?.share != null) counts[Math.min(9, Math.floor(best.share * 10 + 1e-9))]!++;
  return counts;
}

export const scoreFilters = ['all', 'passed', 'failed', 'waiting', 'none'] as const;
export type ScoreFilter = (typeof scoreFilters)[number];
const groups: Record<ScoreRow['result'], Exclude<ScoreFilter, 'all'>> = { passed: 'passed', failed: 'failed', annulled: 'failed', to_mark: 'waiting', held: 'waiting', open: 'waiting', none: 'none' };
export const groupOf = (result: ScoreRow['result']): Exclude<ScoreFilter, 'all'> => groups[result];

export const rowsPerPage = 50;
/** What is looked for, of one cohort or all; `page` from 1. */
export function pageOf(rows: readonly ScoreRow[], filter: ScoreFilter, text: string, cohortId: string, page: number): { rows: ScoreRow[]; total: number; pages: number; page: number } {
  const wanted = text.trim().toLowerCase();
  const found = rows.filter((row) => (filter === 'all' || groupOf(row.result) === filter) && (cohortId === '' || row.cohortId === cohortId)
    && (wanted === '' || row.name.toLowerCase().includes(wanted) || row.login.toLowerCase().includes(wanted)));
  const pages = Math.max(1, Math.ceil(found.length / rowsPerPage));
  const at = Math.min(Math.max(1, page), pages);
  return { rows: found.slice((at - 1) * rowsPerPage, at * rowsPerPage), total: found.length, pages, page: at };
}
