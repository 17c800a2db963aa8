// Breakout groups beside their class: each recorded room becomes a film of its own, and nothing of one is in another.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Event } from '#db/entities/event.ts';
import type { Replay } from '#db/entities/recording.ts';
import { DeriveWorld, ffmpegBin as ffmpeg, at, type MadeRecording } from '../testing/derive-world.ts';
import { coloursOf } from '../testing/measure-media.ts';
import { deriveAll } from './derive-all.ts';

const endMs = 22_000;
const [fromMs, toMs] = [4000, 14_000];
const coloured = (colour: string, seconds: number): string[] => [
  '-f', 'lavfi', '-i', `color=c=${colour}:s=320x180:r=25:d=${seconds}`, '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '300k', '-g', '50',
];
type Seen = [number, number, number];
const isOrange = ([red, green, blue]: Seen): boolean => red > 180 && green > 80 && green < 170 && blue < 80;
const isGreen = ([red, green, blue]: Seen): boolean => green > 130 && red < 90 && blue < 110;
const [left, right] = [{ x: 200, y: 320, width: 200, height: 80 }, { x: 900, y: 320, width: 200, height: 80 }];

let world: DeriveWorld;
let made: MadeRecording;
let talked: MadeRecording;
let silent: MadeRecording;
const filmOf = async ({ recordingId }: MadeRecording): Promise<Replay> => {
  const [replay, ...others] = await world.replays(recordingId);
  expect(others).toEqual([]);
  return replay!;
};
const seenOf = async ({ id }: Replay, area: typeof left): Promise<Seen[]> => coloursOf(ffmpeg, world.pathOf(id, 'unit.mp4'), area);

beforeAll(async () => {
  world = await DeriveWorld.create(100);
  made = await world.addRecording(endMs, [[0, endMs]]);
  [talked, silent] = await world.addGroups(made, [fromMs, toMs], 2) as [MadeRecording, MadeRecording];
  await world.capture(made);
  // Opened before the division is over and sealed a moment behind it, as rooms of groups are.
  for (const [producerId, colour] of [['first', '0xe07818'], ['second', '0x18b030']] as const) {
    await world.captureToo(talked, { peerId: producerId, cname: producerId }, { producerId, source: 'camera', startMs: 5000, closeMs: 16_000, encode: coloured(colour, 11) });
  }
  await world.timeline(made, endMs, true);
  await world.timeline(talked, 16_000, true);
  for (const one of [talked, made, silent]) await deriveAll(world.deps, one);
});
afterAll(() => world?.close());

describe('a class with recorded groups', () => {
  it('has a film in which nobody of a group is seen', async () => {
    const film = await filmOf(made);
    expect([film.status, film.unitId, film.groupId, film.durationMs, film.coursewareInFilm]).toEqual(['ready', made.unitIds[0], null, endMs, true]);
    for (const area of [left, right]) for (const seen of await seenOf(film, area)) expect(isOrange(seen) || isGreen(seen)).toBe(false);
    expect((await world.chunks(made.recordingId)).flatMap(({ facts }) => (facts as { inputs: { producerId: string }[] }).inputs.map(({ producerId }) => producerId))).not.toContain('first');
  });

  it('has a film of each group from the beginning to the end of the division, with all of the group side by side', async () => {
    const film = await filmOf(talked);
    expect(film).toMatchObject({ status: 'ready', unitId: null, groupId: talked.roomId, part: 1, parts: 1, startsAt: at(fromMs), durationMs: toMs - fromMs, holdReasons: [], coursewareInFilm: false });
    const [seenLeft, seenRight] = [await seenOf(film, left), await seenOf(film, right)];
    // Both came after a second; whoever sends alone fills the picture.
    expect([isOrange(seenLeft[10]!), isGreen(seenRight[10]!)]).toEqual([false, false]);
    expect([isOrange(seenLeft[150]!), isGreen(seenRight[150]!)]).toEqual([true, true]);
    expect([isOrange(seenLeft[245]!), isGreen(seenRight[245]!)]).toEqual([true, true]);
    expect(await world.recording(talked.recordingId)).toMatchObject({ status: 'ready', progress: 1 });
  });

  it('says of a group in which nobody sent anything that nothing was captured, and is whole all the same', async () => {
    expect(await filmOf(silent)).toMatchObject({ status: 'failed', failReason: 'nothing_captured', groupId: silent.roomId });
    expect(await world.recording(silent.recordingId)).toMatchObject({ status: 'failed', failReason: 'nothing_captured' });
    expect(await world.recording(made.recordingId)).toMatchObject({ status: 'ready' });
  });

  it('tells in the lesson’s events which film is of which group', async () => {
    const events = await world.db.orm.em.fork().find(Event, { stream: `lesson:${made.lessonId}`, type: { $in: ['replay:made', 'replay:failed'] } }, { orderBy: { id: 'asc' } });
    expect(events.map(({ payload }) => [payload['groupId'] ?? null, payload['unitId'] ?? null])).toEqual([[talked.roomId, null], [null, made.unitIds[0]], [silent.roomId, null]]);
  });
});
