// Papers as files, read back by other programs: Chinese texts and eighteen signs of a document number as they are, red and worded where something is missing (R46, R50).
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvOf, officeConvert, officeReads, poppler } from '#testing/file-readers.ts';
import { missing, paperFormats, plain, unmet, type Paper } from '#domain/paper/paper.ts';
import { writePaper } from './write-paper.ts';

const origin = 'https://keshi.example.cn';
const number = '130302199001011235';
const long = '第一章 焊接安全总则。\n'.repeat(400);
const paper: Paper = {
  kind: 'application', title: '线上职业技能培训开班申请表', subtitle: '一班 · 秦皇岛市职业培训学校', sources: '秦人社〔2020〕13号', madeAt: '2026-03-02T01:00:00.000Z', full: true, notes: ['说明：欧阳㛃'],
  parts: [
    { kind: 'fields', heading: '一、培训项目', rows: [{ label: '课程概述', cell: plain(long) }, { label: '费用', cell: missing('未选择', '/courses/x/dossier') }, { label: '名称', cell: plain('=1+2<&>\u0001') }] },
    { kind: 'table', heading: '二、学员/名册', columns: [{ heading: '姓名', share: 30 }, { heading: '证件号码', share: 70 }], rows: [...Array.from({ length: 60 }, (_one, at) => [plain(`学员${at}`), plain(number)]), [unmet('欧阳㛃䶮'), plain('0012')]], empty: '' },
    { kind: 'table', heading: '三、空', columns: [{ heading: '甲', share: 1 }, { heading: '乙', share: 1 }], rows: [], empty: '【缺】名册是空的' },
  ],
};
let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'paper-')); });
afterAll(() => rm(folder, { recursive: true, force: true }));
const text = (value: string): string => value.replaceAll(/\s+/g, '');

describe('PDF', () => {
  it('has all of it, over as many pages as it needs, with the headings of a table on each', async () => {
    const bytes = await writePaper({ paper, format: 'pdf', origin });
    const file = join(folder, 'paper.pdf');
    await writeFile(file, bytes);
    const read = text(execFileSync(poppler('pdftotext'), ['-raw', file, '-']).toString());
    for (const said of [paper.title, '依据：秦人社〔2020〕13号', '数据时间：2026-03-0209:00', '【缺】1项，【未达到】1项', '【缺】未选择', '【未达到】欧阳㛃䶮', '【缺】名册是空的', '=1+2<&>', '说明：欧阳㛃', '0012']) expect(read).toContain(text(said));
    expect(read.split(number)).toHaveLength(61);
    expect(read.split('焊接安全总则。')).toHaveLength(401);
    const info = execFileSync(poppler('pdfinfo'), [file]).toString();
    const pages = Number(/Pages:\s+(\d+)/.exec(info)![1]);
    expect(pages).toBeGreaterThan(4);
    expect(read.split('姓名证件号码').length - 1).toBeGreaterThan(1);
    const fonts = execFileSync(poppler('pdffonts'), [file]).toString().split('\n').slice(2).filter(Boolean);
    for (const font of fonts) expect(font).toMatch(/[A-Z]{6}\+\S+.*\byes\s+yes\s+yes\b/);
    expect((await writePaper({ paper, format: 'pdf', origin })).equals(bytes)).toBe(true);
  });
});

describe('XLSX', () => {
  it('has a sheet for each part, every number a text, red where it is missing, with the way to it', async () => {
    const bytes = await writePaper({ paper, format: 'xlsx', origin });
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
    expect(book.worksheets.map(({ name }) => name)).toEqual(['一、培训项目', '二、学员 名册', '三、空']);
    const roster = book.worksheets[1]!;
    const cell = roster.getRow(4).getCell(2);
    expect([cell.value, cell.numFmt, typeof cell.value]).toEqual([number, '@', 'string']);
    const fields = book.worksheets[0]!;
    const rows = Array.from({ length: fields.rowCount }, (_one, at) => fields.getRow(at + 1));
    const fee = rows.find((row) => row.getCell(1).text === '费用')!;
    expect(fee.getCell(2)).toMatchObject({ text: '【缺】未选择', hyperlink: undefined, font: { color: { argb: 'FFB00020' } } });
    expect(fee.getCell(3)).toMatchObject({ text: '查看', hyperlink: `${origin}/courses/x/dossier` });
    expect(fields.pageSetup.printArea).toMatch(/^A.?1:B.?\d+$/);
    // As high as its text; what is higher than a row may be goes on in the next one.
    const overview = rows.filter((row) => row.getCell(2).text.includes('焊接安全总则'));
    expect(overview.map((row) => row.getCell(2).text).join('\n').split('焊接安全总则。')).toHaveLength(401);
    for (const row of overview) expect([row.height, row.height <= 409]).toEqual([3 + 15 * row.getCell(2).text.split('\n').length, true]);
    expect([fee.height, overview[1]!.getCell(1).text]).toEqual([18, '']);
    const formula = rows.find((row) => row.getCell(1).text === '名称')!.getCell(2);
    expect([formula.value, formula.formula]).toEqual(['=1+2<&>', undefined]);
  });
});

const convert = async (format: 'xlsx' | 'docx', to: string, ending: string): Promise<string> => {
  const file = join(folder, `office.${format}`);
  await writeFile(file, await writePaper({ paper, format, origin }));
  officeConvert(file, to, folder);
  return (await readFile(join(folder, `office.${ending}`), 'utf8')).replace(/^\ufeff/, '');
};
it.skipIf(!officeReads('texts'))('DOCX is read by LibreOffice: texts and numbers as they are', async () => {
  const read = await convert('docx', 'txt:Text (encoded):UTF8', 'txt');
  for (const said of [paper.title, '【缺】未选择', '【未达到】欧阳㛃䶮', '【缺】名册是空的', '=1+2<&>', '0012']) expect(read).toContain(said);
  expect(read.split(number)).toHaveLength(61);
}, 120_000);
it.skipIf(!officeReads('sheets'))('XLSX is read by LibreOffice: numbers are texts', async () => {
  // All sheets, each a file; it puts quotes around texts, and around texts alone.
  await convert('xlsx', csvOf.each, 'xlsx').catch(() => '');
  const read = await readFile(join(folder, 'office-二、学员 名册.csv'), 'utf8');
  expect(read.split(`"${number}"`)).toHaveLength(61);
}, 120_000);

it('is written in each form', async () => {
  for (const format of paperFormats) expect((await writePaper({ paper, format, origin })).subarray(0, 4).toString('latin1')).toBe(format === 'pdf' ? '%PDF' : 'PK\u0003\u0004');
});
