// Cells of tables that people fill in with a table program, and the words of their headings.

/** What a cell holds. Tables turn "1/2" into a date by themselves: it is told, never guessed back. What a formula comes to is not taken either. */
export type SheetCell = string | number | boolean | { date: true } | { formula: true } | null;
/** `row`: as the table program numbers it, from 1. */
export interface SheetRow { row: number; cells: readonly SheetCell[] }

export const textOfCell = (cell: SheetCell | undefined): string => (cell === null || cell === undefined || typeof cell === 'object' ? '' : cell === true ? 'TRUE' : cell === false ? 'FALSE' : String(cell)).trim();
/** Half-width, lower case, nothing around: what words are compared by. */
export const comparedWord = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
/** A heading without its spaces, stars and what stands in brackets behind it. */
export const headingWord = (cell: SheetCell | undefined): string => comparedWord(textOfCell(cell)).replace(/[\s*]|\(.*\)$/g, '');
/** As the table program names columns, from 0: A to Z, then AA. */
export const columnLetter = (at: number): string => (at < 26 ? String.fromCharCode(65 + at) : columnLetter(Math.floor(at / 26) - 1) + columnLetter(at % 26));
