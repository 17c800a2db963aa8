// A dozen light receivers get a made teacher's picture and sound from a real sfu, whole, in the top layer, and are counted by what the sfu says it sent.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOurs } from '../sfu-ours.ts';
import { teachIn, viewIn, type SfuWorld } from '../sfu-world.ts';
import { smallLayers } from './clip.ts';
import { Generator, type Counted } from './generator.ts';

const viewers = 12;
let folder: string;
let world: SfuWorld;
let teacher: Generator;
let audience: Generator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'receivers-'));
  [teacher, audience] = await Promise.all([Generator.start(), Generator.start()]);
  world = await startOurs(folder, process.env['MEDIASOUP_WORKER_BIN'], { tested: null, others: null });
  await teachIn(world, teacher, { layers: smallLayers, ffmpeg: process.env['FFMPEG_BIN'] ?? 'ffmpeg', folder, seconds: 3 });
});
afterAll(async () => {
  teacher.close();
  audience.close();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const counts = async (): Promise<Counted[]> => (await audience.ask('counts', {})).counts;
async function until(holds: (all: Counted[]) => boolean): Promise<Counted[]> {
  for (;;) {
    const all = await counts();
    if (holds(all)) return all;
    await pause(100);
  }
}

test('a dozen receivers connect, climb to the top layer and miss nothing', async () => {
  await Promise.all(Array.from({ length: viewers }, (_, index) => viewIn(world, audience, `viewer-${index}`)));
  // The bandwidth estimation lives on their feedback: without it the layer above would never come.
  let before = await until((all) => all.length === viewers && all.every(({ firstVideoMs }) => firstVideoMs !== null));
  for (let climbed = false; !climbed;) {
    await pause(1000);
    const now = await counts();
    climbed = now.every(({ videoBytes }, index) => (videoBytes - before[index]!.videoBytes) * 8 > 90_000);
    before = now;
  }
  for (const { packets, expected, ended } of await counts()) {
    expect(ended).toBe(false);
    expect(expected - packets).toBe(0);
  }
});

test('a receiver that is forgotten gets nothing any more, the others do', async () => {
  await audience.ask('forget', { keys: ['viewer-0'] });
  const before = await counts();
  expect(before.map(({ key }) => key)).not.toContain('viewer-0');
  await until((all) => all.every(({ key, packets }) => packets > before.find((one) => one.key === key)!.packets));
});

test('a transport that nobody answers for is given up', async () => {
  const { transport } = await world.openViewer(audience.dtlsParameters);
  const wrong = { ...transport, iceParameters: { ...transport.iceParameters, password: 'not the password of this transport' } };
  await expect(audience.ask('receive', { key: 'stranger', transport: wrong, patienceMs: 1000 })).rejects.toThrow('no media connection within 1 s');
});
