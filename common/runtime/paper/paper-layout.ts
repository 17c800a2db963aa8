// What PDF, XLSX and DOCX have in common: lines above a paper, its parts as rows and columns, colours.
import { paperCounts, plain, type Paper, type PaperCell, type PaperMark, type PaperPart } from '#domain/paper/paper.ts';

export const markColours: Record<PaperMark, string | null> = { plain: null, missing: '#b00020', unmet: '#b00020', toState: '#b00020' };

const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' });
/** Below the title: whose it is, by which documents, when it was made, how much is not as it should be. */
export function headLines(paper: Paper): string[] {
  const { missing, unmet, toState } = paperCounts(paper);
  const left = [missing > 0 && `【缺】${missing} 项`, unmet > 0 && `【未达到】${unmet} 项`, toState > 0 && `【由机构说明】${toState} 项`].filter(Boolean).join('，');
  return [paper.subtitle, `依据：${paper.sources}`, `数据时间：${shanghai.format(new Date(paper.madeAt))}（北京时间）${left ? ` · ${left}` : ''}`];
}

export interface Laid { headings: PaperCell[] | null; shares: number[]; rows: PaperCell[][]; empty: PaperCell | null }
export function tableOf(part: PaperPart): Laid {
  if (part.kind === 'fields') return { headings: null, shares: [22, 78], rows: part.rows.map(({ label, cell }) => [plain(label), cell]), empty: null };
  const red = part.empty.startsWith('【缺】');
  return { headings: part.columns.map(({ heading }) => plain(heading)), shares: part.columns.map(({ share }) => share), rows: part.rows, empty: part.empty ? { ...plain(part.empty), mark: red ? 'missing' : 'plain' } : null };
}
