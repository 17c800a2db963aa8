// The sound of chunks with the real ffmpeg: at its time over steps, evened without raising noise, one stream of AAC without a seam.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { composeUnit, voiceLane } from '../testing/compose-media.ts';
import { beeping, opusDelayMs } from '../testing/make-capture.ts';
import { samplesOf, signalToNoise, toneBreak, tonesOf } from '../testing/measure-media.ts';
import type { Lane } from '../recording/sound.ts';
import { adtsFrames, samplesPerAacFrame } from './adts.ts';
import { overlapSamples } from './chunk-sound.ts';
import { samplesPerFrame } from './grid.ts';
import { integratedLufs } from './loudness.ts';

const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const T = Date.parse('2026-03-02T02:00:00Z');
const flat = { fromDb: 0, toDb: 0 };
let root: string;
beforeAll(async () => { root = await mkdtemp(join(tmpdir(), 'sound-')); });
afterAll(() => rm(root, { recursive: true, force: true }));

const run = (args: readonly string[]) => promisify(execFile)(ffmpeg, ['-hide_banner', '-y', ...args]);
const voice = (name: string, expression: string, seconds: number, startMs: number, at?: (ms: number) => number | null): Promise<Lane> => voiceLane({
  ffmpeg, folder: root, name, args: ['-f', 'lavfi', '-i', `aevalsrc='${expression}':s=48000:d=${seconds}`, '-c:a', 'libopus', '-b:a', '64k', '-application', 'lowdelay'],
}, startMs, at);

describe('sound of one chunk', () => {
  // A step of the clock, a burst that was lost, silence that was not sent: ffmpeg left alone would catch up with steps below 100 ms over seconds.
  it('stands at its time over steps of 30 to 100 ms, to 3 ms', async () => {
    const steps = [0, 30, 80, 180, 130, 90, 140, 140, 140, 140];
    const moved = (ms: number): number => ms + steps[Math.min(steps.length - 1, Math.floor((ms + 500) / 1000))]!;
    const lane = await voiceLane({ ffmpeg, folder: root, name: 'steps', args: beeping(10) }, T, (ms) => (ms % 1000 > 600 && ms % 1000 < 900 ? null : moved(ms)));
    const { chunks } = await composeUnit(join(root, 'steps'), ffmpeg, T, [250], { lanes: [lane], gain: flat });
    const tones = await tonesOf(ffmpeg, join(chunks[0]!.folder, 'sound.flac'));
    expect(tones).toHaveLength(10);
    tones.forEach((tone, second) => expect(Math.abs(tone - (moved(second * 1000) + opusDelayMs))).toBeLessThanOrEqual(3));
  });

  it('brings a quiet and a loud voice together and raises no noise', async () => {
    const words = (amplitude: number, from: number): string => `${amplitude}*sin(2*PI*300*t)*between(mod(t\\,10)\\,${from}\\,${from + 3})`;
    const lanes = [
      await voice('quiet', words(0.03, 1), 16, T - 3000), await voice('loud', words(0.4, 6), 16, T - 3000), await voice('fan', '0.0015*sin(2*PI*700*t)', 16, T - 3000),
    ];
    const { chunks, measures: [measured] } = await composeUnit(join(root, 'even'), ffmpeg, T + 7000 - 3000, [150], { lanes, gain: flat });
    // The unit's second 0 is the lanes' seventh: loud to 2 s, then silence, quiet from 4 s on.
    const at = (second: number): number => measured!.loudness[second * 10 - 1]!;
    expect(Math.abs(at(1.5) - at(5.5))).toBeLessThan(3);
    const samples = await samplesOf(ffmpeg, join(chunks[0]!.folder, 'sound.flac'));
    const silence = samples.subarray(2.6 * 48_000, 3.4 * 48_000);
    expect(20 * Math.log10(Math.max(...silence.map(Math.abs)) / 0.0015)).toBeLessThan(1);
  });

  it('tells clipping, hum and silence of what came', async () => {
    const clean = await voice('clean', '0.2*sin(2*PI*400*t)*lt(t\\,4)', 8, T);
    const bad = await voice('bad', '2*sin(2*PI*400*t)*lt(t\\,4)+0.02*(sin(2*PI*50*t)+sin(2*PI*150*t))', 8, T);
    const measure = async (name: string, lanes: Lane[]) => (await composeUnit(join(root, name), ffmpeg, T, [200], { lanes })).measures[0]!;
    const [good, faulty, none] = [await measure('good', [clean]), await measure('faulty', [bad]), await measure('none', [])];
    expect([good.clippedSamples, good.humDb === null || good.humDb < 0]).toEqual([0, true]);
    expect(good.silentMs).toBeGreaterThan(3000);
    expect(faulty.clippedSamples / faulty.samples).toBeGreaterThan(0.2);
    expect(faulty.humDb!).toBeGreaterThan(10);
    expect(faulty.silentMs).toBeLessThan(500);
    expect(none).toMatchObject({ silentMs: 8000, humDb: null, clippedSamples: 0, truePeakDb: -120 });
    expect(none.loudness).toHaveLength(80);
  });
});

describe('the stream of AAC over three chunks', () => {
  const lengths = [110, 110, 110];
  const samples = 330 * samplesPerFrame;
  /** Drifting by 50 ppm and off the millisecond, as real clocks are. */
  const drifting = (ms: number): number => ms * (1 + 50e-6) + 0.37;
  async function streams(name: string, lane: Lane) {
    const { chunks, measures, gains } = await composeUnit(join(root, name), ffmpeg, T, lengths, { lanes: [lane], gain: flat });
    const flacs = chunks.map(({ folder }) => join(folder, 'sound.flac'));
    const fades = `[0][1]acrossfade=ns=${overlapSamples}:c1=tri:c2=tri[a];[a][2]acrossfade=ns=${overlapSamples}:c1=tri:c2=tri,atrim=end_sample=${samples},alimiter=limit=0.84:level=disabled:latency=1`;
    const mix = join(root, `${name}.wav`);
    await run([...flacs.flatMap((path) => ['-i', path]), '-filter_complex', fades, '-c:a', 'pcm_f32le', mix]);
    const heard: Record<string, Float32Array> = {};
    for (const [file, bitrate] of [['sound.aac', '128k'], ['sound-low.aac', '64k']] as const) {
      const [spliced, whole] = [join(root, `${name}-${file}`), join(root, `${name}-whole-${file}`)];
      await writeFile(spliced, Buffer.concat(await Promise.all(chunks.map(({ folder }) => readFile(join(folder, file))))));
      await run(['-i', mix, '-c:a', 'aac', '-b:a', bitrate, '-f', 'adts', whole]);
      // The first frame of either is the lead.
      heard[file] = (await samplesOf(ffmpeg, spliced)).subarray(samplesPerAacFrame);
      heard[`whole ${file}`] = (await samplesOf(ffmpeg, whole)).subarray(samplesPerAacFrame);
    }
    return { chunks, measures, gains, heard, meant: await samplesOf(ffmpeg, mix), seams: chunks.slice(0, 2).map(({ sound }) => sound.end * samplesPerAacFrame) };
  }

  it('numbers its frames without hole or repetition', async () => {
    const { chunks, heard } = await streams('tone', await voice('tone', '0.2*sin(2*PI*440*t)', 28, T - 7000, drifting));
    expect(chunks[0]!.sound.first).toBe(-1);
    expect(chunks[1]!.sound.first).toBe(chunks[0]!.sound.end);
    expect(chunks[2]!.sound).toEqual({ first: chunks[1]!.sound.end, end: Math.ceil(samples / samplesPerAacFrame) });
    for (const { folder, sound } of chunks) {
      for (const file of ['sound.aac', 'sound-low.aac']) expect(adtsFrames(await readFile(join(folder, file)))).toHaveLength(sound.end - sound.first);
    }
    // No click: beside the chunks' edges and beside the seams a steady tone is as steady as anywhere.
    for (const file of ['sound.aac', 'sound-low.aac']) {
      const anywhere = toneBreak(heard[file]!, 440, 240_000, 300_000);
      for (const edge of [...chunks.slice(0, 2).map(({ sound }) => sound.end * samplesPerAacFrame), 110 * samplesPerFrame, 220 * samplesPerFrame]) {
        expect(toneBreak(heard[file]!, 440, edge - 4000, edge + 4000)).toBeLessThan(2 * anywhere);
      }
    }
  });

  it('is as good as one encode of the whole, at the seams too', async () => {
    const speech = '0.2*sin(2*PI*(200+50*sin(t))*t)*(0.5+0.5*sin(2*PI*3*t))+0.05*(2*random(0)-1)*lt(mod(t\\,0.37)\\,0.05)';
    const { heard, meant, seams } = await streams('speech', await voice('speech', speech, 28, T - 7000, drifting));
    for (const file of ['sound.aac', 'sound-low.aac']) {
      const [spliced, whole] = [heard[file]!, heard[`whole ${file}`]!];
      expect(signalToNoise(meant, spliced, 0, samples)).toBeGreaterThan(signalToNoise(meant, whole, 0, samples) - 0.5);
      // Windows that do not fit each other would leave hardly 10 dB; two good encodes differ by a few.
      for (const seam of seams) expect(signalToNoise(meant, spliced, seam - 2048, seam + 2048)).toBeGreaterThan(signalToNoise(meant, whole, seam - 2048, seam + 2048) - 6);
    }
  });

  it('is as loud as the stored blocks say, and ends near -16 LUFS', async () => {
    const lane = await voice('talk', '0.05*(sin(2*PI*220*t)+sin(2*PI*660*t))*(0.6+0.4*sin(2*PI*2*t))*lt(mod(t\\,5)\\,4)', 28, T - 7000);
    const { chunks, measures, gains } = await composeUnit(join(root, 'talk'), ffmpeg, T, lengths, { lanes: [lane] });
    const spliced = join(root, 'talk.aac');
    await writeFile(spliced, Buffer.concat(await Promise.all(chunks.map(({ folder }) => readFile(join(folder, 'sound.aac'))))));
    const { stderr } = await run(['-i', spliced, '-af', 'ebur128', '-f', 'null', '-']);
    const real = Number(/I:\s+(-?[\d.]+) LUFS/.exec(stderr.slice(stderr.lastIndexOf('Integrated loudness')))![1]);
    const reckoned = integratedLufs(measures.map(({ loudness }, index) => ({ loudness, gain: gains[index]! })))!;
    expect(Math.abs(real - reckoned)).toBeLessThan(0.3);
    expect(Math.abs(real + 16)).toBeLessThan(1);
  });
});
