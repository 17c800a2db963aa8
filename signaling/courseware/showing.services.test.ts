// Courseware on the stage over real sockets: turned, closed, joined late, drawn on, pointed at; and what is refused.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { mostPageStrokes } from '#domain/stroke.ts';
import { Courseware, CoursewareStroke } from '#db/entities/courseware.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { Course } from '#db/entities/people.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addCourseware } from '../testing/courseware.ts';
import { addLesson, addSchool } from '../testing/school.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
let student: ReturnType<typeof asStudent>;
let coursewareId: string;
beforeEach(async () => {
  world = await openClassroomWorld();
  coursewareId = await addCourseware(world.deps.orm, world.school, world.clock.now(), { pageCount: 5 });
  teacher = asTeacher(await world.inside(world.school.teacher));
  student = asStudent(await world.inside(world.school.learner));
});
afterEach(() => world.close());
const show = (page?: number) => teacher.driver.ask('courseware:show', { coursewareId, ...(page && { page }) });
const stroke = (change: object = {}) => ({ strokeId: newId(), colour: 'red' as const, width: 60 as const, points: [100, 100, 500, 105, 900, 100], ...change });

test('a turn is told to all, kept as a row and as a fact; the same page again is nothing new', async () => {
  await teacher.starts();
  const opened = await show();
  expect(opened).toEqual({ turn: 1, shown: { coursewareId, title: '焊接安全.pdf', page: 1, pageCount: 5, furthest: 1, strokes: [] } });
  expect(await student.driver.next('courseware:shown')).toEqual(opened);
  await show(3);
  const back = await show(2);
  expect(back.shown).toMatchObject({ page: 2, furthest: 3 });
  expect(await student.driver.next('courseware:shown', ({ turn }) => turn === 3)).toEqual(back);
  expect(await show(2)).toEqual(back);
  const facts = await world.events('courseware:turned');
  expect(facts.map(({ payload }) => [payload['page'], payload['turn']])).toEqual([[1, 1], [3, 2], [2, 3]]);
  const closed = await teacher.driver.ask('courseware:close', {});
  expect(closed).toEqual({ turn: 4, shown: null });
  expect(await student.driver.next('courseware:shown', ({ turn }) => turn === 4)).toEqual(closed);
  expect(await teacher.driver.ask('courseware:close', {})).toEqual(closed);
  expect(await world.events('courseware:closed')).toHaveLength(1);
  // Opened again it is where it was left.
  expect((await show()).shown).toMatchObject({ page: 2, furthest: 3 });
});

test('another file takes the place of the first, and each remembers its page', async () => {
  const other = await addCourseware(world.deps.orm, world.school, world.clock.now(), { pageCount: 2 });
  await teacher.starts();
  await show(4);
  expect((await teacher.driver.ask('courseware:show', { coursewareId: other })).shown).toMatchObject({ coursewareId: other, page: 1 });
  expect((await world.rows('select 1 from courseware_use where open'))).toHaveLength(1);
  expect((await show()).shown).toMatchObject({ coursewareId, page: 4 });
});

test('who comes late lands on the page, with what is drawn on it', async () => {
  await teacher.starts();
  await show(3);
  const { stroke: drawn } = await teacher.driver.ask('courseware:draw', { coursewareId, page: 3, stroke: stroke() });
  const late = asStudent(await world.person(world.school.other));
  const { courseware } = await late.enters(world.school.lessonId);
  expect(courseware).toEqual({ turn: 1, shown: expect.objectContaining({ page: 3, strokes: [drawn] }) as unknown });
});

test('two leaders who turn at once: one after the other, and all end on the same page', async () => {
  const assistant = await world.inside(world.school.assistant);
  await teacher.starts();
  await show();
  await Promise.all([show(2), assistant.ask('courseware:show', { coursewareId, page: 4 }), show(5), assistant.ask('courseware:show', { coursewareId, page: 3 })]);
  const last = await student.driver.next('courseware:shown', ({ turn }) => turn === 5);
  expect((await world.rows<{ page: number }>('select page from courseware_use where open'))[0]?.page).toBe(last.shown?.page);
  expect((await world.events('courseware:turned')).map(({ payload }) => payload['turn']).sort()).toEqual([1, 2, 3, 4, 5]);
});

test('not before the lesson, not by learners or proctors, not a page or file that is not there, not of another course', async () => {
  expect(await teacher.driver.refusal('courseware:show', { coursewareId })).toBe('lesson_not_live');
  await teacher.starts();
  const proctor = await world.inside(world.school.proctor);
  for (const driver of [student.driver, proctor]) {
    expect(await driver.refusal('courseware:show', { coursewareId })).toBe('forbidden');
    expect(await driver.refusal('courseware:close', {})).toBe('forbidden');
    expect(await driver.refusal('courseware:draw', { coursewareId, page: 1, stroke: stroke() })).toBe('forbidden');
    expect(await driver.refusal('courseware:erase', { coursewareId, page: 1, all: true })).toBe('forbidden');
    expect(await driver.refusal('courseware:point', { coursewareId, page: 1, points: [] })).toBe('forbidden');
  }
  expect(await teacher.driver.refusal('courseware:show', { coursewareId: newId() })).toBe('not_found');
  expect(await teacher.driver.refusal('courseware:show', { coursewareId, page: 6 })).toBe('courseware_page');
  expect(await teacher.driver.refusal('courseware:show', { coursewareId, page: 0 })).toBe('bad_request');
  const { deps, clock } = world;
  const refused = await addCourseware(deps.orm, world.school, clock.now(), { status: 'refused' });
  expect(await teacher.driver.refusal('courseware:show', { coursewareId: refused })).toBe('courseware_not_ready');
  const foreign = await addSchool(deps.orm, clock.now(), 'Foreign');
  expect(await teacher.driver.refusal('courseware:show', { coursewareId: await addCourseware(deps.orm, foreign, clock.now()) })).toBe('not_found');
  const courseId = newId();
  await deps.orm.em.fork().insert(Course, { id: courseId, institutionId: world.school.institutionId, title: 'another course', createdAt: clock.now() });
  expect(await teacher.driver.refusal('courseware:show', { coursewareId: await addCourseware(deps.orm, { ...world.school, courseId }, clock.now()) })).toBe('wrong_lesson');
  await deps.orm.em.fork().nativeUpdate(Courseware, { id: coursewareId }, { removedAt: clock.now() });
  expect(await teacher.driver.refusal('courseware:show', { coursewareId })).toBe('not_found');
  expect(await world.rows('select 1 from courseware_use')).toEqual([]);
});

test('lines are made small, drawn once, taken back one by one or all at once, and told to all', async () => {
  await teacher.starts();
  await show();
  const straight = stroke({ points: Array.from({ length: 200 }, (_, index) => [index * 10, 300]).flat() });
  const { stroke: drawn } = await teacher.driver.ask('courseware:draw', { coursewareId, page: 1, stroke: straight });
  expect(drawn.points).toEqual([0, 300, 1990, 300]);
  expect((await student.driver.next('courseware:drawn')).stroke).toEqual(drawn);
  expect((await teacher.driver.ask('courseware:draw', { coursewareId, page: 1, stroke: straight })).stroke).toEqual(drawn);
  const second = stroke();
  world.clock.pass(1000);
  await teacher.driver.ask('courseware:draw', { coursewareId, page: 1, stroke: second });
  expect(await world.rows('select 1 from courseware_stroke')).toHaveLength(2);
  const undo = await teacher.driver.ask('courseware:erase', { coursewareId, page: 1, all: false });
  expect(undo.strokeIds).toEqual([second.strokeId]);
  expect((await student.driver.next('courseware:erased')).strokeIds).toEqual([second.strokeId]);
  await show(2);
  expect((await show(1)).shown?.strokes).toEqual([drawn]);
  expect((await teacher.driver.ask('courseware:erase', { coursewareId, page: 1, all: true })).strokeIds).toEqual([drawn.strokeId]);
  expect((await teacher.driver.ask('courseware:erase', { coursewareId, page: 1, all: true })).strokeIds).toEqual([]);
  // What was wiped is still known, with its time: a replay shows it while it stood.
  expect(await world.rows('select 1 from courseware_stroke where erased_at is not null')).toHaveLength(2);
});

test('learners look back at lines of pages that were shown, and at no others', async () => {
  await teacher.starts();
  await show(2);
  const { stroke: drawn } = await teacher.driver.ask('courseware:draw', { coursewareId, page: 2, stroke: stroke() });
  await show(3);
  expect((await student.driver.ask('courseware:strokes', { coursewareId, page: 2 })).strokes).toEqual([drawn]);
  expect(await student.driver.refusal('courseware:strokes', { coursewareId, page: 4 })).toBe('courseware_page');
  expect((await teacher.driver.ask('courseware:strokes', { coursewareId, page: 4 })).strokes).toEqual([]);
});

test('lines that are none, or not on the stage, or too many for a page, are refused', async () => {
  await teacher.starts();
  const draw = (change: object, page = 1) => teacher.driver.refusal('courseware:draw', { coursewareId, page, stroke: stroke(change) });
  expect(await draw({})).toBe('courseware_page');
  await show(2);
  expect(await draw({ points: [1, 2, 3] })).toBe('stroke_invalid');
  for (const change of [{ points: [1] }, { points: [1, 10_001] }, { points: [-1, 2] }, { points: [1.5, 2] }, { points: Array(802).fill(1) }, { width: 61 }, { colour: 'url(x)' }, { strokeId: 'x' }]) {
    expect(await draw(change, 2), JSON.stringify(change).slice(0, 60)).toBe('bad_request');
  }
  expect(await draw({}, 3)).toBe('courseware_page');
  const first = stroke();
  await teacher.driver.ask('courseware:draw', { coursewareId, page: 2, stroke: first });
  expect(await draw({ strokeId: first.strokeId }, 1)).toBe('stroke_invalid');
  const { deps, school } = world;
  const [{ session_id: sessionId }] = await world.rows<{ session_id: string }>('select session_id from courseware_use') as [{ session_id: string }];
  const row = { sessionId, coursewareId, institutionId: school.institutionId, page: 2, drawnBy: school.teacher.personId, colour: 'red' as const, width: 60, points: [1, 1], pointCount: 1, drawnAt: world.clock.now() };
  await deps.orm.em.fork().insertMany(CoursewareStroke, Array.from({ length: mostPageStrokes - 1 }, () => ({ ...row, id: newId() })));
  expect(await draw({}, 2)).toBe('page_full');
  await teacher.driver.ask('courseware:erase', { coursewareId, page: 2, all: true });
  await teacher.driver.ask('courseware:draw', { coursewareId, page: 2, stroke: stroke() });
});

test('the pointer is passed on to others; where it was last is kept for the film', async () => {
  await teacher.starts();
  await show();
  const word = { coursewareId, page: 1, points: [10, 20, 30, 40] };
  await teacher.driver.ask('courseware:point', word);
  expect(await student.driver.next('courseware:pointed')).toEqual(word);
  await teacher.driver.ask('courseware:point', { ...word, points: [] });
  expect((await student.driver.next('courseware:pointed', ({ points }) => points.length === 0)).points).toEqual([]);
  expect(teacher.driver.heard('courseware:pointed')).toEqual([]);
  expect(await world.rows('select 1 from courseware_stroke')).toEqual([]);
  const kept = () => world.rows('select page, x, y from courseware_pointer order by at, x nulls last');
  await expect.poll(kept).toEqual([{ page: 1, x: 30, y: 40 }, { page: 1, x: null, y: null }]);
  // Half a place is none, and no word of a file that is not on the stage is part of a film.
  const other = await addCourseware(world.deps.orm, world.school, world.clock.now());
  for (const change of [{ coursewareId: other, points: [5, 50] }, { points: [7] }, { points: [8, 50] }]) {
    world.clock.pass(1000);
    // One word in 60 ms is passed on.
    await new Promise((resolve) => { setTimeout(resolve, 70); });
    await teacher.driver.ask('courseware:point', { ...word, ...change });
  }
  await expect.poll(kept).toEqual([{ page: 1, x: 30, y: 40 }, { page: 1, x: null, y: null }, { page: 1, x: null, y: null }, { page: 1, x: 8, y: 50 }]);
});

test('where a lesson is not recorded, nothing of the pointer is kept', async () => {
  await world.deps.orm.em.fork().nativeUpdate(Lesson, { id: world.school.lessonId }, { recorded: false });
  await teacher.starts();
  await show();
  await teacher.driver.ask('courseware:point', { coursewareId, page: 1, points: [10, 20] });
  await student.driver.next('courseware:pointed');
  await world.deps.orm.em.fork().nativeUpdate(Lesson, { id: world.school.lessonId }, { recorded: true });
  await teacher.driver.ask('courseware:point', { coursewareId, page: 1, points: [] });
  await expect.poll(() => world.rows('select x from courseware_pointer')).toEqual([{ x: null }]);
});

test('the next session of the course begins with a clear stage', async () => {
  await teacher.starts();
  await show(3);
  await teacher.driver.ask('lesson:end', {});
  const { lessonId } = await addLesson(world.deps.orm, world.school, world.clock.now());
  const again = asTeacher(await world.person(world.school.teacher));
  expect((await again.enters(lessonId)).courseware).toEqual({ turn: 0, shown: null });
  await again.starts();
  expect((await again.driver.ask('courseware:show', { coursewareId })).shown).toMatchObject({ page: 1, furthest: 1, strokes: [] });
});
