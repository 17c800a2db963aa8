// Annual reports, one for each kind, and the technical statement: figures of the year and of no other (R147, R152, R153).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PaperChoices, PaperView } from '#contracts/paper.ts';
import { Cohort, Course } from '#db/entities/people.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { addLearners, addTaughtClass } from '#db/testing/taught-class.ts';
import { newId } from '#domain/id.ts';
import { noFacts } from '#domain/institution.ts';
import type { PaperCell } from '#domain/paper/paper.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
const at = (rest: string): string => `/api/institutions/${school.institutionId}/${rest}`;
const read = async (query: string): Promise<PaperView> => (await world.call(`GET ${at(`paper?${query}`)}`, school.regulator)).json<PaperView>();
const cellOf = (paper: PaperView, label: string): PaperCell => paper.parts.flatMap((part) => (part.kind === 'fields' ? part.rows : [])).find((row) => row.label === label)!.cell;
const table = (paper: PaperView, heading: string): string[][] => paper.parts.flatMap((part) => (part.kind === 'table' && part.heading.startsWith(heading) ? part.rows : [])).map((row) => row.map(({ text }) => text));

/** A cohort of this programme with a class on that day, of two learners: one there for all of it, one for a third. */
async function taught(programme: 'entrepreneurship' | 'project', title: string, startsAt: Date, people: string[] = []): Promise<string[]> {
  const { orm } = world.deps;
  const em = orm.em.fork();
  const [courseId, cohortId] = [newId(), newId()];
  const { institutionId } = school;
  const since = new Date(startsAt.getTime() - 86_400_000);
  await em.insert(Course, { id: courseId, institutionId, title: `${title}课`, createdAt: since });
  await em.insert(Cohort, { id: cohortId, institutionId, courseId, title, programme, createdAt: since });
  const of = { institutionId, cohortId, courseId, teacherId: school.teacher.personId };
  const own = await addLearners(orm, of, ['甲', '乙'].slice(people.length), since);
  const { lessonId } = await addTaughtClass(orm, of, [...people, ...own].map((personId, index) => ({ personId, story: { seats: [[0, index === 0 ? 45 : 15, 'left']] } })), { startsAt });
  await reckonLedger(orm, lessonId, new Date(startsAt.getTime() + 3_600_000), { all: true });
  return own;
}

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  await taught('project', '焊工班', new Date('2025-06-01T01:00:00Z'));
  await taught('entrepreneurship', '创业班', new Date('2025-12-31T15:00:00Z'));
  await taught('project', '跨年班', new Date('2025-12-31T16:00:00Z'));
  const facts = { ...noFacts, kinds: ['vocational', 'entrepreneurship'], responsiblePerson: '王敏' };
  await world.call(`PUT ${at('profile')}`, school.scheduler, { payload: { revision: 0, facts: { ...facts, kinds: ['vocational'] } } });
  world.clock.pass(1_000);
  await world.call(`PUT ${at('profile')}`, school.scheduler, { payload: { revision: 1, facts } });
});
afterAll(() => world.close());

it('has the cohorts taught in the year as that kind, by the calendar of Shanghai', async () => {
  const paper = await read('paper=annual&year=2025&part=vocational');
  expect(paper.title).toBe('线上职业培训年度报告（职业技能类）');
  expect(table(paper, '三、')).toEqual([['1', '焊工班', '焊工班课', '2025-06-01 至 2025-06-01', '1', '1', '0', '2', '66.6%', '0', '0', '0']]);
  expect([cellOf(paper, '开展培训').text, cellOf(paper, '培训人数').text, cellOf(paper, '应学、计入').text, cellOf(paper, '平均到课率').text]).toEqual(['1 个班，1 节课，1 课时（其中线下 0 课时）', '2 人（2 人次）', '应学 90.0 分钟，计入 60.0 分钟（其中线下 0.0 分钟）', '66.6%']);
  expect(cellOf(paper, '备案类别').mark).toBe('plain');
});
it('is another one for the other kind, and for the next year', async () => {
  expect(table(await read('paper=annual&year=2025&part=entrepreneurship'), '三、').map((row) => row[1])).toEqual(['创业班']);
  const running = await read('paper=annual&year=2026&part=vocational');
  expect(table(running, '三、').map((row) => row[1])).toEqual(['跨年班']);
  expect(cellOf(running, '年度').mark).toBe('missing');
  expect(table(running, '四、')).toEqual([['2026-03-02', expect.stringContaining('机构类别') as string, '【未达到】还没有报告']]);
});
it('says in red that nothing was taught, which costs the filing', async () => {
  const paper = await read('paper=annual&year=2024&part=vocational');
  expect([cellOf(paper, '开展培训').mark, cellOf(paper, '平均到课率').text]).toEqual(['unmet', '—']);
  const { years, kinds } = (await world.call(`GET ${at('papers')}`, school.scheduler)).json<PaperChoices>();
  expect([years, kinds]).toEqual([['2026', '2025'], ['vocational', 'entrepreneurship']]);
});
it('the statement has the figures of the rules in force', async () => {
  expect(cellOf(await read('paper=technical'), '随机抽查').text).toContain('每课时 2 次');
  await world.call(`PUT ${at('rule-pack')}`, school.scheduler, { payload: { rulePack: 'hainan' } });
  const paper = await read('paper=technical');
  expect([cellOf(paper, '随机抽查').text.includes('每课时 1 次'), cellOf(paper, '长时间不操作').mark, cellOf(paper, '服务器').mark, cellOf(paper, '保存').text]).toEqual([true, 'unmet', 'toState', '【未达到】本机构的规则保存 3 年。']);
});
