// A ledger as a file: the rows of the query and no others, Chinese whole and masks as text in two readers, how far it is, and gone after a day.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExportBody, LedgerRow } from '#contracts/ledger.ts';
import { Membership } from '#db/entities/people.ts';
import { unitOfWork } from '#db/orm.ts';
import { exportOf, exportRows } from '#db/queries/ledger-exports.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { requireScope } from '#db/queries/ledger-scope.ts';
import { refreshDue } from '#db/queries/ledger-sums.ts';
import { ledgerRows } from '#db/queries/ledger.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addSchool, type School } from '#db/testing/school.ts';
import { addLearners, addTaughtClass } from '#db/testing/taught-class.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { openQueues, type Queues } from '#runtime/queues.ts';
import { folderStorage } from '#runtime/storage.ts';
import { removeOldExports } from './export.ts';
import { takeLedgerJobs, type LedgerDeps } from './jobs.ts';
import { giveLedgerJobs, markForgotten } from './ledger-watch.ts';

let db: TestDatabase;
let folder: string;
let queues: Queues;
let school: School;
let deps: LedgerDeps;
let now = new Date('2026-03-02T05:00:00Z');
const log = createLog('test', 'silent');
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'ledger-'));
  queues = await openQueues({ databaseUrl: db.url }, log);
  const since = new Date('2026-03-01T00:00:00Z');
  school = await addSchool(db.orm, 3, since);
  await db.orm.em.fork().insert(Membership, { id: newId(), personId: school.teacherId, institutionId: school.institutionId, role: 'institution', createdAt: since });
  const more = await addLearners(db.orm, school, ['=1+2', '欧阳，"修"\n远', '<&>', ...Array.from({ length: 1200 }, (_, index) => `学员${index}`)], since);
  const taught = await addTaughtClass(db.orm, school, [...school.studentIds, ...more].map((personId, index) => ({ personId, story: { seats: [[0, index % 3 === 0 ? 20 : 45, 'left']] } })),
    { startsAt: new Date('2026-03-02T01:00:00Z'), questions: [{ at: 5, until: 6, prompt: '?' }] });
  await reckonLedger(db.orm, taught.lessonId, now);
  await unitOfWork(db.orm, { personId: null, institutionId: school.institutionId }, (em) => refreshDue(em, school.cohortId, now));
  deps = { orm: db.orm, queues, log, storage: folderStorage(join(folder, 'files')), dataDir: folder, now: () => now };
  await takeLedgerJobs(deps);
}, 60_000);
afterAll(async () => {
  await queues?.close(0);
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

const narrowing = (): { institutionId: string } => ({ institutionId: school.institutionId });
async function ask(body: Partial<ExportBody> = {}): Promise<string> {
  const { format = 'xlsx', locale = 'zh', ...filter } = body;
  const id = newId();
  await db.orm.em.fork().execute(
    `insert into ledger_export (id, institution_id, asked_by, asked_at, format, locale, filter, status, delete_after) values (?, ?, ?, ?, ?, ?, ?::jsonb, 'waiting', ?)`,
    [id, school.institutionId, school.teacherId, now, format, locale, JSON.stringify({ ...narrowing(), ...filter }), new Date(now.getTime() + 86_400_000)]);
  return id;
}
const stateOf = async (id: string) => (await exportRows(db.orm.em.fork(), 'x.id = ?', [id]))[0]!;
async function made(body: Partial<ExportBody> = {}): Promise<{ id: string; bytes: Buffer }> {
  const id = await ask(body);
  // A job that was lost is given again from the row.
  await giveLedgerJobs(deps);
  await expect.poll(async () => (await stateOf(id)).status, { timeout: 30_000 }).toBe('ready');
  return { id, bytes: await deps.storage.read((await stateOf(id)).storage_key!) };
}
async function expected(filter = {}): Promise<LedgerRow[]> {
  const em = db.orm.em.fork();
  const ask = { scope: await requireScope(em, school.teacherId, narrowing()), narrowing: { ...narrowing(), ...filter } };
  const rows: LedgerRow[] = [];
  for (let offset = 0; offset < 1400; offset += 200) rows.push(...await ledgerRows(em, ask, { offset, limit: 200 }));
  return rows;
}

it('is a workbook with the rows of the query, in its order, every text a text; and says what it is', async () => {
  const { id, bytes } = await made();
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
  const sheet = book.getWorksheet('电子培训台账')!;
  const rows = await expected();
  expect(rows).toHaveLength(1206);
  expect(sheet.rowCount).toBe(1207);
  expect([1, 2, 3, 12, 15].map((column) => sheet.getRow(1).getCell(column).text)).toEqual(['姓名', '账号', '证件号码（隐去部分）', '应学分钟', '到课率']);
  rows.forEach((row, index) => {
    const cells = sheet.getRow(index + 2);
    expect([cells.getCell(1).value, cells.getCell(3).value, cells.getCell(12).value, cells.getCell(13).value, cells.getCell(15).value, cells.getCell(16).value])
      .toEqual([row.name, row.numberMask, row.heldMinutes, row.creditedMinutes, row.attendance, row.attendanceLow ? '是' : null]);
    expect(cells.getCell(1).formula).toBeUndefined();
  });
  expect(sheet.views[0]).toMatchObject({ state: 'frozen', xSplit: 1, ySplit: 1 });
  const notes: string[] = [];
  book.getWorksheet('说明')!.eachRow((row) => notes.push(row.getCell(1).text + '|' + row.getCell(2).text));
  expect(notes.join('\n')).toMatch(/筛选\|全部[\s\S]*人次\|1206[\s\S]*2026-03-02 13:00[\s\S]*default@\d+\|到课率低于 80% 为不足/);
  expect(exportOf(await stateOf(id), now)).toMatchObject({ status: 'ready', progress: 1, rows: 1206, sizeBytes: bytes.length });
  const events = await db.orm.em.fork().execute<{ payload: { rows: number; sha256: string } }[]>(`select payload from event where type = 'ledger:exported' and payload ->> 'exportId' = ?`, [id]);
  expect(events).toMatchObject([{ payload: { rows: 1206 } }]);
});

it('is only what was narrowed to, in English, in another order', async () => {
  const { bytes } = await made({ locale: 'en', attendanceLow: 'yes', sort: 'attendance', order: 'down' });
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
  const sheet = book.getWorksheet('Ledger')!;
  const low = await expected({ attendanceLow: 'yes' });
  expect(low.length).toBeGreaterThan(300);
  expect(sheet.rowCount).toBe(low.length + 1);
  expect(book.getWorksheet('Notes')!.getRow(3).getCell(2).text).toBe('attendance too low');
});

it('is CSV with its mark, whole, and without formulas', async () => {
  const text = (await made({ format: 'csv' })).bytes.toString('utf8');
  expect(text.startsWith('\ufeff姓名,账号,')).toBe(true);
  expect(text).toContain("\r\n'=1+2,");
  expect(text).toContain('\r\n"欧阳，""修""\n远",');
});

const pdftoppm = process.env['PDFTOPPM_BIN'] ?? 'pdftoppm';
const pdftotext = pdftoppm.includes('/') ? join(dirname(pdftoppm), basename(pdftoppm).replace('pdftoppm', 'pdftotext')) : 'pdftotext';
async function pagesOf(bytes: Buffer): Promise<string[]> {
  await writeFile(join(folder, 'one.pdf'), bytes);
  return execFileSync(pdftotext, ['-layout', join(folder, 'one.pdf'), '-'], { maxBuffer: 1e8 }).toString('utf8').split('\f').slice(0, -1);
}
/** Of the CSV, by name: its cells by heading. */
async function csvRows(filter: Partial<ExportBody> = {}): Promise<Map<string, Record<string, string>>> {
  const [headings, ...lines] = (await made({ ...filter, format: 'csv' })).bytes.toString('utf8').slice(1).replaceAll('""', '').replaceAll(/"[^"]*"/g, (quoted) => quoted.replaceAll(/["\n,]/g, '')).split('\r\n').filter(Boolean).map((line) => line.split(','));
  return new Map(lines.map((cells) => [cells[0]!, Object.fromEntries(headings!.map((heading, index) => [heading, cells[index]!]))]));
}

it('is a table to print with the figures of the CSV, learner by learner, and the notes behind it', async () => {
  const pages = await pagesOf((await made({ format: 'pdf' })).bytes);
  const text = pages.join('\n');
  const rows = await csvRows();
  expect(rows.size).toBe(1206);
  expect(text).toMatch(/电子培训台账[\s\S]*筛选\s+全部/);
  // Figures stand on the first line of a learner: lessons, units, minutes held, live, made up, attendance, checks, answers, accuracy.
  const figures = /\s(\d+\/\d+)\s+(\d+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+%|—)\s+(\d+\/\d+)\s+(\d+\/\d+\/\d+)\s+([\d.]+%|—)/;
  const named = text.split('\n').map((line) => ({ name: /^\s*(student\d+|学员\d+)\s/.exec(line)?.[1], figures: figures.exec(line)?.slice(1) })).filter(({ name, figures: some }) => name && some);
  expect(named).toHaveLength(1203);
  const minutes = (value: string): string => Number(value).toFixed(1);
  for (const { name, figures: some } of named) {
    const row = rows.get(name!)!;
    expect(some, name).toEqual([
      `${row['签到上课（节）']}/${row['已授课（节）']}`, row['已授课时（个）'], minutes(row['应学分钟']!), minutes(row['直播计入分钟']!), minutes(row['回放补学分钟']!), row['到课率'], `${row['核验通过']}/${row['核验次数']}`,
      `${row['答对']}/${row['作答']}/${row['提问']}`, row['正确率'] || '—',
    ]);
  }
  for (const odd of ['=1+2', '欧阳，"修"', '<&>']) expect(text).toContain(odd);
  expect(pages.at(-1)).toMatch(/人次：1206[\s\S]*到课率低于 80% 为不足/);
  expect(pages.at(-1)!.replaceAll(' ', '')).toContain(`第${pages.length}页`);
}, 60_000);

it('is the list of hours of each learner, on pages of its own, with the figures of the CSV', async () => {
  const { id, bytes } = await made({ format: 'hours', text: '学员11' });
  const rows = await csvRows({ text: '学员11' });
  const pages = await pagesOf(bytes);
  expect([rows.size, pages.length]).toEqual([111, 111]);
  const minutes = (value: string): string => Number(value).toFixed(1);
  const seen = pages.map((page) => {
    const name = /学员\s+(学员\d+)/.exec(page)?.[1] ?? '';
    const row = rows.get(name)!;
    const sum = /合计\s+([\d.]+)\s+([\d.]+)\s+([\d.]+)\s+([\d.]+%)\s+(\d+\/\d+)\s+(\d+\/\d+)\s+([\d.]+%|—)/.exec(page)?.slice(1);
    expect(sum, name).toEqual([minutes(row['应学分钟']!), minutes(row['直播计入分钟']!), minutes(row['回放补学分钟']!), row['到课率'], `${row['核验通过']}/${row['核验次数']}`, `${row['答对']}/${row['提问']}`, row['正确率'] || '—']);
    expect(page.replaceAll(' ', '')).toContain('第1页');
    expect(page).toMatch(/2026-03-02 09:00[\s\S]*机构盖章：\s+学员签名：/);
    return name;
  });
  expect(new Set(seen).size).toBe(111);
  expect(exportOf(await stateOf(id), now)).toMatchObject({ format: 'hours', status: 'ready', progress: 1, rows: 111, sizeBytes: bytes.length });
}, 60_000);

/** Its part for spreadsheets may be missing where its part for texts is there. */
const soffice = process.env['SOFFICE_BIN'] ?? 'soffice';
const officeThere = spawnSync('sh', ['-c', `ls "$(dirname "$(readlink -f "$(command -v ${soffice})")")"/libsclo.so`]).status === 0;
it.skipIf(!officeThere)('is read by LibreOffice: Chinese, masks and figures as they are', async () => {
  const { bytes } = await made();
  await writeFile(join(folder, 'book.xlsx'), bytes);
  execFileSync(soffice, [`-env:UserInstallation=file://${folder}/office`, '--headless', '--convert-to', 'csv:Text - txt - csv (StarCalc):44,34,76,1', '--outdir', folder, join(folder, 'book.xlsx')], { stdio: 'ignore', timeout: 90_000 });
  // It puts quotes around texts, and around texts alone: figures are figures.
  const text = (await readFile(join(folder, 'book.csv'), 'utf8')).replace(/^\ufeff/, '');
  expect(text).toMatch(/\n"student1",(.*,)45\.0,/);
  const lines = text.replaceAll('"', '').split('\n');
  const rows = await expected();
  const at = rows.findIndex(({ name }) => name === 'student1');
  const own = lines.find((line) => line.startsWith('student1,'))!.split(',');
  expect(lines[0]).toMatch(/^姓名,账号,证件号码（隐去部分）,/);
  expect([own[1], own[2], own[11], own[14]]).toEqual([rows[at]!.login, rows[at]!.numberMask, '45.0', `${Math.floor(rows[at]!.attendance! * 1000) / 10}%`]);
  expect(lines.filter((line) => /^学员\d/.test(line))).toHaveLength(1200);
  expect(lines.some((line) => line.startsWith('=1+2,'))).toBe(true);
}, 120_000);

it('fails for whoever does not see the ledger any more, and is gone after a day', async () => {
  const { id } = await made({ format: 'csv' });
  const key = (await stateOf(id)).storage_key!;
  expect(await removeOldExports(deps)).toBe(0);
  now = new Date(now.getTime() + 86_400_001);
  expect(await removeOldExports(deps)).toBeGreaterThan(0);
  expect(exportOf(await stateOf(id), now).status).toBe('gone');
  expect(await deps.storage.stat(key)).toBeNull();
});

it('finds a lesson no mark told of', async () => {
  const em = db.orm.em.fork();
  await em.execute('delete from ledger_due');
  await em.execute('delete from ledger_lesson');
  expect(await markForgotten(db.orm)).toBe(1);
  expect(await markForgotten(db.orm)).toBe(0);
  await giveLedgerJobs(deps);
  await expect.poll(async () => (await em.execute('select lesson_id from ledger_lesson')).length, { timeout: 30_000 }).toBe(1);
  expect(await markForgotten(db.orm)).toBe(0);
});
