// Lines of a CSV file that spreadsheets read right: with a mark of UTF-8, and no text that could be taken for a formula.
import { percentText } from '#domain/attendance.ts';
import type { Cell } from './workbook.ts';

/** Without it a spreadsheet shows Chinese as rubbish. */
export const csvMark = '\ufeff';
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
const unarmed = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

export const csvLine = (cells: readonly Cell[]): string => `${cells.map(({ kind, value }) => {
  if (value === null) return '';
  if (kind === 'text') return quoted(unarmed(value));
  return kind === 'share' ? percentText(value) : String(value);
}).join(',')}\r\n`;
