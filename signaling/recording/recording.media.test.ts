// What endangers a recording reaches staff and nobody else, and the layout stands in every timeline, on a real media node.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '#runtime/free-port.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { startSfu, type SfuProcess } from '../testing/sfu-process.ts';

const secret = 'a secret of the media tests';
let folder: string;
let port: number;
let internal: { SIGNALING_INTERNAL_PORT: number };
let sfu: SfuProcess;
let world: ClassroomWorld;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-media-'));
  port = await freePort();
  internal = { SIGNALING_INTERNAL_PORT: await freePort() };
  // More than any disk has: always low.
  sfu = await startSfu(folder, port, secret, { ...internal, DISK_LOW_MB: '1000000000' });
  world = await openClassroomWorld({ ...internal, SFU_SECRET: secret });
  await world.classrooms.mediaReady();
});
afterEach(async () => {
  await world?.close();
  await sfu.kill();
  await rm(folder, { recursive: true, force: true });
});

/** Layouts noted in each timeline, the timelines by the time they began. */
async function notedLayouts(): Promise<unknown[][]> {
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('timeline.jsonl'));
  const timelines = await Promise.all(names.map(async (name) => (await readFile(join(folder, name), 'utf8')).trimEnd().split('\n')
    .map((line) => JSON.parse(line) as { atMs: number; type: string; data: Record<string, unknown> })));
  return timelines.sort((one, other) => one[0]!.atMs - other[0]!.atMs)
    .map((lines) => lines.filter(({ type }) => type === 'recording:layout').map(({ data }) => data['layout']));
}

test('staff are told at the start, after a reconnect and when all is well; the layout is noted at the start, when chosen and after a restart of the node', async () => {
  const { school } = world;
  const teacher = asTeacher(await world.inside(school.teacher));
  const proctor = await world.inside(school.proctor);
  const student = await world.inside(school.learner);
  await teacher.starts();
  for (const staff of [teacher.driver, proctor]) expect(await staff.next('recording:health')).toEqual({ troubles: ['disk_low'] });
  expect((await teacher.enters(school.lessonId)).recordingTroubles).toEqual(['disk_low']);
  expect((await student.enter(school.lessonId)).recordingTroubles).toEqual([]);
  expect(student.heard('recording:health')).toEqual([]);
  await teacher.driver.ask('recording:setLayout', { layout: 'sideBySide' });
  await expect.poll(notedLayouts).toEqual([['inset', 'sideBySide']]);

  await sfu.kill();
  await world.classrooms.mediaLost();
  sfu = await startSfu(folder, port, secret, internal);
  expect(await teacher.driver.next('recording:health')).toEqual({ troubles: [] });
  await student.next('media:reset');
  expect((await proctor.enter(school.lessonId)).recordingTroubles).toEqual([]);
  await expect.poll(notedLayouts).toEqual([['inset', 'sideBySide'], ['sideBySide']]);
  expect(student.heard('recording:health')).toEqual([]);
});
