// Papers of four learners reckoned by hand, and a lesson at a place: annual report, weekly table, application, platform form say the same figures (R91, R114, R149, R152).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PaperView } from '#contracts/paper.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { addGoldenCohort, golden, goldenDecided, type Golden, type GoldenCohort } from '#db/testing/golden-cohort.ts';
import { addOfflineClass } from '#db/testing/offline-class.ts';
import type { PaperCell } from '#domain/paper/paper.ts';
import { addHandedIn } from '../testing/certificate.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let cohort: GoldenCohort;
const read = async (query: string): Promise<PaperView> => (await world.call(`GET /api/institutions/${school.institutionId}/paper?${query}`, school.scheduler)).json<PaperView>();
const said = (paper: PaperView, label: string): PaperCell => paper.parts.flatMap((part) => (part.kind === 'fields' ? part.rows : [])).find((row) => row.label === label)!.cell;
const table = (paper: PaperView, heading: string): string[][] => paper.parts.flatMap((part) => (part.kind === 'table' && part.heading.startsWith(heading) ? part.rows : [])).map((row) => row.map(({ text }) => text));
const sum = (all: readonly Golden[], of: (one: Golden) => number): number => all.reduce((total, one) => total + of(one), 0);

beforeAll(async () => {
  world = await openHttpWorld();
  world.clock.set(new Date('2026-03-12T04:00:00Z'));
  school = await addSchool(world.deps.orm, world.clock.now());
  // Two lessons on Tuesday 3 and Wednesday 4 March; enrolled on Monday.
  const startsAt = new Date('2026-03-03T01:00:00Z');
  await addHandedIn(world.deps.orm, school, 4, startsAt);
  cohort = await addGoldenCohort(world.deps.orm, { institutionId: school.institutionId, courseId: school.courseId, teacherId: school.teacher.personId }, startsAt);
  await cohort.settle(world.clock.now());
});
afterAll(() => world.close());

async function annualSays(all: readonly Golden[], attendance: string): Promise<void> {
  const paper = await read('paper=annual&year=2026&part=vocational');
  // 4 learners, 180 minutes each; made up counts as credited.
  const credited = sum(all, ({ live, madeUp }) => live + madeUp);
  expect(['开展培训', '培训人数', '应学、计入', '平均到课率', '考核', '发放证书'].map((label) => said(paper, label).text)).toEqual([
    '1 个班，2 节课，4 课时（其中线下 0 课时）', '4 人（4 人次）', `应学 720.0 分钟，计入 ${credited}.0 分钟（其中线下 0.0 分钟）`, attendance, '参加 4 人次，通过 3 人次，通过率 75%', '0 张',
  ]);
  expect(table(paper, '三、')).toEqual([['1', '手算班', 'School course', '2026-03-03 至 2026-03-04', '2', '4', '0', '4', attendance, '4', '3', '0']]);
}

it('the annual report has the sums of the table, before and after a check is decided', async () => {
  // 177 + 165 + 135 + 150 = 627 of 720; decided for 王强: 672.
  await annualSays(golden, '87%');
  await cohort.decide(school.scheduler.personId, world.clock.now());
  await cohort.settle(world.clock.now());
  await annualSays(goldenDecided, '93.3%');
});

it('the weekly table has them in the week they were enrolled in, and in the next one as in training', async () => {
  const em = world.deps.orm.em.fork();
  await world.call(`POST /api/institutions/${school.institutionId}/clients`, school.scheduler, { payload: { name: '秦皇岛钢厂', creditCode: '', region: '130302', contact: '', phone: '', switchedOff: [] } });
  await em.execute('update enrolment set client_id = (select id from client where institution_id = ?) where cohort_id = ?', [school.institutionId, cohort.cohortId]);
  // 赵磊 leaves on Sunday evening: in training in the first week alone.
  await em.execute('update enrolment set ended_at = ? where cohort_id = ? and person_id = ?', [new Date('2026-03-08T12:00:00Z'), cohort.cohortId, cohort.personIds[3]]);
  const week = async (monday: string) => table(await read(`paper=weekly&monday=${monday}`), '二、').map((row) => [row[2], row[3], row[4], row[6]]);
  expect(await week('2026-03-02')).toEqual([['1', '秦皇岛钢厂', '4', '4'], ['合计', '1 家企业', '4', '']]);
  expect(await week('2026-03-09')).toEqual([['1', '秦皇岛钢厂', '0', '3'], ['合计', '1 家企业', '0', '']]);
  expect(await week('2026-02-23')).toEqual([]);
});

it('a lesson at a place stands apart: units, minutes, and where', async () => {
  const stayed = [65, 90, 0, 90];
  const present = cohort.personIds.map((personId, index) => ({ personId, from: 0, to: stayed[index]! })).filter(({ to }) => to > 0);
  const { lessonId } = await addOfflineClass(world.deps.orm, { ...school, cohortId: cohort.cohortId, teacherId: school.teacher.personId }, present, { startsAt: new Date('2026-03-05T01:00:00Z'), title: '实操', place: '一号实训室', sheet: Buffer.from('%PDF-1.4') });
  await reckonLedger(world.deps.orm, lessonId, world.clock.now(), { all: true });
  const annual = await read('paper=annual&year=2026&part=vocational');
  // 672 and 65 + 90 + 90: 917 of 1080.
  expect(['开展培训', '应学、计入', '平均到课率'].map((label) => said(annual, label).text)).toEqual(['1 个班，3 节课，6 课时（其中线下 2 课时）', '应学 1080.0 分钟，计入 917.0 分钟（其中线下 245.0 分钟）', '84.9%']);
  expect(table(annual, '三、')[0]!.slice(4, 9)).toEqual(['3', '6', '2', '4', '84.9%']);
  const application = await read(`paper=application&of=${cohort.cohortId}`);
  expect([said(application, '课表').text, said(application, '线下授课地点').text]).toEqual(['3 节，共 270 分钟（线上 2 节 180 分钟、线下 1 节 90 分钟），2026-03-03 至 2026-03-05', '课表：一号实训室']);
  const rows = table(await read('paper=platform'), '二（');
  const own = (number: string): string => rows.find(([numbers]) => numbers!.split(' ').includes(number))![2]!;
  // The lesson at a place is none that was held online, nor one that was not recorded.
  expect([own('R10'), own('R8')]).toEqual([expect.stringContaining('已授课 2 节，其中录像'), expect.stringContaining('线下 1 节')]);
});
