// Courseware in a film: pages and lines in the film's own time, of its session only, for whoever may see the film.
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ReplayCourseware } from '#contracts/courseware.ts';
import { Replay } from '#db/entities/recording.ts';
import { addReplay } from '#db/testing/replay.ts';
import { newId } from '#domain/id.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addCourseware } from '../testing/courseware.ts';
import { addSchool } from '../testing/school.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());
/** Begun with the lesson. */
const recordingOf = async (): Promise<string> => (await world.rows<{ id: string }>('select id from recording'))[0]!.id;
const line = (strokeId: string) => ({ strokeId, colour: 'blue' as const, width: 30 as const, points: [0, 0, 900, 0] });

test('pages and lines of a real lesson stand at their moments; what lies outside of the file is cut', async () => {
  const { deps, school, clock } = world;
  const coursewareId = await addCourseware(deps.orm, school, clock.now(), { pageCount: 4 });
  const teacher = asTeacher(await world.inside(school.teacher));
  await teacher.starts();
  const begun = clock.now();
  const show = (page: number) => teacher.driver.ask('courseware:show', { coursewareId, page });
  await show(1);
  clock.pass(10_000);
  await show(2);
  clock.pass(5_000);
  const [first, second] = [newId(), newId()];
  await teacher.driver.ask('courseware:draw', { coursewareId, page: 2, stroke: line(first) });
  clock.pass(2_000);
  await teacher.driver.ask('courseware:draw', { coursewareId, page: 2, stroke: line(second) });
  clock.pass(3_000);
  await teacher.driver.ask('courseware:erase', { coursewareId, page: 2, all: false });
  clock.pass(4_000);
  await teacher.driver.ask('courseware:close', {});
  clock.pass(6_000);
  await show(3);
  const { institutionId, lessonId } = school;
  const recordingId = await recordingOf();
  const of = { institutionId, lessonId, recordingId, unitId: school.unitIds[0]!, startsAt: new Date(begun.getTime() + 4_000), durationMs: 40_000 };
  const replayId = await addReplay(deps.orm, of);
  const read = async (person = school.learner) => (await world.call(`GET /api/replays/${replayId}/courseware`, person)).json<ReplayCourseware>();
  const seen = await read();
  expect(seen.scenes.map(({ fromMs, toMs, page, title, pageCount }) => [fromMs, toMs, page, title, pageCount])).toEqual([
    [0, 6_000, 1, '焊接安全.pdf', 4], [6_000, 20_000, 2, '焊接安全.pdf', 4], [26_000, 40_000, 3, '焊接安全.pdf', 4],
  ]);
  expect(seen.lines.map(({ stroke, page, fromMs, toMs }) => [stroke.strokeId, page, fromMs, toMs])).toEqual([[first, 2, 11_000, 40_000], [second, 2, 13_000, 16_000]]);
  expect(await read(school.teacher)).toEqual(seen);
  // A file whose own picture has the pages says so.
  expect(seen.inFilm).toBe(false);
  await deps.orm.em.fork().nativeUpdate(Replay, { id: replayId }, { coursewareInFilm: true });
  expect(await read()).toEqual({ ...seen, inFilm: true });
  await deps.orm.em.fork().nativeUpdate(Replay, { id: replayId }, { coursewareInFilm: false });
  const foreign = await addSchool(deps.orm, clock.now(), 'Foreign');
  expect((await world.call(`GET /api/replays/${replayId}/courseware`, foreign.learner)).statusCode).toBe(404);
  await deps.orm.em.fork().nativeUpdate(Replay, { id: replayId }, { status: 'held' });
  expect((await world.call(`GET /api/replays/${replayId}/courseware`, school.learner)).json<{ error: { code: string } }>().error.code).toBe('replay_not_ready');
  expect(await read(school.teacher)).toEqual(seen);
});

test('a film without courseware has none', async () => {
  const { deps, school, clock } = world;
  await asTeacher(await world.inside(school.teacher)).starts();
  const { institutionId, lessonId } = school;
  const recordingId = await recordingOf();
  const replayId = await addReplay(deps.orm, { institutionId, lessonId, recordingId, unitId: school.unitIds[0]!, startsAt: clock.now(), durationMs: 1000 });
  expect((await world.call(`GET /api/replays/${replayId}/courseware`, school.learner)).json()).toEqual({ inFilm: false, scenes: [], lines: [] });
});
