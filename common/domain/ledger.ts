// The ledger's words: what exams of a cohort came to taken together, and what its list is narrowed to and ordered by (R25, R27, R114).
import type { AttemptResult } from './exam.ts';

export const ledgerExamStates = ['failed', 'annulled', 'held', 'to_mark', 'open', 'none', 'passed'] as const;
/** Of several exams the one that stands most in the way; `passed`: all of them, `none`: one was never begun. */
export type LedgerExamState = (typeof ledgerExamStates)[number];
/** Null where the cohort has no exam. */
export const examState = (results: readonly (AttemptResult | 'none')[]): LedgerExamState | null => ledgerExamStates.find((state) => results.includes(state)) ?? null;

/** Below the pack's limit, below the pack's limit, or a check, appeal or exam waits for somebody. */
export const ledgerFilters = ['attendance_low', 'accuracy_low', 'unsettled'] as const;
export type LedgerFilter = (typeof ledgerFilters)[number];
/** `attendance` and `accuracy`: the lowest first; who has none stands before them. */
export const ledgerSorts = ['name', 'attendance', 'accuracy'] as const;
export type LedgerSort = (typeof ledgerSorts)[number];
/** `pdf`: the table to print; `hours`: the full list of hours of every learner in it, each on pages of its own, as one PDF (R65). */
export const ledgerFormats = ['xlsx', 'csv', 'pdf', 'hours'] as const;
export type LedgerFormat = (typeof ledgerFormats)[number];
/** What is printed ends somewhere: learners in one file. */
export const ledgerMost: Record<LedgerFormat, number> = { xlsx: Infinity, csv: Infinity, pdf: 50_000, hours: 2000 };
/** Rows a page has at most, and how far down it may begin. */
export const ledgerLimits = { page: 200, deepest: 1_000_000, text: 64, exportHours: 24, exportsAtOnce: 3 } as const;
