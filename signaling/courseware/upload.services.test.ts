// Uploads over REST: whole, cut off and gone on with, disguised, too large, by the wrong people; and pages, which learners see when they were shown.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Courseware, CoursewareList } from '#contracts/courseware.ts';
import { coursewarePieceKey } from '#contracts/places.ts';
import { mostCourseware, uploadPieceBytes } from '#domain/courseware.ts';
import { newId } from '#domain/id.ts';
import { Courseware as CoursewareRow, CoursewareUse } from '#db/entities/courseware.ts';
import { Membership } from '#db/entities/people.ts';
import { madePdf } from '#testing/made-pdf.ts';
import { addCourseware } from '../testing/courseware.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addLesson, addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
beforeEach(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
});
afterEach(() => world.close());

const markOf = (file: Buffer): string => createHash('sha256').update(file.subarray(0, 1000)).digest('hex');
const base = (): string => `/api/lessons/${school.lessonId}/courseware`;
const begin = (file: Buffer, person: Known = school.teacher, title = '焊接安全.pdf') =>
  world.call(`POST ${base()}`, person, { payload: { title, sizeBytes: file.length, mark: markOf(file) } });
const piece = (coursewareId: string, number: number, bytes: Buffer, person: Known = school.teacher) =>
  world.call(`PUT ${base()}/${coursewareId}/pieces/${number}`, person, { payload: bytes, headers: { 'content-type': 'application/octet-stream' } });
const list = async (person: Known = school.teacher) => (await world.call(`GET ${base()}`, person)).json<CoursewareList>();
const refusal = (response: { statusCode: number; json(): { error: { code: string } } }): [number, string] => [response.statusCode, response.json().error.code];
/** A sound beginning and as many bytes as are asked for. */
const large = (bytes: number): Buffer => Buffer.concat([madePdf({ pages: ['安全'] }), Buffer.alloc(bytes, 7)]).subarray(0, bytes);
const pieceOf = (file: Buffer, number: number): Buffer => file.subarray(number * uploadPieceBytes, (number + 1) * uploadPieceBytes);

test('a small file is one piece, then the worker has its job and staff see it, and nothing before', async () => {
  const file = madePdf({ pages: ['安全第一'] });
  const begun = (await begin(file)).json<Courseware>();
  expect(begun).toMatchObject({ status: 'uploading', receivedBytes: 0, kind: null, own: true });
  const done = (await piece(begun.coursewareId, 0, file)).json<Courseware>();
  expect(done).toMatchObject({ status: 'converting', receivedBytes: file.length, kind: 'pdf', pageCount: null });
  expect((await world.deps.queues.depths()).find(({ queue }) => queue === 'courseware-pages')?.waiting).toBe(1);
  expect(await world.events('courseware:uploaded')).toMatchObject([{ stream: `lesson:${school.lessonId}`, payload: { coursewareId: begun.coursewareId, kind: 'pdf', sizeBytes: file.length } }]);
  const seen = await list(school.assistant);
  expect(seen).toMatchObject({ maxBytes: 200_000_000, pieceBytes: uploadPieceBytes, courseware: [{ coursewareId: begun.coursewareId, own: false }] });
  expect(refusal(await world.call(`GET ${base()}/${begun.coursewareId}/pages/1/page`, school.teacher))).toEqual([409, 'courseware_not_ready']);
});

test('after a cut it goes on where it was: the same file by the same person, a doubled piece changes nothing, a piece too far is refused', async () => {
  const file = large(2 * uploadPieceBytes + 500);
  const { coursewareId } = (await begin(file)).json<Courseware>();
  await piece(coursewareId, 0, pieceOf(file, 0));
  // Cut in the middle of the next one: what came of it does not count.
  expect(refusal(await piece(coursewareId, 1, pieceOf(file, 1).subarray(0, 9999)))).toEqual([400, 'bad_request']);
  expect(refusal(await piece(coursewareId, 2, pieceOf(file, 2)))).toEqual([409, 'courseware_offset']);
  const again = (await begin(file)).json<Courseware>();
  expect(again).toMatchObject({ coursewareId, receivedBytes: uploadPieceBytes, status: 'uploading' });
  expect((await begin(file, school.assistant)).json<Courseware>().coursewareId).not.toBe(coursewareId);
  const doubled = (await piece(coursewareId, 0, pieceOf(file, 0))).json<Courseware>();
  expect(doubled.receivedBytes).toBe(uploadPieceBytes);
  await piece(coursewareId, 1, pieceOf(file, 1));
  const done = (await piece(coursewareId, 2, pieceOf(file, 2))).json<Courseware>();
  expect(done).toMatchObject({ status: 'converting', receivedBytes: file.length });
  // Its answer was lost: sent once more it is answered again.
  expect((await piece(coursewareId, 2, pieceOf(file, 2))).json<Courseware>()).toEqual(done);
  const stored = Buffer.concat(await Promise.all([0, 1, 2].map((number) => world.deps.storage.read(coursewarePieceKey(coursewareId, number)))));
  expect(stored.equals(file)).toBe(true);
  expect(await world.events('courseware:uploaded')).toHaveLength(1);
});

test('the same piece twice at once counts once', async () => {
  const file = large(uploadPieceBytes + 10);
  const { coursewareId } = (await begin(file)).json<Courseware>();
  const both = await Promise.all([piece(coursewareId, 0, pieceOf(file, 0)), piece(coursewareId, 0, pieceOf(file, 0))]);
  expect(both.map((response) => response.json<Courseware>().receivedBytes)).toEqual([uploadPieceBytes, uploadPieceBytes]);
});

test('a program that calls itself a PDF is thrown away at its first piece', async () => {
  const exe = Buffer.concat([Buffer.from('MZ\u0090\0'), Buffer.from('%PDF-1.7'), Buffer.alloc(200)]);
  const { coursewareId } = (await begin(exe)).json<Courseware>();
  expect(refusal(await piece(coursewareId, 0, exe))).toEqual([415, 'courseware_type']);
  expect((await list()).courseware).toEqual([]);
  expect(await world.storedKeys()).toEqual([]);
  expect(refusal(await piece(coursewareId, 0, madePdf({ pages: ['x'] })))).toEqual([404, 'not_found']);
});

test('two gigabytes are refused before a byte is sent', async () => {
  const response = await world.call(`POST ${base()}`, school.teacher, { payload: { title: 'film.pdf', sizeBytes: 2 ** 31, mark: '0'.repeat(64) } });
  expect(refusal(response)).toEqual([413, 'courseware_too_large']);
  expect((await list()).courseware).toEqual([]);
});

test('a course holds so many files and no more', async () => {
  const at = world.clock.now();
  const row = { institutionId: school.institutionId, courseId: school.courseId, title: 'x', mark: 'm', uploadedBy: school.teacher.personId, sizeBytes: 1, receivedBytes: 1, kind: 'pdf' as const, status: 'ready' as const, pageCount: 1, createdAt: at, heardAt: at };
  await world.deps.orm.em.fork().insertMany(CoursewareRow, Array.from({ length: mostCourseware }, () => ({ ...row, id: newId() })));
  expect(refusal(await begin(madePdf({ pages: ['x'] })))).toEqual([409, 'courseware_full']);
});

test('learners and regulators do not keep courseware, another teacher does not go on with an upload, and a lesson of another course is refused', async () => {
  const file = madePdf({ pages: ['x'] });
  const { coursewareId } = (await begin(file)).json<Courseware>();
  for (const person of [school.learner, school.regulator]) {
    expect(refusal(await begin(file, person))).toEqual([403, 'forbidden']);
    expect(refusal(await world.call(`GET ${base()}`, person))).toEqual([403, 'forbidden']);
    expect(refusal(await piece(coursewareId, 0, file, person))).toEqual([403, 'forbidden']);
    expect(refusal(await world.call(`DELETE ${base()}/${coursewareId}`, person))).toEqual([403, 'forbidden']);
  }
  expect(refusal(await piece(coursewareId, 0, file, school.assistant))).toEqual([403, 'forbidden']);
  const other = await addSchool(world.deps.orm, world.clock.now(), 'Other');
  await world.deps.orm.em.fork().insert(Membership, { id: newId(), personId: school.teacher.personId, institutionId: other.institutionId, role: 'teacher', createdAt: world.clock.now() });
  const { lessonId } = await addLesson(world.deps.orm, { ...other, teacher: school.teacher }, world.clock.now());
  expect(refusal(await world.call(`PUT /api/lessons/${lessonId}/courseware/${coursewareId}/pieces/0`, school.teacher, { payload: file, headers: { 'content-type': 'application/octet-stream' } }))).toEqual([403, 'wrong_lesson']);
  expect(refusal(await world.call(`GET ${base()}`, other.teacher))).toEqual([404, 'not_found']);
  expect((await world.call(`GET ${base()}`, school.scheduler)).statusCode).toBe(200);
});

test('taken away: an upload with all that came of it; a finished file leaves the list and stays with the class that saw it', async () => {
  const file = large(uploadPieceBytes + 10);
  const { coursewareId } = (await begin(file)).json<Courseware>();
  await piece(coursewareId, 0, pieceOf(file, 0));
  expect(await world.storedKeys()).toHaveLength(1);
  expect((await world.call(`DELETE ${base()}/${coursewareId}`, school.teacher)).statusCode).toBe(200);
  expect([await world.storedKeys(), (await list()).courseware]).toEqual([[], []]);
  const { deps, clock } = world;
  const ready = await addCourseware(deps.orm, school, clock.now(), { storage: deps.storage });
  const sessionId = await addSession(deps.orm, school, clock.now());
  await deps.orm.em.fork().insert(CoursewareUse, { sessionId, coursewareId: ready, institutionId: school.institutionId, lessonId: school.lessonId, page: 1, furthest: 1, turn: 1, open: true, changedAt: clock.now() });
  for (let times = 0; times < 2; times++) expect((await world.call(`DELETE ${base()}/${ready}`, school.teacher)).statusCode).toBe(200);
  expect((await list()).courseware).toEqual([]);
  expect(await world.events('courseware:removed')).toHaveLength(1);
  expect((await world.call(`GET ${base()}/${ready}/pages/1/page`, school.learner)).statusCode).toBe(200);
});

test('learners see what was shown and load the page after it, nothing further; staff see all; nobody sees what is not there', async () => {
  const { deps, clock } = world;
  const coursewareId = await addCourseware(deps.orm, school, clock.now(), { pageCount: 4, storage: deps.storage });
  const page = (number: number, person: Known, size = 'page') => world.call(`GET ${base()}/${coursewareId}/pages/${number}/${size}`, person);
  expect(refusal(await page(1, school.learner))).toEqual([404, 'not_found']);
  const sessionId = await addSession(deps.orm, school, clock.now());
  await deps.orm.em.fork().insert(CoursewareUse, { sessionId, coursewareId, institutionId: school.institutionId, lessonId: school.lessonId, page: 1, furthest: 2, turn: 3, open: true, changedAt: clock.now() });
  for (const number of [1, 2, 3]) expect((await page(number, school.learner)).statusCode, `page ${number}`).toBe(200);
  expect(refusal(await page(4, school.learner))).toEqual([409, 'courseware_page']);
  expect((await page(4, school.teacher, 'thumb')).statusCode).toBe(200);
  expect(refusal(await page(5, school.teacher))).toEqual([409, 'courseware_page']);
  const shown = await page(2, school.learner);
  expect([shown.headers['content-type'], shown.headers['cache-control']]).toEqual(['image/webp', 'private, max-age=86400']);
  expect(shown.rawPayload.equals((await page(2, school.teacher)).rawPayload)).toBe(true);
  const foreign = await addSchool(deps.orm, clock.now(), 'Foreign');
  expect(refusal(await page(1, foreign.learner))).toEqual([404, 'not_found']);
  const converting = await addCourseware(deps.orm, school, clock.now(), { status: 'converting' });
  expect(refusal(await world.call(`GET ${base()}/${converting}/pages/1/page`, school.teacher))).toEqual([409, 'courseware_not_ready']);
});
