// Reviewing content over REST: by somebody else, class by class, signed, and again once something changed (R122).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DossierDetail, ReviewState } from '#contracts/course.ts';
import { Courseware } from '#db/entities/courseware.ts';
import { Membership } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import { cleanFindings, draftCourse, reviewCourse } from '../testing/course.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
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
const stateOf = async (courseId: string): Promise<ReviewState> => (await world.call(`GET /api/courses/${courseId}/content-reviews`, school.teacher)).json<ReviewState>();
const byTeacher = (courseId: string, change: object = {}) => reviewCourse(world, courseId, school.teacher, 'School teacher', change);
const addFile = (courseId: string, uploadedBy: string, sha256 = 'ab'.repeat(32)) => {
  const at = world.clock.now();
  const id = newId();
  return world.deps.orm.em.fork().insert(Courseware, {
    id, institutionId: school.institutionId, courseId, title: 'a.pdf', mark: 'cd'.repeat(32), uploadedBy, sizeBytes: 9, receivedBytes: 9, kind: 'pdf', status: 'ready', refusal: null, pageCount: 1, sha256,
    createdAt: at, heardAt: at, settledAt: at, removedAt: null,
  });
};

it('is signed by somebody else for what was looked at, and is a fact without names', async () => {
  const { courseId } = await draftCourse(world, school);
  const state = (await byTeacher(courseId)).json<ReviewState>();
  expect(state).toMatchObject({ standing: 'clean', reviews: [{ clean: true, version: 1, reviewer: 'School teacher', signature: 'School teacher', commitmentVersion: 1, contentSha256: state.contentSha256 }] });
  const [fact] = (await world.events('course:reviewed')).filter(({ payload }) => payload.courseId === courseId);
  expect(fact).toMatchObject({ actor_id: school.teacher.personId, payload: { clean: true, found: [], contentSha256: state.contentSha256, commitmentSha256: state.reviews[0]!.commitmentSha256 } });
  expect(JSON.stringify(fact!.payload)).not.toContain('teacher');
  await expect(world.deps.orm.em.fork().execute('update content_review set clean = true')).rejects.toThrow();
});

it('is refused to whoever wrote the draft or brought a file, also for another role', async () => {
  const { courseId } = await draftCourse(world, school);
  expect(codeOf(await reviewCourse(world, courseId, school.scheduler, 'School scheduler'))).toBe('review_own_work');
  await world.deps.orm.em.fork().insert(Membership, { id: newId(), personId: school.scheduler.personId, institutionId: school.institutionId, role: 'teacher', createdAt: world.clock.now() });
  expect(codeOf(await reviewCourse(world, courseId, school.scheduler, 'School scheduler'))).toBe('review_own_work');
  await addFile(courseId, school.teacher.personId);
  expect(codeOf(await byTeacher(courseId))).toBe('review_own_work');
  expect((await stateOf(courseId))).toMatchObject({ refusal: 'own_work', reviews: [], files: [{ title: 'a.pdf' }] });
  expect((await reviewCourse(world, courseId, school.assistant, 'School assistant')).statusCode).toBe(200);
});

it('is asked for anew when a text or a file changes, and not for a price', async () => {
  const draft = await draftCourse(world, school);
  const { courseId } = draft;
  await byTeacher(courseId);
  const save = async (revision: number, change: object) => (await world.call(`PUT /api/courses/${courseId}/dossier`, school.scheduler, { payload: { revision, content: { ...draft.content, ...change } } })).json<DossierDetail>();
  expect(await save(draft.revision, { charge: 'paid', priceFen: 100 })).toMatchObject({ review: 'clean' });
  expect(await save(draft.revision + 1, { outline: '新大纲' })).toMatchObject({ review: 'stale' });
  expect((await byTeacher(courseId)).json<ReviewState>().standing).toBe('clean');
  await addFile(courseId, school.scheduler.personId);
  expect(await stateOf(courseId)).toMatchObject({ standing: 'stale' });
  expect((await stateOf(courseId)).reviews).toHaveLength(2);
});

it('what was found keeps the course from being handed in', async () => {
  const { courseId, revision } = await draftCourse(world, school);
  expect((await byTeacher(courseId, { findings: cleanFindings({ rumour: '第 3 页数据没有出处' }) })).json<ReviewState>()).toMatchObject({ standing: 'findings', reviews: [{ clean: false }] });
  expect(codeOf(await world.call(`POST /api/courses/${courseId}/dossier/submission`, school.scheduler, { payload: { revision } }))).toBe('dossier_incomplete');
  const [fact] = (await world.events('course:reviewed')).filter(({ payload }) => payload.courseId === courseId);
  expect(fact!.payload).toMatchObject({ clean: false, found: ['rumour'] });
});

it.each<[string, object, string]>([
  ['another name', { signature: 'Somebody' }, 'signature_differs'], ['a class left out', { findings: cleanFindings().slice(1) }, 'bad_request'],
  ['a class twice', { findings: [...cleanFindings().slice(1), cleanFindings()[1]] }, 'bad_request'], ['something found without a word', { findings: cleanFindings({ rumour: ' ' }) }, 'bad_request'],
  ['what has changed meanwhile', { contentSha256: '0'.repeat(64) }, 'review_outdated'], ['another commitment', { commitmentVersion: 2 }, 'bad_request'],
])('refuses %s and keeps nothing', async (_what, change, code) => {
  const { courseId } = await draftCourse(world, school);
  expect(codeOf(await byTeacher(courseId, change))).toBe(code);
  expect((await stateOf(courseId)).reviews).toEqual([]);
});

it('is not for regulators, learners and other institutions, nor where nothing is written', async () => {
  const { courseId } = await draftCourse(world, school);
  const payload = { contentSha256: (await stateOf(courseId)).contentSha256, findings: cleanFindings(), note: '', commitmentVersion: 1, signature: 'x' };
  for (const [who, code] of [[school.regulator, 'forbidden'], [school.learner, 'forbidden'], [foreign.teacher, 'not_found'], [foreign.scheduler, 'not_found']] as const) {
    expect(codeOf(await world.call(`POST /api/courses/${courseId}/content-reviews`, who, { payload }))).toBe(code);
  }
  expect((await world.call(`GET /api/courses/${courseId}/content-reviews`, school.regulator)).json<ReviewState>()).toMatchObject({ refusal: 'reads_only' });
  expect(await stateOf(school.courseId)).toMatchObject({ refusal: 'nothing_written', standing: 'none' });
  expect(codeOf(await byTeacher(school.courseId))).toBe('not_found');
});
