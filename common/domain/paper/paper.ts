// A statutory paper as data: taken from rows once, written as PDF, XLSX and DOCX, and shown on a page, so that a figure is the same everywhere (R46, R50, R73, R87, R91, R108).

/** `platform` 平台信息表, `course` 课程信息表, `application` 开班申请表, `weekly` 企业培训周报表, `annual` 年度报告, `technical` 技术说明. */
export const paperKinds = ['platform', 'course', 'application', 'weekly', 'annual', 'technical'] as const;
export type PaperKind = (typeof paperKinds)[number];
export const paperFormats = ['pdf', 'xlsx', 'docx'] as const;
export type PaperFormat = (typeof paperFormats)[number];

/**
 * What a cell says beyond its text. `missing`: nobody stated it, or no data show it. `unmet`: known, and not as it is demanded. `toState`: cannot be known here, the institution answers for it.
 * All three are printed in red, and in words, so that they are read in black and white too.
 */
export const paperMarks = ['plain', 'missing', 'unmet', 'toState'] as const;
export type PaperMark = (typeof paperMarks)[number];
/** `evidence`: the page of this platform that shows it, such as `/ledger`; null where there is none. */
export interface PaperCell { text: string; mark: PaperMark; evidence: string | null }
export interface PaperFields { kind: 'fields'; heading: string; rows: { label: string; cell: PaperCell }[] }
/** `share`: width of a column against the others. `empty` is said where there are no rows. */
export interface PaperTable { kind: 'table'; heading: string; columns: { heading: string; share: number }[]; rows: PaperCell[][]; empty: string }
export type PaperPart = PaperFields | PaperTable;
/** `madeAt`: ISO, when the rows were read. `full`: with whole document numbers; else they are masked, which may be published. */
export interface Paper { kind: PaperKind; title: string; subtitle: string; sources: string; parts: PaperPart[]; notes: string[]; madeAt: string; full: boolean }

export const plain = (text: string, evidence: string | null = null): PaperCell => ({ text, mark: 'plain', evidence });
export const missing = (text = '未填写', evidence: string | null = null): PaperCell => ({ text: `【缺】${text}`, mark: 'missing', evidence });
export const unmet = (text: string, evidence: string | null = null): PaperCell => ({ text: `【未达到】${text}`, mark: 'unmet', evidence });
export const toState = (text: string): PaperCell => ({ text: `【由机构说明】${text}`, mark: 'toState', evidence: null });
/** A text as it is, or that it is missing; never an invented one. `place`: where it is filled in. */
export const stated = (text: string | null | undefined, place: string | null = null): PaperCell => (text?.trim() ? plain(text.trim()) : missing('未填写', place));

export type PaperCounts = Record<Exclude<PaperMark, 'plain'>, number>;
/** How many cells of a paper are not as they should be, by kind. */
export function paperCounts({ parts }: Pick<Paper, 'parts'>): PaperCounts {
  const counts: PaperCounts = { missing: 0, unmet: 0, toState: 0 };
  for (const part of parts) for (const { mark } of part.kind === 'fields' ? part.rows.map(({ cell }) => cell) : part.rows.flat()) if (mark !== 'plain') counts[mark] += 1;
  return counts;
}

const dayMs = 86_400_000;
/** Of the week a Monday begins: its days in Shanghai, the instants between which it lies. Null where the day is no Monday. */
export function weekOf(monday: string): { from: Date; until: Date; lastDay: string } | null {
  const from = new Date(`${monday}T00:00:00+08:00`);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(monday) || Number.isNaN(from.getTime())) return null;
  const noon = new Date(`${monday}T12:00:00Z`);
  if (!noon.toISOString().startsWith(monday) || noon.getUTCDay() !== 1) return null;
  return { from, until: new Date(from.getTime() + 7 * dayMs), lastDay: new Date(noon.getTime() + 6 * dayMs).toISOString().slice(0, 10) };
}
/** Of a year: the instants between which it lies, in Shanghai. */
export const yearOf = (year: number): { from: Date; until: Date } => ({ from: new Date(`${year}-01-01T00:00:00+08:00`), until: new Date(`${year + 1}-01-01T00:00:00+08:00`) });
/** Monday of the week before the one this instant lies in, in Shanghai: the week that is filed until Monday 16:00 (R91). */
export function lastMonday(now: Date): string {
  const here = new Date(now.getTime() + 8 * 3_600_000);
  const sinceMonday = (here.getUTCDay() + 6) % 7;
  return new Date(here.getTime() - (sinceMonday + 7) * dayMs).toISOString().slice(0, 10);
}
