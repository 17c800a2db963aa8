// Statutory papers over REST: figures of the rows and no others, whole numbers for the office alone and on record, red where something is missing (R46, R50, R91, R144).
import ExcelJS from 'exceljs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ClientList } from '#contracts/client-routes.ts';
import type { PaperChoices, PaperView } from '#contracts/paper.ts';
import { Identity, IdentityView } from '#db/entities/identity.ts';
import { Enrolment } from '#db/entities/people.ts';
import { addIdentities } from '#db/queries/identities.ts';
import { newId } from '#domain/id.ts';
import { noFacts } from '#domain/institution.ts';
import type { PaperCell } from '#domain/paper/paper.ts';
import { instructorContent, submittedCourse } from '../testing/course.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

const number = '110101199003070870';
let world: HttpWorld;
let school: School;
let foreign: School;
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const at = (rest: string, of: School = school): string => `/api/institutions/${of.institutionId}/${rest}`;
const read = async (query: string, who: Known = school.scheduler): Promise<PaperView> => (await world.call(`GET ${at(`paper?${query}`)}`, who)).json<PaperView>();
const file = (payload: object, who: Known = school.scheduler, of: School = school) => world.call(`POST ${at('paper-files', of)}`, who, { payload: { full: false, ...payload } });
const cellOf = (paper: PaperView, label: string): PaperCell => paper.parts.flatMap((part) => (part.kind === 'fields' ? part.rows : [])).find((row) => row.label === label)!.cell;
const table = (paper: PaperView, heading: string): string[][] => paper.parts.flatMap((part) => (part.kind === 'table' && part.heading === heading ? part.rows : [])).map((row) => row.map(({ text }) => text));
const all = (paper: PaperView): string => JSON.stringify(paper);

async function enrol(name: string, change: Partial<Enrolment> = {}): Promise<Known> {
  const person = await addPerson(world.deps.orm, world.clock.now(), name, school.institutionId, 'student');
  await world.deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: school.cohortId, personId: person.personId, createdAt: world.clock.now(), endedAt: null, ...change });
  return person;
}

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  const em = world.deps.orm.em.fork();
  await em.nativeDelete(Identity, { personId: { $in: [school.learner.personId, school.other.personId] } });
  await addIdentities(em, world.deps.vault, [{ personId: school.learner.personId, documentKind: 'id_card', number, birthDate: '1990-03-07', regionCode: '110101', phone: '13912345678', learnerCategory: 'enterprise_staff', employer: '秦皇岛钢厂', authorityStatus: 'not_asked' }], world.clock.now());
});
afterAll(() => world.close());

describe('the platform form', () => {
  it('says of everything nobody stated that it is missing, and of what rows cannot know that the institution states it', async () => {
    const paper = await read('paper=platform');
    expect(cellOf(paper, '统一社会信用代码')).toEqual({ text: '【缺】未填写', mark: 'missing', evidence: '/institution' });
    expect(cellOf(paper, '注册机构').text).toBe('School');
    const conditions = paper.parts.flatMap((part) => (part.kind === 'table' && part.heading.startsWith('二（') ? part.rows : []));
    const of = (numbers: string): PaperCell => conditions.find(([one]) => one!.text.split(' ').includes(numbers))![2]!;
    expect(of('R13').mark).toBe('toState');
    expect(of('R9')).toMatchObject({ mark: 'unmet', text: expect.stringContaining('学员 2 人，已实名 1 人') as string });
    expect(of('R29').mark).toBe('missing');
    expect(of('R31')).toMatchObject({ mark: 'plain', text: '已开设主管部门账号 1 个' });
    expect(of('R16').mark).toBe('missing');
    const texts = conditions.flat().map(({ mark }) => mark);
    expect(paper.counts.toState).toBe(texts.filter((mark) => mark === 'toState').length);
  });

  it('has what was stated, what rows came to, and the course list, and follows the rule pack', async () => {
    const facts = { ...noFacts, creditCode: '91440300708461136T', responsiblePerson: '王敏', seatRegion: '130306', kinds: ['vocational', 'entrepreneurship'] };
    await world.call(`PUT ${at('profile')}`, school.scheduler, { payload: { revision: 0, facts } });
    await submittedCourse(world, school);
    const paper = await read('paper=platform');
    expect([cellOf(paper, '统一社会信用代码').text, cellOf(paper, '负责人').text, cellOf(paper, '机构所在地').text, cellOf(paper, '机构类别').text]).toEqual(['91440300708461136T', '王敏', '河北省秦皇岛市抚宁区', '职业技能类、创业类']);
    const rows = table(paper, '三、课程（项目）清单');
    expect(rows.find(([, name]) => name === '焊工（初级）')).toEqual([expect.any(String), '焊工（初级）', '焊工 6-18-02-04', '五级（初级工）', '直播、线下', '24', '周建国', '结业考核', '自有', '免费']);
    await world.call(`PUT ${at('rule-pack')}`, school.scheduler, { payload: { rulePack: 'hainan' } });
    expect(all(await read('paper=platform'))).toContain('【未达到】本机构的规则保存 3 年');
    await world.call(`PUT ${at('rule-pack')}`, school.scheduler, { payload: { rulePack: null } });
  });
});

describe('the course form', () => {
  it('is of the version handed in, and hides telephone numbers in the copy for publication', async () => {
    const { courseId } = await submittedCourse(world, school);
    const paper = await read(`paper=course&of=${courseId}`);
    expect([cellOf(paper, '总课时').text, cellOf(paper, '培训等级').text, cellOf(paper, '执行标准').text, cellOf(paper, '课程归属人').text])
      .toEqual(['24 课时（线上 12、线下 12；理论 24、实操 0），共 1080 分钟（线上 540、线下 540）', '五级（初级工）', '国家职业技能标准 焊工', '学校']);
    expect(cellOf(paper, '资料版本').text).toMatch(/^第 1 版，2026-03-02 提交，SHA-256 [0-9a-f]{64}$/);
    expect(table(paper, '四、课时安排')).toHaveLength(24);
    expect(table(paper, '三、授课人')[0]!.slice(0, 5)).toEqual(['周建国', '焊接', '高级技师', '138****0000', 'z***@example.cn']);
    expect(all(paper)).not.toContain(instructorContent.phone);
    const sheet = (await file({ paper: 'course', of: courseId, format: 'docx', full: true })).rawPayload;
    expect(sheet.subarray(0, 2).toString()).toBe('PK');
  });
  it('says of a draft that it is one, and of a course nothing is written of what it lacks', async () => {
    const paper = await read(`paper=course&of=${school.courseId}`);
    expect([cellOf(paper, '资料版本'), cellOf(paper, '教学大纲'), cellOf(paper, '总课时')].map(({ mark }) => mark)).toEqual(['missing', 'missing', 'missing']);
  });
});

describe('the application', () => {
  it('has the roster masked on the page, and whole in the office’s file, which each learner sees', async () => {
    const paper = await read(`paper=application&of=${school.cohortId}`);
    const rows = table(paper, '四、学员名册');
    expect(rows.find(([, name]) => name === 'School learner')).toEqual([expect.any(String), 'School learner', '居民身份证', '110*************70', '139****5678', '企业职工', '秦皇岛钢厂', '2026-03-02']);
    expect(rows.find(([, name]) => name === 'School other')!.slice(2, 4)).toEqual(['【缺】未实名登记', '【缺】未实名登记']);
    expect(table(paper, '五、还不能提交的原因').length).toBeGreaterThan(3);
    expect(all(paper)).not.toContain(number);
    const open = async (payload: object): Promise<string> => {
      const book = new ExcelJS.Workbook();
      const bytes = (await file({ paper: 'application', of: school.cohortId, format: 'xlsx', ...payload })).rawPayload;
      await book.xlsx.load(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer);
      return book.worksheets.map((sheet) => JSON.stringify(sheet.getSheetValues())).join('\n');
    };
    expect(await open({})).not.toContain(number);
    expect(await world.deps.orm.em.fork().count(IdentityView, { personId: school.learner.personId })).toBe(0);
    expect(await open({ full: true })).toContain(`"${number}"`);
    const [view] = await world.deps.orm.em.fork().find(IdentityView, { personId: school.learner.personId });
    expect(view).toMatchObject({ viewerId: school.scheduler.personId, fields: ['number'], reason: '导出开班申请表：School cohort' });
    expect((await world.events('identity:revealed')).filter(({ stream }) => stream === `person:${school.learner.personId}`)).toHaveLength(1);
    const made = (await world.events('paper:made')).filter(({ payload }) => payload['paper'] === 'application');
    expect(made.map(({ payload }) => payload['full'])).toEqual([false, true]);
    expect(JSON.stringify(made)).not.toMatch(/School learner|110101/);
  });
  it('opens no number for a regulator, and no more than twenty files in an hour', async () => {
    expect(codeOf(await file({ paper: 'application', of: school.cohortId, format: 'pdf', full: true }, school.regulator))).toBe('forbidden');
    expect((await file({ paper: 'application', of: school.cohortId, format: 'docx' }, school.regulator)).statusCode).toBe(200);
    const clerk = await addPerson(world.deps.orm, world.clock.now(), 'Clerk', school.institutionId, 'institution');
    const codes: number[] = [];
    for (let n = 0; n < 21; n++) codes.push((await file({ paper: 'application', of: newId(), format: 'docx', full: true }, clerk)).statusCode);
    expect([codes[19], codes[20]]).toEqual([404, 429]);
  });
});

describe('the weekly table', () => {
  it('counts each enterprise’s people of the week once, and names those nobody assigned', async () => {
    const { clients } = (await world.call(`POST ${at('clients')}`, school.scheduler, { payload: { name: '秦皇岛钢厂', creditCode: '', region: '130300', contact: '', phone: '', switchedOff: [] } })).json<ClientList>();
    const clientId = clients[0]!.clientId;
    const [before, within] = [new Date('2026-02-22T15:59:59Z'), new Date('2026-02-22T16:00:00Z')];
    await enrol('周一入', { clientId, createdAt: within });
    await enrol('早已在', { clientId, createdAt: before });
    await enrol('已离开', { clientId, createdAt: before, endedAt: before });
    await enrol('下周的', { clientId, createdAt: new Date('2026-03-01T16:00:00Z') });
    await enrol('没人管', { createdAt: within, learnerCategory: 'enterprise_staff' });
    const paper = await read('paper=weekly');
    expect(paper.subtitle).toBe('School · 2026-02-23 至 2026-03-01');
    expect(table(paper, '二、企业备案情况')).toEqual([
      ['河北省秦皇岛市', '2026-02-23 至 2026-03-01', '1', '秦皇岛钢厂', '1', '课时（Keshi）', '2'], ['', '2026-02-23 至 2026-03-01', '合计', '1 家企业', '1', '', ''],
    ]);
    expect(cellOf(paper, '未关联企业的企业职工').text).toContain('1 人');
    expect(cellOf(await read('paper=weekly&monday=2026-03-02'), '时间段').mark).toBe('missing');
    expect(codeOf(await world.call(`GET ${at('paper?paper=weekly&monday=2026-03-03')}`, school.scheduler))).toBe('bad_request');
  });
});

describe('who gets them', () => {
  it('is the office and those who oversee it', async () => {
    const { courses, cohorts, lastMonday, full } = (await world.call(`GET ${at('papers')}`, school.regulator)).json<PaperChoices>();
    expect([courses.some(({ courseId }) => courseId === school.courseId), cohorts.map(({ cohortId }) => cohortId), lastMonday, full]).toEqual([true, [school.cohortId], '2026-02-23', false]);
    for (const who of [school.teacher, school.learner]) expect((await world.call(`GET ${at('papers')}`, who)).statusCode).toBe(403);
    expect(codeOf(await world.call(`GET ${at('paper?paper=platform')}`, foreign.scheduler))).toBe('not_found');
    expect(codeOf(await file({ paper: 'platform', format: 'pdf' }, foreign.regulator))).toBe('not_found');
  });
  it('not of another institution’s course or cohort, named in one’s own', async () => {
    expect(codeOf(await world.call(`GET ${at(`paper?paper=course&of=${school.courseId}`, foreign)}`, foreign.scheduler))).toBe('not_found');
    expect(codeOf(await file({ paper: 'application', of: school.cohortId, format: 'pdf', full: true }, foreign.scheduler, foreign))).toBe('not_found');
    expect(codeOf(await world.call(`GET ${at('paper?paper=course')}`, school.scheduler))).toBe('bad_request');
  });
});
