// The printed certificate, read back: Chinese text, number and mask as they are, fonts embedded, the same bytes twice (R29).
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PrintedCertificate } from '#domain/certificate.ts';
import { drawCertificate, drawCertificates } from './draw-certificates.ts';

const pdftoppm = process.env['PDFTOPPM_BIN'] ?? 'pdftoppm';
const poppler = (tool: string): string => (pdftoppm.includes('/') ? join(dirname(pdftoppm), basename(pdftoppm).replace('pdftoppm', tool)) : tool);
const run = promisify(execFile);
const origin = 'https://keshi.example.cn';
const one: PrintedCertificate = {
  serial: '2026-7K3M-9QXA-V0TB-4ZHC', name: '欧阳㛃䶮', numberMask: '130***********123X', course: '焊工（初级）', occupation: '焊工', occupationCode: '6-18-02-04', level: '5', cohort: '2026年第3期 电工班', programme: 'project', units: 24, minutes: 1075,
  firstDay: '2026-03-01', lastDay: '2026-03-20', attendance: 985, accuracy: 912, examScore: 860, institution: '秦皇岛市职业培训学校', creditCode: '91130300MA0ABCDE1X', filingNumber: '冀秦备〔2026〕12号', issuedOn: '2026-03-21',
};
let folder: string;
beforeAll(async () => { folder = await mkdtemp(join(tmpdir(), 'certificate-')); });
afterAll(() => rm(folder, { recursive: true, force: true }));

const read = async (tool: string, bytes: Buffer, ...args: string[]): Promise<string> => {
  const file = join(folder, 'one.pdf');
  await writeFile(file, bytes);
  return (await run(poppler(tool), tool === 'pdftotext' ? ['-raw', file, '-'] : [...args, file])).stdout;
};

it('can be read back, every field of it', async () => {
  const text = (await read('pdftotext', await drawCertificate(one, { origin, evidence: null }))).replaceAll(/\s+/g, '');
  for (const value of [one.serial, one.name, one.numberMask, one.course, '焊工6-18-02-04', '五级（初级工）', one.cohort, '项目制培训', '24课时·1075分钟', '2026-03-01至2026-03-20', '98.5%', '91.2%', '86%', one.institution, one.creditCode, one.filingNumber, one.issuedOn, '培训合格证书', 'TRAININGCERTIFICATE']) {
    expect(text).toContain(value.replaceAll(/\s+/g, ''));
  }
});

it('prints the head of the evidence log that was the newest', async () => {
  const head = `1234 · 2026-03-20 · ${'ab'.repeat(32)}`;
  expect((await read('pdftotext', await drawCertificate(one, { origin, evidence: head })))).toContain(head);
});

it('says a day once where all of it was on one', async () => {
  const text = (await read('pdftotext', await drawCertificate({ ...one, lastDay: one.firstDay }, { origin, evidence: null }))).replaceAll(/\s+/g, '');
  expect(text).toContain(one.firstDay);
  expect(text).not.toContain('至');
});

it('has the rare signs of names, and tells by its code one that no font here has', async () => {
  const rare = '𬱖𬭎𫖯𬀩㛃䶮';
  const text = (await read('pdftotext', await drawCertificate({ ...one, name: `欧${rare}𡋤`, course: '焊\u{200b}工\ufe0f' }, { origin, evidence: null }))).replaceAll(/\s+/g, '');
  expect(text).toContain(`欧${rare}〔U+212E4〕`);
  expect(text).toContain('焊工');
});

it('has its fonts with it, is one page of A4 across, and small', async () => {
  const bytes = await drawCertificate(one, { origin, evidence: null });
  const fonts = (await read('pdffonts', bytes)).split('\n').slice(2).filter(Boolean);
  expect(fonts).toHaveLength(2);
  for (const font of fonts) expect(font).toMatch(/[A-Z]{6}\+\S+.*\byes\s+yes\s+yes\b/);
  const info = await read('pdfinfo', bytes);
  expect(info).toMatch(/Pages:\s+1\b/);
  expect(info).toMatch(/Page size:\s+841\.89 x 595\.28/);
  expect(bytes.length).toBeLessThan(100_000);
});

it('is the same twice, and another for another number', async () => {
  const first = await drawCertificate(one, { origin, evidence: null });
  expect((await drawCertificate(one, { origin, evidence: null })).equals(first)).toBe(true);
  expect((await drawCertificate({ ...one, serial: '2026-7K3M-9QXA-V0TB-4ZH0' }, { origin, evidence: null })).equals(first)).toBe(false);
});

async function batch(pieces: readonly (readonly PrintedCertificate[])[]): Promise<{ bytes: Buffer; sizes: number[] }> {
  async function* told() {
    for (const piece of pieces) yield await Promise.resolve(piece);
  }
  const parts: Buffer[] = [];
  for await (const part of drawCertificates(told(), { day: one.issuedOn, origin, evidence: null })) parts.push(part);
  return { bytes: Buffer.concat(parts), sizes: parts.map(({ length }) => length) };
}

it('has a page for each of a batch, in their order, also with texts that are long', async () => {
  const long = { ...one, name: '买买提·吐尔逊', course: '很长的课程名称'.repeat(12), cohort: '班'.repeat(80) };
  const { bytes } = await batch([[one, long], [{ ...one, name: '李雷' }]]);
  expect(await read('pdfinfo', bytes)).toMatch(/Pages:\s+3\b/);
  const pages = (await read('pdftotext', bytes)).split('\f');
  expect(pages.map((text) => /欧阳㛃䶮|买买提·吐尔逊|李雷/.exec(text)?.[0])).toEqual(['欧阳㛃䶮', '买买提·吐尔逊', '李雷', undefined]);
  expect(pages[1]!.replaceAll(/\s+/g, '')).toContain(long.course);
  expect((await batch([[one, long], [{ ...one, name: '李雷' }]])).bytes.equals(bytes)).toBe(true);
});

it('a batch is handed on while it is drawn: no piece is asked for before the one before it was taken', async () => {
  const pieces = Array.from({ length: 6 }, (_one, piece) => Array.from({ length: 5 }, (_two, index) => ({ ...one, serial: `2026-7K3M-9QXA-V0TB-${piece}00${index}` })));
  const order: string[] = [];
  async function* told() {
    for (const [index, piece] of pieces.entries()) {
      order.push(`asked ${index}`);
      yield await Promise.resolve(piece);
    }
  }
  let sum = 0;
  for await (const part of drawCertificates(told(), { day: one.issuedOn, origin, evidence: null })) {
    sum += part.length;
    order.push('taken');
  }
  expect(order).toEqual([...pieces.flatMap((_one, index) => [`asked ${index}`, 'taken']), 'taken']);
  expect(sum).toBeGreaterThan(50_000);
});

it('who stops reading leaves nothing behind: the next batches are drawn', async () => {
  for (let time = 0; time < 3; time++) for await (const part of drawCertificates((async function* () { for (;;) yield await Promise.resolve([one]); })(), { day: one.issuedOn, origin, evidence: null })) if (part.length > 0) break;
  expect((await batch([[one]])).sizes.length).toBe(2);
});
