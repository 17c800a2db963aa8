// Four learners reckoned by hand: the files of the ledger, of cells and of paper, say the table's figures (R65, R114).
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LedgerFormat } from '#domain/ledger.ts';
import { Membership } from '#db/entities/people.ts';
import { exportRows } from '#db/queries/ledger-exports.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addGoldenCohort, goldenDecided, type GoldenCohort } from '#db/testing/golden-cohort.ts';
import { addSchool, type School } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { openQueues, type Queues } from '#runtime/queues.ts';
import { folderStorage } from '#runtime/storage.ts';
import { makeExport } from './export.ts';
import type { LedgerDeps } from './jobs.ts';

const pdftoppm = process.env['PDFTOPPM_BIN'] ?? 'pdftoppm';
const pdftotext = pdftoppm.includes('/') ? join(dirname(pdftoppm), basename(pdftoppm).replace('pdftoppm', 'pdftotext')) : 'pdftotext';
const now = new Date('2026-03-05T05:00:00Z');
const log = createLog('test', 'silent');
let db: TestDatabase;
let folder: string;
let queues: Queues;
let school: School;
let cohort: GoldenCohort;
let deps: LedgerDeps;
beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'golden-'));
  queues = await openQueues({ databaseUrl: db.url }, log);
  school = await addSchool(db.orm, 0, new Date('2026-03-01T00:00:00Z'));
  await db.orm.em.fork().insert(Membership, { id: newId(), personId: school.teacherId, institutionId: school.institutionId, role: 'institution', createdAt: now });
  cohort = await addGoldenCohort(db.orm, school, new Date('2026-03-02T01:00:00Z'));
  await cohort.decide(school.teacherId, now);
  await cohort.settle(now);
  deps = { orm: db.orm, queues, log, storage: folderStorage(join(folder, 'files')), dataDir: folder, now: () => now };
});
afterAll(async () => {
  await queues?.close(0);
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

async function made(format: LedgerFormat): Promise<Buffer> {
  const id = newId();
  const em = db.orm.em.fork();
  await em.execute(
    `insert into ledger_export (id, institution_id, asked_by, asked_at, format, locale, filter, status, delete_after) values (?, ?, ?, ?, ?, 'zh', ?::jsonb, 'waiting', ?)`,
    [id, school.institutionId, school.teacherId, now, format, JSON.stringify({ institutionId: school.institutionId, cohortId: cohort.cohortId }), new Date(now.getTime() + 86_400_000)]);
  await makeExport(deps, id);
  return deps.storage.read((await exportRows(em, 'x.id = ?', [id]))[0]!.storage_key!);
}
async function textOf(format: LedgerFormat): Promise<string> {
  const file = join(folder, 'one.pdf');
  await writeFile(file, await made(format));
  return execFileSync(pdftotext, ['-layout', file, '-']).toString('utf8');
}
const percent = (thousandths: number): string => `${thousandths / 10}%`;

it('the CSV has them', async () => {
  const [headings, ...lines] = (await made('csv')).toString('utf8').slice(1).split('\r\n').filter(Boolean).map((line) => line.split(','));
  const rows = lines.map((cells) => Object.fromEntries(headings!.map((heading, index) => [heading, cells[index]])));
  expect(rows).toHaveLength(4);
  for (const one of goldenDecided) {
    expect(rows.find((row) => row['姓名'] === one.name), one.name).toMatchObject({
      '应学分钟': String(one.held), '直播计入分钟': String(one.live), '回放补学分钟': String(one.madeUp), '到课率': percent(one.attendance), '核验次数': '2', '核验通过': String(one.checks.matched), '提问': String(one.asked),
      '作答': String(one.answered), '答对': String(one.correct), '正确率': percent(one.accuracy), '正确率不足': one.accuracy < 800 ? '是' : '', '考试通过（场）': one.exam.passed ? '1' : '0', '考试得分率': percent(one.exam.best),
    });
  }
});

it('the printed ledger has them', async () => {
  const text = await textOf('pdf');
  for (const one of goldenDecided) {
    const line = text.split('\n').find((some) => some.trimStart().startsWith(one.name))!;
    const cells = line.trim().split(/\s{2,}|\s(?=[\d.]+(?:\s|$|%|\/))/).map((cell) => cell.trim());
    for (const figure of ['2/2', '4', one.held.toFixed(1), one.live.toFixed(1), one.madeUp.toFixed(1), percent(one.attendance), `${one.checks.matched}/2`, `${one.correct}/${one.answered}/${one.asked}`, percent(one.accuracy)]) {
      expect(cells, `${one.name} ${figure}`).toContain(figure);
    }
  }
});

it('the printed lists of hours have them, lesson by lesson', async () => {
  const pages = (await textOf('hours')).split('\f').slice(0, -1);
  expect(pages).toHaveLength(4);
  for (const one of goldenDecided) {
    const page = pages.find((some) => some.includes(one.name))!;
    const minutes = (value: number): string => value.toFixed(1).replace('.', '\\.');
    expect(page, one.name).toMatch(new RegExp(`合计\\s+${minutes(one.held)}\\s+${minutes(one.live)}\\s+${minutes(one.madeUp)}\\s+${percent(one.attendance)}\\s+${one.checks.matched}/2\\s+${one.correct}/${one.asked}\\s+${percent(one.accuracy)}`));
    expect(page, one.name).toMatch(new RegExp(`安全用电\\s+90\\.0\\s+${minutes(one.lessons[0])}[\\s\\S]*触电急救\\s+90\\.0\\s+${minutes(one.lessons[1])}\\s+${minutes(one.madeUp)}`));
  }
});
