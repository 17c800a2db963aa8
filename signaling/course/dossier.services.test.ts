// Courses and their dossiers over REST: made and written by the office, told what they lack, handed in and frozen (R36 to R43, R50, R51, R87).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Attachment } from '#contracts/attachment-routes.ts';
import type { CourseList, DossierDetail, DossierVersion, DossierVersions } from '#contracts/course.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { CourseDossier } from '#db/entities/course.ts';
import { Cohort } from '#db/entities/people.ts';
import { emptyDossier } from '#domain/course/dossier.ts';
import { newId } from '#domain/id.ts';
import { addAttachment } from '../testing/attachment.ts';
import { addTestInstructor, draftCourse, planRow, reviewCourse, submittedCourse, wholeContent, wholePlan } from '../testing/course.ts';
import { publishedExam } from '../testing/exam.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const read = async (courseId: string, who: Known = school.scheduler): Promise<DossierDetail> => (await world.call(`GET /api/courses/${courseId}/dossier`, who)).json<DossierDetail>();
const save = (courseId: string, revision: number, content: object) => world.call(`PUT /api/courses/${courseId}/dossier`, school.scheduler, { payload: { revision, content } });
const submit = (courseId: string, revision: number) => world.call(`POST /api/courses/${courseId}/dossier/submission`, school.scheduler, { payload: { revision } });
const blocksOf = ({ problems }: DossierDetail): string[] => problems.filter(({ severity }) => severity === 'blocks').map(({ code }) => code);
const count = async (table: string): Promise<unknown> => world.deps.orm.em.fork().execute(`select count(*) from ${table}`);

it('the office makes a course, and its draft says all that is missing', async () => {
  const made = (await world.call('POST /api/courses', school.scheduler, { payload: { institutionId: school.institutionId, title: ' 电工 ' } })).json<DossierDetail>();
  expect(made).toMatchObject({ title: '电工', state: 'draft', version: 1, revision: 1, submittedVersion: 0, mayEdit: true, rules: { packId: 'default', onlineAtMostPercent: 50, publicAtLeastHours: 12, unitMinutes: 45 } });
  expect(blocksOf(made)).toContain('plan_empty');
  expect((await world.events('course:created')).filter(({ payload }) => payload.courseId === made.courseId)).toMatchObject([{ stream: `institution:${school.institutionId}`, actor_id: school.scheduler.personId }]);
  const { courses, offices } = (await world.call('GET /api/courses', school.scheduler)).json<CourseList>();
  expect(courses.find(({ courseId }) => courseId === made.courseId)).toMatchObject({ state: 'draft', blocks: blocksOf(made).length, warns: made.problems.length - blocksOf(made).length });
  expect(courses.find(({ courseId }) => courseId === school.courseId)).toMatchObject({ state: 'none', version: 0, changedAt: null });
  expect(offices).toEqual([{ institutionId: school.institutionId, name: 'School' }]);
});

it('a course from before has no dossier yet, and the first save makes one', async () => {
  expect(await read(school.courseId)).toMatchObject({ state: 'none', version: 0, revision: 0, content: { ...emptyDossier('School course') } });
  const saved = (await save(school.courseId, 0, { ...emptyDossier('School course'), overview: '概述' })).json<DossierDetail>();
  expect(saved).toMatchObject({ state: 'draft', version: 1, revision: 1, changedBy: 'School scheduler' });
});

it('is asked of real rows: questions by knowledge point, exams, instructors', async () => {
  const { courseId, revision, content, problems } = await draftCourse(world, school);
  expect(problems.map(({ code }) => code)).toEqual(['exam_missing', 'instructor_copy_missing', 'review_missing']);
  const ice = (await save(courseId, revision, { ...content, plan: [...wholePlan().slice(1), planRow({ knowledgePoint: 'ice' })] })).json<DossierDetail>();
  expect(ice.points).toEqual([{ point: 'fire', questions: 1 }]);
  expect(ice.problems.find(({ code }) => code === 'questions_missing')).toMatchObject({ severity: 'blocks', row: 24, requirement: 'R43' });
  const cohortId = newId();
  await world.deps.orm.em.fork().insert(Cohort, { id: cohortId, institutionId: school.institutionId, courseId, title: 'C', createdAt: world.clock.now() });
  expect((await read(courseId)).problems.find(({ code }) => code === 'exam_missing')?.severity).toBe('blocks');
  await publishedExam(world, { ...school, courseId, cohortId, teacher: school.scheduler }, { parts: [{ courseId, kinds: [], knowledgePoint: null, leastDifficulty: 1, mostDifficulty: 5, count: 1, pointsEach: 2 }] });
  expect(await read(courseId)).toMatchObject({ exams: 1 });
  expect((await read(courseId)).problems.map(({ code }) => code)).not.toContain('exam_missing');
});

it('follows the figures of the institution’s own rules', async () => {
  const { courseId } = await draftCourse(world, school, { plan: [planRow()] });
  expect(blocksOf(await read(courseId))).toEqual(['online_share', 'public_hours', 'review_missing']);
  await world.deps.orm.em.fork().execute(`update institution set rule_pack = 'tianjin' where id = ?`, [school.institutionId]);
  expect(blocksOf(await read(courseId))).toEqual(['review_missing']);
  await world.deps.orm.em.fork().execute('update institution set rule_pack = null where id = ?', [school.institutionId]);
});

it('takes papers of real files: proof of lawful use of what was imported, copies of qualifications (R51)', async () => {
  const { courseId, content } = await draftCourse(world, school, { source: 'imported' });
  expect(blocksOf(await read(courseId))).toEqual(['proof_missing', 'review_missing']);
  const proof = (await addAttachment(world, school.scheduler, school.institutionId, { subjectType: 'course', subjectId: courseId, kind: 'lawful_use' })).json<Attachment>();
  expect((await addAttachment(world, school.scheduler, school.institutionId, { subjectType: 'instructor', subjectId: content.instructorIds[0]!, kind: 'qualification' })).statusCode).toBe(200);
  expect(codeOf(await addAttachment(world, foreign.scheduler, foreign.institutionId, { subjectType: 'instructor', subjectId: content.instructorIds[0]!, kind: 'qualification' }))).toBe('not_found');
  expect((await read(courseId)).problems.map(({ code }) => code)).toEqual(['exam_missing', 'review_missing']);
  await world.call(`POST /api/institutions/${school.institutionId}/attachments/${proof.attachmentId}/withdrawal`, school.scheduler, { payload: { reason: '过期' } });
  expect(blocksOf(await read(courseId))).toEqual(['proof_missing', 'review_missing']);
});

it('is not handed in while something blocks, and nothing is kept of the attempt', async () => {
  const { courseId, revision } = await draftCourse(world, school, { title: '', owner: '' });
  const before = await count('event');
  expect(codeOf(await submit(courseId, revision))).toBe('dossier_incomplete');
  expect(await count('event')).toEqual(before);
  expect(await read(courseId)).toMatchObject({ state: 'draft', submittedVersion: 0 });
});

it('once handed in stays as it was, under a hash that anybody can compute again', async () => {
  const done = await submittedCourse(world, school);
  const { courseId } = done;
  expect(done).toMatchObject({ state: 'submitted', version: 1, revision: 0, submittedVersion: 1, title: '焊工（初级）' });
  const em = world.deps.orm.em.fork();
  const row = await em.findOneOrFail(CourseDossier, { courseId });
  expect(canonicalHash(row.frozen!)).toBe(row.sha256);
  expect(row.frozen).toMatchObject({ rules: { pack: 'default@1', onlineAtMostPercent: 50 }, instructors: [{ name: '周建国' }], review: { commitmentSha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string } });
  expect(JSON.stringify(row.frozen)).not.toContain('13800000000');
  const [fact] = (await world.events('course:submitted')).filter(({ payload }) => payload.courseId === courseId);
  expect(fact!.payload).toMatchObject({ version: 1, sha256: row.sha256, units: 24, online: 12, publicUnits: 12, minutes: 1080, rulePack: 'default@1' });
  await expect(em.execute(`update course_dossier set content = '{}' where id = ?`, [row.id])).rejects.toThrow(/not changed/);
  await expect(em.execute('delete from course_dossier where id = ?', [row.id])).rejects.toThrow();
  expect(codeOf(await submit(courseId, 1))).toBe('dossier_submitted');
});

it('a later edit makes the next draft, and the version before stays to be read', async () => {
  const { courseId, content } = await submittedCourse(world, school);
  // The same again is no edit.
  expect((await save(courseId, 0, content)).json<DossierDetail>()).toMatchObject({ state: 'submitted', version: 1 });
  const edited = (await save(courseId, 0, { ...content, overview: '新概述' })).json<DossierDetail>();
  expect(edited).toMatchObject({ state: 'changed', version: 2, revision: 1, submittedVersion: 1 });
  // What was reviewed is another text now.
  expect(blocksOf(edited)).toEqual(['review_stale']);
  const version = async (n: number) => world.call(`GET /api/courses/${courseId}/dossier/versions/${n}`, school.regulator);
  expect((await version(1)).json<DossierVersion>()).toMatchObject({ content: { overview: '概述' }, submittedBy: 'School scheduler', instructors: [{ awards: '市级技能竞赛一等奖' }] });
  expect(codeOf(await version(2))).toBe('not_found');
  await reviewCourse(world, courseId, school.teacher, 'School teacher');
  expect((await submit(courseId, 1)).statusCode).toBe(200);
  const { versions } = (await world.call(`GET /api/courses/${courseId}/dossier/versions`, school.teacher)).json<DossierVersions>();
  expect(versions.map((one) => one.version)).toEqual([2, 1]);
  expect(versions[0]!.sha256).not.toBe(versions[1]!.sha256);
});

it('is changed by one at a time, and a newer draft is not written over', async () => {
  const { courseId, revision, content } = await draftCourse(world, school);
  const answers = await Promise.all([1, 2, 3].map((n) => save(courseId, revision, { ...content, overview: `第 ${n} 稿` })));
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
  expect(answers.filter(({ statusCode }) => statusCode === 409).map(codeOf)).toEqual(['dossier_changed', 'dossier_changed']);
  expect(codeOf(await submit(courseId, revision))).toBe('dossier_changed');
});

it.each<[string, (content: DossierDetail['content']) => object, string]>([
  ['an instructor of another institution', (content) => ({ ...content, instructorIds: [foreignInstructor] }), 'not_found'],
  ['an instructor of another institution in a row', (content) => ({ ...content, plan: [planRow({ instructorId: foreignInstructor })] }), 'not_found'],
  ['a row twice', (content) => ({ ...content, plan: [content.plan[0], content.plan[0]] }), 'bad_request'], ['a day that is none', (content) => ({ ...content, periodFrom: '2026-13-01' }), 'bad_request'],
  ['a price below nothing', (content) => ({ ...content, priceFen: -1 }), 'bad_request'], ['a field nobody knows', (content) => ({ ...content, extra: 1 }), 'bad_request'],
  ['401 rows', (content) => ({ ...content, plan: Array.from({ length: 401 }, () => planRow()) }), 'bad_request'],
])('refuses %s and keeps what was there', async (_what, change, code) => {
  foreignInstructor = (await addTestInstructor(world, foreign)).instructorId;
  const { courseId, revision, content } = await draftCourse(world, school);
  expect(codeOf(await save(courseId, revision, change(content)))).toBe(code);
  expect(await read(courseId)).toMatchObject({ revision, content });
});
let foreignInstructor = '';

it('is read by teachers and regulators of the institution, written by its office alone, and hidden from everybody else', async () => {
  const { courseId, revision, content } = await draftCourse(world, school);
  for (const who of [school.teacher, school.regulator]) expect(await read(courseId, who)).toMatchObject({ courseId, mayEdit: false });
  const before = await count('event');
  const writes = [[`PUT /api/courses/${courseId}/dossier`, { revision, content: wholeContent([]) }], [`POST /api/courses/${courseId}/dossier/submission`, { revision }],
    ['POST /api/courses', { institutionId: school.institutionId, title: 'x' }]] as const;
  for (const [route, payload] of writes) {
    for (const who of [school.teacher, school.regulator, school.learner]) expect(codeOf(await world.call(route, who, { payload })), route).toBe('forbidden');
    expect(codeOf(await world.call(route, foreign.scheduler, { payload })), route).toBe('not_found');
  }
  for (const route of [`GET /api/courses/${courseId}/dossier`, `GET /api/courses/${courseId}/dossier/versions`, `GET /api/courses/${courseId}/dossier/versions/1`, `GET /api/courses/${courseId}/content-reviews`]) {
    for (const who of [foreign.scheduler, foreign.teacher, foreign.regulator]) expect(codeOf(await world.call(route, who)), route).toBe('not_found');
    expect(codeOf(await world.call(route, school.learner)), route).toBe('forbidden');
  }
  const seen = (await world.call('GET /api/courses', foreign.scheduler)).json<CourseList>();
  expect(seen.courses.map((one) => one.courseId)).toEqual([foreign.courseId]);
  expect((await world.call('GET /api/courses', school.regulator)).json<CourseList>().offices).toEqual([]);
  expect(await count('event')).toEqual(before);
  expect((await read(courseId)).content).toEqual(content);
});
