// Printed tables, read back: headings on each page, pages counted within a section, nothing cut off, and the same bytes twice (R65).
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawnPdf } from './draw-pdf.ts';
import type { TableHead, TablePiece, TableRow } from './table-pdf.ts';

const pdftoppm = process.env['PDFTOPPM_BIN'] ?? 'pdftoppm';
const pdftotext = pdftoppm.includes('/') ? join(dirname(pdftoppm), basename(pdftoppm).replace('pdftoppm', 'pdftotext')) : 'pdftotext';
const run = promisify(execFile);
const head: TableHead = {
  title: '清单', day: '2026-03-02', across: false, pageWord: '第 {n} 页', footer: '秦皇岛市职业培训学校', columns: [{ heading: '课程与课时', width: 3, align: 'left' }, { heading: '应学分钟', width: 1, align: 'right' }],
};
let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'table-')); });
afterAll(() => rm(folder, { recursive: true, force: true }));

async function pagesOf(pieces: readonly TablePiece[]): Promise<string[]> {
  const file = join(folder, 'one.pdf');
  await writeFile(file, await drawnPdf('table', head, pieces));
  return (await run(pdftotext, ['-layout', file, '-'])).stdout.split('\f').slice(0, -1);
}
const row = (text: string, minutes: number): TableRow => ({ look: 'plain', cells: [{ lines: [text] }, { lines: [minutes.toFixed(1)] }] });
const section = (name: string): TablePiece => ({ section: { title: '清单', facts: [['学员', name], ['证件号码', '130***********123X']] } });

it('has its headings, its footer and its number on each page, and counts anew in each section', async () => {
  const rows = Array.from({ length: 100 }, (_one, index) => row(`第${index}讲`, index));
  const pages = await pagesOf([section('欧阳㛃'), { rows: rows.slice(0, 60) }, { rows: rows.slice(60) }, { closing: { paragraphs: ['规则'], signs: ['机构盖章：', '学员签名：'] } }, section('李雷'), { rows: rows.slice(0, 2) }]);
  expect(pages.length).toBeGreaterThan(3);
  const firstOfSecond = pages.findIndex((page) => page.includes('李雷'));
  pages.forEach((page, index) => {
    expect(page).toMatch(/课程与课时\s+应学分钟/);
    expect(page).toContain(head.footer);
    expect(page.replaceAll(' ', '')).toContain(`${head.footer}第${index < firstOfSecond ? index + 1 : index - firstOfSecond + 1}页`);
    expect(page).toContain(index < firstOfSecond ? '欧阳㛃' : '李雷');
  });
  const read = [...pages.slice(0, firstOfSecond).join('\n').matchAll(/第(\d+)讲\s+([\d.]+)/g)].map(([, lesson, minutes]) => [Number(lesson), minutes]);
  expect(read).toEqual(rows.map((_one, index) => [index, index.toFixed(1)]));
  expect(pages[firstOfSecond - 1]).toMatch(/规则[\s\S]*机构盖章：\s+学员签名：/);
});

it('wraps what is long, and breaks no Latin word that fits', async () => {
  const long = '安全用电与触电急救从事故案例看操作规程'.repeat(6);
  const [page] = await pagesOf([section('王'), { rows: [row(long, 45), row(`${'焊'.repeat(24)} electrician-certificate`, 45), row('两\n行', 1)] }]);
  const text = page!.replaceAll(/[\s.\d]+/g, '');
  for (const sign of new Set(long)) expect([...text].filter((one) => one === sign).length).toBeGreaterThanOrEqual([...long].filter((one) => one === sign).length);
  expect(page).toContain('electrician-certificate');
  expect(page).toMatch(/两 ?行\s+1\.0/);
});

it('is the same twice, and without rows still a page', async () => {
  const pieces: TablePiece[] = [section('王'), { closing: { paragraphs: ['还没有上过课。'], signs: [] } }];
  const [one, other] = [await drawnPdf('table', head, pieces), await drawnPdf('table', head, pieces)];
  expect(one.equals(other)).toBe(true);
  expect(await pagesOf(pieces)).toHaveLength(1);
});

it('fails where a piece is no piece, and goes on with the next', async () => {
  await expect(drawnPdf('table', head, [{ rows: [{ look: 'plain' }] } as unknown as TablePiece])).rejects.toThrow();
  expect(await pagesOf([section('王')])).toHaveLength(1);
});
