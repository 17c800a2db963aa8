// A teacher's phone as document camera in the film: from its capture to the published file, large or small as the teacher chose, in time, with a clock of its own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Replay } from '#db/entities/recording.ts';
import { DeriveWorld, ffmpegBin as ffmpeg, type MadeRecording } from '../testing/derive-world.ts';
import { coloursOf, type Area } from '../testing/measure-media.ts';
import { deriveAll } from './derive-all.ts';

const endMs = 22_000;
/** Orange, dark for the first 120 ms of every second; VP8, as a phone sends it. */
const orange = (seconds: number, size: string): string[] => [
  '-f', 'lavfi', '-i', `color=c=0xe07818:s=${size}:r=25:d=${seconds},drawbox=c=black:t=fill:enable='lt(mod(t,1),0.12)'`,
  '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '600k', '-g', '50',
];
type Seen = [number, number, number][];
const areas = {
  /** Left of everything small. */
  large: { x: 300, y: 300, width: 200, height: 100 },
  /** The only small picture, or the lower one of two. */
  corner: { x: 1050, y: 600, width: 150, height: 60 },
  /** The second small picture. */
  above: { x: 1080, y: 440, width: 120, height: 60 },
  /** In the corner: the middle, which an upright picture fills from top to bottom, and beside it. */
  upright: { x: 1070, y: 530, width: 60, height: 170 }, side: { x: 960, y: 560, width: 60, height: 100 },
} as const satisfies Record<string, Area>;

let world: DeriveWorld;
let made: MadeRecording;
let replay: Replay;
let seen: Record<keyof typeof areas, Seen>;
beforeAll(async () => {
  world = await DeriveWorld.create(100);
  made = await world.addRecording(endMs, [[0, endMs]]);
  await world.capture(made);
  // Its owner's, as the sfu writes it (sfu/companion.media.test.ts), from a device whose clock is three minutes ahead.
  await world.captureToo(made, { cname: 'phone', clockSkewMs: 180_000 }, { producerId: 'phone', source: 'documentCamera', startMs: 5000, closeMs: 15_000, encode: orange(10, '640x360') });
  await world.captureToo(made, { cname: 'phone', clockSkewMs: 180_000 }, { producerId: 'upright', source: 'documentCamera', startMs: 18_000, closeMs: 20_000, encode: orange(2, '360x640') });
  await world.timeline(made, endMs, true, [{ atMs: 0, layout: 'inset' }, { atMs: 12_000, layout: 'cameraLarge' }]);
  await deriveAll(world.deps, made);
  replay = (await world.replays(made.recordingId))[0]!;
  const look = (area: Area): Promise<Seen> => coloursOf(ffmpeg, world.pathOf(replay.id, 'unit.mp4'), area);
  seen = { large: await look(areas.large), corner: await look(areas.corner), above: await look(areas.above), upright: await look(areas.upright), side: await look(areas.side) };
});
afterAll(() => world?.close());

const isOrange = ([red, green, blue]: readonly number[]): boolean => red! > 180 && green! > 80 && green! < 170 && blue! < 80;
const isSlide = ([red, green, blue]: readonly number[]): boolean => blue! > 120 && red! < 60 && green! < 100;
const isCamera = ([red, green, blue]: readonly number[]): boolean => Math.abs(red! - blue!) < 12 && Math.abs(red! - green!) < 12 && red! > 30 && red! < 90;
/** Between two flashes. */
const at = (area: keyof typeof areas, ms: number) => seen[area][ms / 40]!;

describe('a document camera in the film', () => {
  it('is large from its beginning to its end, with the camera in the corner', () => {
    expect(isCamera(at('large', 4520))).toBe(true);
    expect(isOrange(at('large', 6520))).toBe(true);
    expect(isCamera(at('corner', 6520))).toBe(true);
    expect(isOrange(at('large', 15_520))).toBe(false);
  });

  it('goes before a screen that is shared as well, which stands small', () => {
    expect(isOrange(at('large', 10_520))).toBe(true);
    expect(isCamera(at('corner', 10_520))).toBe(true);
    expect(isSlide(at('above', 10_520))).toBe(true);
    // When it ends, the screen is large; the teacher had chosen the camera by then.
    expect(isSlide(at('corner', 15_520))).toBe(true);
  });

  it('stands small in the corner where the teacher chose their camera large', () => {
    expect(isCamera(at('large', 13_520))).toBe(true);
    expect(isOrange(at('corner', 13_520))).toBe(true);
    expect(isSlide(at('above', 13_520))).toBe(true);
  });

  // A picture of the film is 40 ms, and a capture's arrivals stray by 20 ms: 80 ms is the acceptance figure.
  it('is shown in time although its device’s clock is minutes off', () => {
    const dark = seen.large.map((one) => Math.max(...one) < 60);
    const flashes = dark.flatMap((now, index) => (now && index > 0 && !dark[index - 1] ? [index * 40] : [])).filter((ms) => ms > 5500 && ms < 12_000);
    expect(flashes).toHaveLength(6);
    for (const ms of flashes) expect(Math.abs(ms - 30 - Math.round((ms - 30) / 1000) * 1000)).toBeLessThanOrEqual(80);
  });

  it('held upright it stands upright, whole, with the picture behind it at its sides', () => {
    expect(isCamera(at('large', 19_520))).toBe(true);
    expect(isOrange(at('upright', 19_520))).toBe(true);
    expect(isCamera(at('side', 19_520))).toBe(true);
    expect(isSlide(at('upright', 16_520))).toBe(true);
  });

  it('is counted as any other source, and the file is published', () => {
    expect(replay).toMatchObject({ width: 1280, height: 720 });
    expect(replay.gaps.filter(({ reason }) => reason === 'codec_unsupported' || reason === 'picture_lost')).toEqual([]);
    expect(replay.sync!['streamsWithoutReports']).toBe(0);
  });
});
