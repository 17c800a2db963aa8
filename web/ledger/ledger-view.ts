// What the ledger's page asks for, as it stands in its address; and which rows of a long list are in sight.
import type { LedgerNarrowing } from '#contracts/ledger.ts';

export const ledgerOrders = ['name', 'attendanceUp', 'attendanceDown', 'accuracyUp', 'accuracyDown'] as const;
export type LedgerOrder = (typeof ledgerOrders)[number];
export const ledgerChips = ['attendanceLow', 'accuracyLow', 'unsettled'] as const;
export type LedgerChip = (typeof ledgerChips)[number];
export interface LedgerView { institutionId: string; cohortId: string; courseId: string; text: string; order: LedgerOrder; chips: readonly LedgerChip[] }

type Address = Record<string, unknown>;
const one = (value: unknown): string => (typeof value === 'string' ? value : '');
const uuid = (value: unknown): string => (/^[0-9a-f-]{36}$/.test(one(value)) ? one(value) : '');
export const viewOf = (query: Address): LedgerView => ({
  institutionId: uuid(query['institution']), cohortId: uuid(query['cohort']), courseId: uuid(query['course']), text: one(query['text']).slice(0, 64), order: ledgerOrders.find((order) => order === query['order']) ?? 'name',
  chips: ledgerChips.filter((chip) => one(query['only']).split(',').includes(chip)),
});
/** Nothing that is as usual stands in the address. */
export function addressOf({ institutionId, cohortId, courseId, text, order, chips }: LedgerView): Record<string, string> {
  const all = { institution: institutionId, cohort: cohortId, course: courseId, text: text.trim(), order: order === 'name' ? '' : order, only: chips.join(',') };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

export const narrowingOf = ({ institutionId, cohortId, courseId, text, chips }: LedgerView): LedgerNarrowing => ({
  ...(institutionId && { institutionId }), ...(cohortId && { cohortId }), ...(courseId && { courseId }), ...(text.trim() && { text: text.trim() }), ...Object.fromEntries(chips.map((chip) => [chip, 'yes' as const])),
});
export function orderingOf({ order }: LedgerView): { sort: 'name' | 'attendance' | 'accuracy'; order: 'up' | 'down' } {
  return { sort: order.startsWith('attendance') ? 'attendance' : order.startsWith('accuracy') ? 'accuracy' : 'name', order: order.endsWith('Down') ? 'down' : 'up' };
}

/** Rows of one piece that is asked for at once. */
export const blockRows = 100;
/** Drawn above and below what is in sight. */
const spareRows = 6;
/** First and last row (not included) to be drawn. */
export function rowsInSight(scrollTop: number, height: number, rowHeight: number, total: number): [number, number] {
  const first = Math.max(0, Math.floor(scrollTop / rowHeight) - spareRows);
  return [Math.min(first, total), Math.min(total, Math.ceil((scrollTop + height) / rowHeight) + spareRows)];
}
/** Pieces that hold these rows. */
export function blocksOf([first, end]: [number, number]): number[] {
  if (end <= first) return [];
  const from = Math.floor(first / blockRows);
  return Array.from({ length: Math.floor((end - 1) / blockRows) - from + 1 }, (_, index) => from + index);
}
