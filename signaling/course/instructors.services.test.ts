// Instructors over REST: kept by the office, telephone and mail for the office alone, what they teach by dated (R38, R45, R50).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DossierDetail } from '#contracts/course.ts';
import type { Instructor, InstructorList } from '#contracts/instructor.ts';
import { qualificationOf } from '#db/queries/instructor-qualification.ts';
import { addTestInstructor, draftCourse, instructorBody, submittedCourse, welderPapers } from '../testing/course.ts';
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
const list = async (who: Known): Promise<InstructorList> => (await world.call('GET /api/instructors', who)).json<InstructorList>();
const edit = (one: Instructor, change: object, who: Known = school.scheduler) => {
  const { name, trade, rank, phone, email, history, awards, credentials, personId, revision, retired } = one;
  return world.call(`PUT /api/instructors/${one.instructorId}`, who, { payload: { name, trade, rank, phone, email, history, awards, credentials, personId, revision, retired, ...change } });
};

it('is added, changed by one at a time, and stays when it is used no more', async () => {
  const one = await addTestInstructor(world, school, { personId: school.teacher.personId });
  expect(one).toMatchObject({ name: '周建国', revision: 1, retired: false, personId: school.teacher.personId });
  const changed = (await edit(one, { awards: '省级', retired: true })).json<Instructor>();
  expect(changed).toMatchObject({ awards: '省级', retired: true, revision: 2 });
  expect(codeOf(await edit(one, { awards: 'old screen' }))).toBe('instructor_changed');
  expect((await edit(changed, { retired: false })).json<Instructor>().retired).toBe(false);
  const facts = (await world.events('instructor:changed')).filter(({ payload }) => payload.instructorId === one.instructorId);
  expect(facts.map(({ payload }) => payload.retired)).toEqual([true, false]);
  expect(JSON.stringify(facts)).not.toContain('周建国');
});

it('counts for a course through the last day of its papers, and not once it is used no more', async () => {
  const { courseId, content } = await draftCourse(world, school);
  const detail = async (): Promise<DossierDetail> => (await world.call(`GET /api/courses/${courseId}/dossier`, school.scheduler)).json<DossierDetail>();
  const codes = async (): Promise<string[]> => (await detail()).problems.filter(({ field, severity }) => field === 'instructors' && severity === 'blocks').map(({ code }) => code);
  const mine = (await list(school.scheduler)).instructors.find(({ instructorId }) => instructorId === content.instructorIds[0])!;
  expect(mine.courses).toEqual(['焊工']);
  // 09:00 of 2 March in Shanghai.
  const dated = (await edit(mine, { credentials: [{ ...welderPapers, validUntil: '2026-03-02' }] })).json<Instructor>();
  expect(await codes()).toEqual([]);
  const over = (await edit(dated, { credentials: [{ ...welderPapers, validUntil: '2026-03-01' }] })).json<Instructor>();
  expect(await codes()).toEqual(['instructor_none_qualified']);
  await edit(over, { credentials: [{ ...welderPapers, kind: 'title', level: 'intermediate' }], retired: true });
  expect(await codes()).toEqual(['instructor_gone', 'instructor_none_qualified']);
});

it('says of teachers who may teach a course that was handed in, by their papers on that day', async () => {
  const { courseId } = await submittedCourse(world, foreign, 'Foreign teacher');
  await addTestInstructor(world, foreign, { personId: foreign.teacher.personId, credentials: [{ ...welderPapers, validUntil: '2026-04-01' }] });
  await addTestInstructor(world, foreign, { personId: foreign.assistant.personId, credentials: [{ ...welderPapers, level: '4' }] });
  const people = [foreign.teacher, foreign.assistant, foreign.proctor].map(({ personId }) => personId);
  const asked = async (at: string, institutionId = foreign.institutionId) => qualificationOf(world.deps.orm.em.fork(), { institutionId, courseId }, people, new Date(at));
  expect([...(await asked('2026-04-01T15:59:00Z'))!.values()]).toEqual(['qualified', 'unqualified', 'unknown']);
  // A minute later it is 2 April in Shanghai.
  expect([...(await asked('2026-04-01T16:00:00Z'))!.values()]).toEqual(['unqualified', 'unqualified', 'unknown']);
  expect(await asked('2026-04-01T15:59:00Z', school.institutionId)).toBeNull();
});

it('shows telephone and mail to the office alone, and nothing to other institutions', async () => {
  await addTestInstructor(world, school);
  for (const who of [school.teacher, school.regulator]) {
    const seen = await list(who);
    expect(seen.instructors.length).toBeGreaterThan(0);
    expect(seen.instructors.every(({ phone, email, mayEdit }) => phone === null && email === null && !mayEdit)).toBe(true);
    expect(seen.offices).toEqual([]);
  }
  expect((await list(school.scheduler)).instructors[0]).toMatchObject({ phone: '13800000000', mayEdit: true });
  expect((await list(school.scheduler)).offices[0]!.teachers.map(({ name }) => name)).toEqual(['School assistant', 'School proctor', 'School teacher']);
  const mine = new Set((await list(school.scheduler)).instructors.map(({ instructorId }) => instructorId));
  expect((await list(foreign.scheduler)).instructors.filter(({ instructorId }) => mine.has(instructorId))).toEqual([]);
});

it.each<[string, () => object, string]>([
  ['of another institution', () => ({ institutionId: foreign.institutionId }), 'not_found'], ['who is a teacher of another institution', () => ({ personId: foreign.teacher.personId }), 'not_found'],
  ['who is a learner', () => ({ personId: school.learner.personId }), 'not_found'], ['with a title of level 3', () => ({ credentials: [{ ...welderPapers, kind: 'title' }] }), 'bad_request'],
  ['without a name', () => ({ name: ' ' }), 'bad_request'], ['with eleven papers', () => ({ credentials: Array.from({ length: 11 }, () => welderPapers) }), 'bad_request'],
])('refuses one %s', async (_what, change, code) => {
  const before = await world.deps.orm.em.fork().execute('select count(*) from instructor');
  expect(codeOf(await world.call('POST /api/instructors', school.scheduler, { payload: instructorBody(school, change()) }))).toBe(code);
  expect(await world.deps.orm.em.fork().execute('select count(*) from instructor')).toEqual(before);
});

it('is one teacher once, and changed by the own office alone', async () => {
  const one = await addTestInstructor(world, school, { personId: school.assistant.personId });
  expect(codeOf(await world.call('POST /api/instructors', school.scheduler, { payload: instructorBody(school, { personId: school.assistant.personId }) }))).toBe('instructor_double');
  expect(codeOf(await edit(one, { name: 'x' }, foreign.scheduler))).toBe('not_found');
  for (const who of [school.teacher, school.regulator, school.learner]) expect(codeOf(await edit(one, { name: 'x' }, who))).toBe('forbidden');
  expect((await list(school.scheduler)).instructors.find(({ instructorId }) => instructorId === one.instructorId)?.name).toBe('周建国');
});
