// Recorded groups as rows and words: whose choice it is, who is told, when a recording is the worker's, and who may see what became of it.
import { afterEach, expect, test } from 'vitest';
import type { LessonReplay } from '#contracts/replay.ts';
import { addReplay } from '#db/testing/replay.ts';
import { dividesInTwo, openClass, type DividedClass } from '../testing/breakout-class.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import type { Known } from '../testing/http-world.ts';

let world: ClassroomWorld;
let four: DividedClass;
async function open(...config: Parameters<typeof openClassroomWorld>): Promise<void> {
  world = await openClassroomWorld(...config);
  four = await openClass(world);
}
afterEach(() => world?.close());

const recordings = () => world.rows<{ id: string; group_id: string | null; status: string }>('select id, group_id, status from recording order by group_id nulls first');
const told = () => world.rows<{ recorded: boolean }>(`select (payload->>'recorded')::boolean as recorded from event where type = 'breakout:started'`);
const snapshots = async () => Promise.all([four.teacher, four.learners[0]!.driver].map((driver) => driver.ask('lesson:snapshot', {})));

test('where it is asked the teacher’s word holds: every group has a recording, everybody is told, and it ends with the groups', async () => {
  await open();
  const [before] = await snapshots();
  expect(before!.groupRecording).toBe('ask');
  const [first, second] = await dividesInTwo(four, { recorded: true });
  for (const { breakout } of await snapshots()) expect(breakout?.recorded).toBe(true);
  expect((await recordings()).map(({ group_id, status }) => [group_id, status])).toEqual([[null, 'recording'], ...[first, second].sort().map((id) => [id, 'recording'])]);
  expect(await told()).toEqual([{ recorded: true }]);
  await four.teacher.ask('breakout:end', {});
  expect((await recordings()).map(({ status }) => status)).toEqual(['recording', 'processing', 'processing']);
  // Another division is another choice.
  await dividesInTwo(four);
  expect((await snapshots())[1]!.breakout?.recorded).toBe(false);
  expect(await recordings()).toHaveLength(3);
});

test('a lesson that ends takes its groups along: their recordings are the worker’s with the class’s', async () => {
  await open();
  await dividesInTwo(four, { recorded: true });
  await four.teacher.ask('lesson:end', {});
  await world.classrooms.tick();
  expect((await recordings()).map(({ status }) => status)).toEqual(['processing', 'processing', 'processing']);
});

test.each([['never', true, false], ['always', false, true]] as const)('set to %s, the platform’s word holds', async (setting, wished, recorded) => {
  await open({ GROUP_RECORDING: setting });
  expect((await snapshots())[0]!.groupRecording).toBe(setting);
  await dividesInTwo(four, { recorded: wished });
  expect((await snapshots())[1]!.breakout?.recorded).toBe(recorded);
  expect(await recordings()).toHaveLength(recorded ? 3 : 1);
});

test('groups of a class that is not recorded are not either', async () => {
  world = await openClassroomWorld({ GROUP_RECORDING: 'always' });
  await world.rows('update lesson set recorded = false');
  four = await openClass(world);
  expect((await snapshots())[0]!.groupRecording).toBe('never');
  await dividesInTwo(four, { recorded: true });
  expect((await snapshots())[1]!.breakout?.recorded).toBe(false);
  expect([await recordings(), await told()]).toEqual([[], [{ recorded: false }]]);
});

test('films of groups are for staff, the institution and whoever looks on; a learner finds none, not by its id and not among the minutes', async () => {
  await open();
  const { school, deps, clock } = world;
  const [groupId] = await dividesInTwo(four, { recorded: true });
  await four.teacher.ask('breakout:visit', { groupId });
  clock.pass(5 * 60_000);
  await four.teacher.ask('lesson:end', {});
  await world.classrooms.tick();
  const { id: recordingId } = (await recordings()).find((row) => row.group_id === groupId)!;
  const replayId = await addReplay(deps.orm, { institutionId: school.institutionId, lessonId: school.lessonId, recordingId, unitId: null, startsAt: clock.now(), durationMs: 300_000 }, { groupId });
  const groupsSeen = async (person: Known) => (await world.call(`GET /api/lessons/${school.lessonId}/replay`, person)).json<LessonReplay>().parts.filter(({ group }) => group);
  for (const person of [school.teacher, school.assistant, school.scheduler, school.regulator]) {
    const parts = await groupsSeen(person);
    expect(parts.map(({ ordinal, unitId, status, replayId: id }) => [ordinal, unitId, status, id])).toEqual([[1, null, 'ready', replayId], [2, null, 'processing', null]]);
    // Visitors stand behind those who belong there.
    expect(parts[0]!.group!.people.at(-1)).toBe('School teacher');
    expect(parts[0]!.group!.people).toHaveLength(3);
    expect((await world.call(`POST /api/replays/${replayId}/viewings`, person)).statusCode).toBe(200);
  }
  const member = four.learners[0]!.known;
  expect(await groupsSeen(member)).toEqual([]);
  for (const path of ['POST', 'GET'].map((method) => (method === 'POST' ? `POST /api/replays/${replayId}/viewings` : `GET /api/replays/${replayId}/questions`))) {
    const answer = await world.call(path, member);
    expect([path, answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([path, 404, 'not_found']);
  }
  const report = await world.call(`GET /api/lessons/${school.lessonId}/report`, school.teacher);
  expect(report.statusCode).toBe(200);
  expect((await world.call(`POST /api/replays/${replayId}/questions`, school.teacher, { body: { versionId: replayId, atMs: 0, seconds: 30 } })).json<{ error: { code: string } }>().error.code).toBe('forbidden');
});
