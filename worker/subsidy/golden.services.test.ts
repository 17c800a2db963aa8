// The subsidy file of four learners reckoned by hand: each part says the table's figures, first of what was taught online, then with a lesson at a place (R53, R114, R149, R155).
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attachmentKey } from '#contracts/places.ts';
import { Identity } from '#db/entities/identity.ts';
import { SiteSign } from '#db/entities/offline.ts';
import { Membership } from '#db/entities/people.ts';
import { addIdentities } from '#db/queries/identities.ts';
import { subsidyRows } from '#db/queries/subsidy-files.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addGoldenCohort, golden, goldenDecided, type GoldenCohort } from '#db/testing/golden-cohort.ts';
import { addOfflineClass, type OfflineClass } from '#db/testing/offline-class.ts';
import { addSchool, type School } from '#db/testing/school.ts';
import { createVault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { manifestFaults, manifestName, signedSheetName, subsidyNames, type SubsidyManifest } from '#domain/paper/subsidy.ts';
import { csvOf, officeConvert, officeReads, poppler } from '#testing/file-readers.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { makeSubsidyFile, type SubsidyDeps } from './make.ts';
import { foundIn, sheetOf, unpacked } from '../testing/subsidy-archive.ts';

const numbers = ['110101199003070870', '11010119900307002X', '130302199001011235', '130302198505050013'];
const startsAt = new Date('2026-03-02T01:00:00Z');
const now = new Date('2026-03-05T05:00:00Z');
const signed = Buffer.from('%PDF-1.4 a sheet everybody signed');
let db: TestDatabase;
let folder: string;
let school: School;
let cohort: GoldenCohort;
let deps: SubsidyDeps;

beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'golden-subsidy-'));
  school = await addSchool(db.orm, 0, new Date('2026-03-01T00:00:00Z'));
  const em = db.orm.em.fork();
  await em.insert(Membership, { id: newId(), personId: school.teacherId, institutionId: school.institutionId, role: 'institution', createdAt: now });
  cohort = await addGoldenCohort(db.orm, school, startsAt);
  await cohort.decide(school.teacherId, now);
  deps = { orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(join(folder, 'files')), vault: createVault(randomBytes(32)), dataDir: folder, evidenceKeyFile: join(folder, 'keys', 'evidence.key'), now: () => now };
  await em.nativeDelete(Identity, { personId: { $in: cohort.personIds } });
  await addIdentities(em, deps.vault, cohort.personIds.map((personId, index) => ({
    personId, documentKind: 'id_card' as const, number: numbers[index]!, birthDate: '1990-03-07', regionCode: '110101', phone: `1391234567${index}`, learnerCategory: 'enterprise_staff' as const, employer: '秦皇岛钢厂', authorityStatus: 'not_asked' as const,
  })), startsAt);
});
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

async function made(): Promise<Map<string, Buffer>> {
  const id = newId();
  await db.orm.em.fork().execute(
    `insert into subsidy_file (id, institution_id, cohort_id, asked_by, asked_at, origin, status, delete_after) values (?, ?, ?, ?, ?, 'https://keshi.example.cn', 'waiting', ?)`,
    [id, school.institutionId, cohort.cohortId, school.teacherId, now, new Date(now.getTime() + 86_400_000)]);
  await makeSubsidyFile(deps, id);
  return unpacked(await deps.storage.read((await subsidyRows(db.orm.em.fork(), 's.id = ?', [id]))[0]!.storage_key!));
}
const manifestOf = (files: ReadonlyMap<string, Buffer>): SubsidyManifest => JSON.parse(files.get(manifestName)!.toString()) as SubsidyManifest;
/** Rows by their headings. */
async function rowsOf(files: ReadonlyMap<string, Buffer>, name: string): Promise<Record<string, string>[]> {
  const [headings, ...rows] = await sheetOf(files.get(name)!);
  return rows.map((row) => Object.fromEntries(headings!.map((heading, index) => [heading, row[index] ?? ''])));
}
async function pagesOf(bytes: Buffer): Promise<string[]> {
  const file = join(folder, 'one.pdf');
  await writeFile(file, bytes);
  return execFileSync(poppler('pdftotext'), ['-layout', file, '-']).toString('utf8').split('\f').slice(0, -1);
}
const share = (thousandths: number): string => String(thousandths / 1000);
const of = (rows: readonly Record<string, string>[], name: string): Record<string, string>[] => rows.filter((row) => row['姓名'] === name);

describe('of what was taught online', () => {
  let files: Map<string, Buffer>;
  beforeAll(async () => { files = await made(); });

  it('every row is counted in the manifest, and every byte is what it says', () => {
    expect(manifestOf(files).rows).toEqual({ application: 4, applicationSheet: 4, roster: 4, ledger: 4, attendance: 8, hours: 4, checks: 9, answers: 19, exams: 6, certificates: 0, certificateList: 0, rules: 1, onSite: 0, evidence: expect.any(Number) as number });
    expect(manifestFaults(manifestOf(files), foundIn(files))).toEqual([]);
  });
  it('the roster has the four with their whole numbers', async () => {
    expect((await rowsOf(files, subsidyNames.roster)).map((row) => [row['姓名'], row['证件号码']]).sort()).toEqual(goldenDecided.map(({ name }, index) => [name, numbers[index]]).sort());
  });
  it.skipIf(!officeReads('sheets'))('LibreOffice reads the roster: names, and numbers as texts', async () => {
    await writeFile(join(folder, 'roster.xlsx'), files.get(subsidyNames.roster)!);
    officeConvert(join(folder, 'roster.xlsx'), csvOf.first, folder);
    const lines = (await readFile(join(folder, 'roster.csv'), 'utf8')).split('\n');
    for (const [index, { name }] of goldenDecided.entries()) expect(lines.find((line) => line.includes(`"${name}"`)), name).toContain(`"居民身份证","${numbers[index]}"`);
  }, 120_000);
  it('the ledger and attendance lesson by lesson', async () => {
    const ledger = await rowsOf(files, subsidyNames.ledger);
    const attendance = await rowsOf(files, subsidyNames.attendance);
    for (const one of goldenDecided) {
      expect(of(ledger, one.name)[0], one.name).toMatchObject({
        '应学分钟': String(one.held), '直播计入分钟': String(one.live), '回放补学分钟': String(one.madeUp), '其中线下计入分钟': '0', '到课率': share(one.attendance), '核验通过': String(one.checks.matched), '提问': String(one.asked), '作答': String(one.answered), '答对': String(one.correct),
        '正确率': share(one.accuracy),
      });
      expect(of(attendance, one.name).map((row) => [row['课次'], row['方式'], row['应学分钟'], row['直播计入分钟'], row['回放补学分钟']]), one.name)
        .toEqual([['安全用电', '直播', '90', String(one.lessons[0]), '0'], ['触电急救', '直播', '90', String(one.lessons[1]), String(one.madeUp)]]);
    }
  });
  it('checks as people decided them, answers and tries', async () => {
    const [checks, answers, exams] = [await rowsOf(files, subsidyNames.checks), await rowsOf(files, subsidyNames.answers), await rowsOf(files, subsidyNames.exams)];
    for (const one of goldenDecided) {
      expect(of(checks, one.name).filter((row) => row['场合'] === '课堂').map((row) => row['计为']), one.name).toEqual([one.name === '王强' ? '人工确认' : '一致', '一致']);
      expect(of(answers, one.name).map((row) => row['答对']).filter((word) => word === '是'), one.name).toHaveLength(one.correct);
      expect(of(answers, one.name).filter((row) => row['答对'] !== '未作答'), one.name).toHaveLength(one.answered);
      const points = of(exams, one.name).map((row) => [row['第几次'], row['得分'], row['满分'], row['结果']]);
      expect(points, one.name).toEqual({
        '张华': [['1', '5', '10', '未通过'], ['2', '8', '10', '通过']], '李敏': [['1', '9', '10', '通过']], '王强': [['1', '7', '10', '通过']], '赵磊': [['1', '5', '10', '未通过'], ['2', '5', '10', '未通过']],
      }[one.name]);
    }
    expect(of(checks, '王强')[0]).toMatchObject({ '系统结果': '不一致', '计为': '人工确认', '经人工复核': '是' });
    expect(of(checks, '李敏').filter((row) => row['场合'] === '回放').map((row) => row['类型'])).toEqual(['签到']);
  });
  it('the printed lists of hours, one page each', async () => {
    const pages = await pagesOf(files.get(subsidyNames.hours)!);
    expect(pages).toHaveLength(4);
    for (const one of goldenDecided) expect(pages.find((page) => page.includes(one.name)), one.name).toMatch(new RegExp(`合计\\s+${one.held}\\.0\\s+${one.live}\\.0\\s+${one.madeUp}\\.0\\s+${one.attendance / 10}%`));
  });
  it('the application has the four, with whole numbers in it', async () => {
    const text = (await pagesOf(files.get(subsidyNames.application)!)).join('\n');
    for (const [index, { name }] of goldenDecided.entries()) expect(text).toMatch(new RegExp(`${name}\\s+居民身份证\\s+${numbers[index]}`));
    expect(text).toContain('2 节，共 180 分钟（线上 2 节 180 分钟、线下 0 节 0 分钟）');
  });
});

// Ninety minutes at a place the day after: 张华 leaves after 65, 王强 does not come, the others stay to the end.
// 张华 177 + 65 = 242 of 270, 89.62 %. 李敏 135 + 90, and 30 made up: 255 of 270, 94.44 %. 王强 180 of 270, 66.66 %. 赵磊 150 + 90 = 240 of 270, 88.88 %.
const withPlace = [{ name: '张华', live: 242, madeUp: 0, offline: 65, attendance: 896 }, { name: '李敏', live: 225, madeUp: 30, offline: 90, attendance: 944 }, { name: '王强', live: 180, madeUp: 0, offline: 0, attendance: 666 }, { name: '赵磊', live: 240, madeUp: 0, offline: 90, attendance: 888 }];

describe('with a lesson at a place', () => {
  let files: Map<string, Buffer>;
  let offline: OfflineClass;
  beforeAll(async () => {
    const stayed = [65, 90, 0, 90];
    const present = cohort.personIds.map((personId, index) => ({ personId, from: 0, to: stayed[index]! })).filter(({ to }) => to > 0);
    offline = await addOfflineClass(db.orm, { ...school, cohortId: cohort.cohortId }, present, { startsAt: new Date(startsAt.getTime() + 2 * 86_400_000), title: '触电急救实操', place: '一号实训室', sheet: signed });
    // The first of them signed by phone too, coming and going.
    await db.orm.em.fork().insertMany(SiteSign, [-5, 66].map((minute) => ({ id: newId(), institutionId: school.institutionId, lessonId: offline.lessonId, personId: cohort.personIds[0]!, at: new Date(startsAt.getTime() + 2 * 86_400_000 + minute * 60_000), deviceId: 'phone' })));
    await deps.storage.putBytes(attachmentKey(school.institutionId, offline.attachmentId), signed);
    files = await made();
  });

  it('its minutes are told apart in ledger, attendance and lists of hours', async () => {
    const [ledger, attendance] = [await rowsOf(files, subsidyNames.ledger), await rowsOf(files, subsidyNames.attendance)];
    const pages = await pagesOf(files.get(subsidyNames.hours)!);
    for (const one of withPlace) {
      expect(of(ledger, one.name)[0], one.name).toMatchObject({ '应学分钟': '270', '直播计入分钟': String(one.live), '回放补学分钟': String(one.madeUp), '其中线下计入分钟': String(one.offline), '到课率': share(one.attendance) });
      expect(of(attendance, one.name)[2], one.name).toMatchObject({ '课次': '触电急救实操', '方式': '线下', '地点': '一号实训室', '应学分钟': '90', '直播计入分钟': String(one.offline), '其中线下计入分钟': String(one.offline), '签到': one.offline > 0 ? '2026-03-04 09:00' : '' });
      const page = pages.find((some) => some.includes(one.name))!;
      expect(page, one.name).toMatch(new RegExp(`合计\\s+270\\.0\\s+${one.live}\\.0\\s+${one.madeUp}\\.0\\s+${one.attendance / 10}%`));
      expect(page.includes(`线下 ${one.offline}.0 分钟`), one.name).toBe(one.offline > 0);
    }
    expect((await pagesOf(files.get(subsidyNames.application)!)).join('\n')).toMatch(/3 节，共 270 分钟（线上 2 节 180 分钟、线下 1 节 90 分钟）[\s\S]*课表：一号实训室/);
  });
  it('who was there, and the sheet they signed as it was handed in', async () => {
    const rows = await rowsOf(files, subsidyNames.onSite);
    expect(rows.map((row) => [row['姓名'], row['地点'], row['到场'], row['离场'], row['在场分钟'], row['登记人'], row['签到表文件（SHA-256）']]).sort()).toEqual([
      ['张华', '一号实训室', '2026-03-04 09:00', '2026-03-04 10:05', '65', 'teacher', offline.sha256], ['李敏', '一号实训室', '2026-03-04 09:00', '2026-03-04 10:30', '90', 'teacher', offline.sha256], ['赵磊', '一号实训室', '2026-03-04 09:00', '2026-03-04 10:30', '90', 'teacher', offline.sha256],
    ].sort());
    expect(rows.map((row) => [row['姓名'], row['手机签到'], row['手机签退']]).filter(([, signed]) => signed)).toEqual([[golden[0]!.name, '2026-03-04 08:55', '2026-03-04 10:06']]);
    const name = signedSheetName(1, 'pdf');
    expect(files.get(name)!.equals(signed)).toBe(true);
    expect(manifestOf(files).files.find((file) => file.name === name)).toEqual({ name, bytes: signed.length, sha256: createHash('sha256').update(signed).digest('hex') });
    expect(manifestOf(files).rows.onSite).toBe(3);
    expect(manifestFaults(manifestOf(files), foundIn(files))).toEqual([]);
  });
  it('also where all signed by phone and there is no sheet', async () => {
    const [personId] = cohort.personIds as [string];
    await addOfflineClass(db.orm, { ...school, cohortId: cohort.cohortId }, [{ personId, from: 0, to: 90 }], { startsAt: new Date(startsAt.getTime() + 2 * 86_400_000 + 3 * 3_600_000), title: '焊接实操', place: '二号实训室', sheet: null });
    files = await made();
    const rows = await rowsOf(files, subsidyNames.onSite);
    expect(rows.filter((row) => row['课次'] === '焊接实操').map((row) => [row['姓名'], row['在场分钟'], row['签到表文件（SHA-256）']])).toEqual([[golden[0]!.name, '90', '']]);
    expect([manifestOf(files).rows.onSite, files.has(signedSheetName(1, 'pdf')), files.has(signedSheetName(2, 'pdf'))]).toEqual([4, true, false]);
  });
});
