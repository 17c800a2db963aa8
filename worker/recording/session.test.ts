// A window of a session is read alone: the same times, lives and counts as when all of it is read.
import { appendFile, mkdir, mkdtemp, readFile, readdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { plainSound, plainVideo, writeCapture, type Place } from '../testing/make-capture.ts';
import { seededRandom } from '../testing/random.ts';
import { capturedUntilMs } from './horizon.ts';
import { countInputs } from './inputs.ts';
import { screenSpans } from './screens.ts';
import { readSegment } from './segments.ts';
import { readSession } from './session.ts';
import type { SoundTrack } from './tracks.ts';

// Tens of thousands of packets are written and read: a loaded machine needs its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const T = Date.UTC(2026, 2, 2, 2);
const seconds = 400;
const line = (atMs: number, type: string, data: Record<string, unknown> = {}): string => `${JSON.stringify({ atMs, type, data })}\n`;
let place: Place;
let timeline = '';

beforeAll(async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'session-'));
  place = { dataDir, lessonId: 'l', sessionId: 's', roomId: 'r', nodeId: 'n', bootId: 'b' };
  const sender = { peerId: 'teacher', cname: 'c', clockSkewMs: -1e12 };
  const network = { random: seededRandom(4), delayMs: 30, jitterMs: 40, lost: 0.002, late: 0.03 };
  const common = { startMs: T, closeMs: T + seconds * 1000 };
  await writeCapture(place, sender, { ...common, producerId: 'camera', source: 'camera', packets: plainVideo(seconds, 40, 9), driftPpm: 120, firstRtp: 4_290_000_000, senderReportEveryMs: 900 }, network);
  await writeCapture(place, sender, { ...common, producerId: 'voice', source: 'microphone', packets: plainSound(seconds), driftPpm: -80, firstRtp: 77, senderReportEveryMs: 5000 }, network);
  // A screen whose only key frame came long before.
  await writeCapture(place, sender, { ...common, startMs: T + 5000, producerId: 'screen', source: 'screen', packets: plainVideo(300, 1000, 1000), driftPpm: 0, firstRtp: 5, senderReportEveryMs: 900 }, { ...network, lost: 0 });
  timeline = join(dataDir, 'capture/l/s/r/n-b/timeline.jsonl');
  await writeFile(timeline, line(T, 'node:booted') + line(T + 100, 'recording:layout', { layout: 'sideBySide' }) + line(T + 200, 'capture:troubles', { troubles: ['disk_low'] }));
});
afterAll(() => rm(place.dataDir, { recursive: true, force: true }));

describe('a window of a session', () => {
  it('has what shows in it, from the last key frame of every picture on', async () => {
    const media = await readSession(place, { fromMs: T + 240_000, toMs: T + 300_000 }, null);
    expect(media.tracks.map(({ producerId }) => producerId).sort()).toEqual(['camera', 'screen', 'voice']);
    for (const track of media.tracks) {
      expect(track.openMs).toBe(track.producerId === 'screen' ? T + 5000 : T);
      const items = track.streams[0]!.items;
      if (track.kind === 'audio') {
        expect(items[0]!.ms - (T + 234_000)).toBeLessThan(30);
        expect(items.at(-1)!.ms - (T + 306_000)).toBeGreaterThan(-30);
      } else {
        expect(track.streams[0]!.items[0]).toMatchObject({ key: true });
        expect(items[0]!.ms).toBeLessThanOrEqual(T + 240_000);
        if (track.source === 'camera') expect(items[0]!.ms).toBeGreaterThan(T + 225_000);
      }
    }
    expect(media.layouts).toEqual([{ atMs: T + 100, layout: 'sideBySide' }]);
    expect(media.troubles).toEqual([{ atMs: T + 200, troubles: ['disk_low'] }]);
    expect(screenSpans(media.tracks)).toEqual([{ fromMs: T + 5000, toMs: T + 400_000 }]);
    expect(media.sync.recoveredPackets).toBeGreaterThan(0);
    expect(media.sync.lostPackets).toBeGreaterThan(0);
  });

  it('counts the same as a count that keeps nothing', async () => {
    const windows = [0, 1].map((index) => ({ fromMs: T + index * 200_000, toMs: T + (index + 1) * 200_000 }));
    const counted = await countInputs(place, windows);
    const byId = (inputs: (typeof counted)[number]) => inputs.toSorted((one, other) => one.producerId.localeCompare(other.producerId));
    for (const [index, window] of windows.entries()) expect(byId((await readSession(place, window, null)).inputs)).toEqual(byId(counted[index]!));
    expect(counted.flat().reduce((sum, { packets }) => sum + packets, 0)).toBeGreaterThan(20_000);
  });

  it('puts the same frame in two windows at the same time, and does so again', async () => {
    const window = (fromMs: number) => ({ fromMs: T + fromMs, toMs: T + fromMs + 60_000 });
    const first = await readSession(place, window(180_000), null);
    const second = await readSession(place, window(240_000), first.clocks);
    expect(await readSession(place, window(240_000), first.clocks)).toEqual(second);
    const bothMs = ['camera', 'voice'].map((id) => {
      const [one, other] = [first, second].map(({ tracks }) => tracks.find(({ producerId }) => producerId === id)!.streams[0]!.items);
      const known = new Map(one!.map((item) => [item.atMs, item.ms]));
      return other!.flatMap(({ atMs, ms }) => (known.has(atMs) ? [Math.abs(ms - known.get(atMs)!)] : []));
    });
    for (const both of bothMs) {
      expect(both.length).toBeGreaterThan(100);
      expect(Math.max(...both)).toBeLessThanOrEqual(5);
    }
  });

  it('is nothing where nothing was recorded', async () => {
    expect(await readSession({ ...place, sessionId: 'none' }, { fromMs: T, toMs: T + 1000 }, null)).toMatchObject({ tracks: [], unusable: [{ reason: 'nothing_captured' }] });
  });
});

describe('horizon', () => {
  it('is now where nothing was recorded, and what a living node says', async () => {
    expect(await capturedUntilMs({ ...place, sessionId: 'none' }, 5)).toBe(5);
    await appendFile(timeline, line(T + 400_000, 'capture:flushed', { untilMs: T + 399_900 }));
    expect(await capturedUntilMs(place, T + 401_000)).toBe(T + 399_900);
    expect(await capturedUntilMs(place, T + 459_000)).toBe(T + 399_900);
    expect(await capturedUntilMs(place, T + 461_000)).toBe(Infinity);
  });

  it('does not wait for a boot that another one replaced', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'boots-'));
    const boot = async (name: string, text: string) => {
      await mkdir(join(dataDir, 'capture/l/s/r', name), { recursive: true });
      await writeFile(join(dataDir, 'capture/l/s/r', name, 'timeline.jsonl'), text);
    };
    await boot('n-1', line(T, 'node:booted') + line(T + 10_000, 'capture:flushed', { untilMs: T + 9900 }));
    expect(await capturedUntilMs({ ...place, dataDir }, T + 30_000)).toBe(T + 9900);
    await boot('n-2', line(T + 14_000, 'node:booted') + line(T + 24_000, 'capture:flushed', { untilMs: T + 23_900 }));
    expect(await capturedUntilMs({ ...place, dataDir }, T + 24_500)).toBe(T + 9900);
    expect(await capturedUntilMs({ ...place, dataDir }, T + 25_500)).toBe(T + 23_900);
    // A node of an older version notes only what happens: the newest change of its files tells that it lives.
    await boot('n-3', line(T + 25_000, 'node:booted'));
    await utimes(join(dataDir, 'capture/l/s/r/n-3/timeline.jsonl'), new Date(T + 26_000), new Date(T + 26_000));
    expect(await capturedUntilMs({ ...place, dataDir }, T + 26_500)).toBe(T + 23_900);
    expect(await capturedUntilMs({ ...place, dataDir }, T + 45_000)).toBe(T + 24_000);
    await rm(dataDir, { recursive: true });
  });

  it('does not wait for rooms that ended', async () => {
    await appendFile(timeline, line(T + 400_500, 'capture:ended'));
    expect(await capturedUntilMs(place, T + 401_000)).toBe(Infinity);
    await appendFile(timeline, line(T + 402_000, 'node:booted') + line(T + 404_000, 'capture:flushed', { untilMs: T + 403_950 }));
    expect(await capturedUntilMs(place, T + 405_000)).toBe(T + 403_950);
  });
});

describe('damage', () => {
  it('anywhere in a file takes nothing but what it hit', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'damage-'));
    const small = { ...place, dataDir };
    const network = { random: seededRandom(9), delayMs: 30, jitterMs: 0, lost: 0, late: 0 };
    const recorded = { producerId: 'voice', source: 'microphone' as const, startMs: T, closeMs: T + 20_000, packets: plainSound(20), driftPpm: 0, firstRtp: 7, senderReportEveryMs: 2000 };
    await writeCapture(small, { peerId: 'p', cname: 'c', clockSkewMs: 0 }, recorded, network);
    const folder = join(dataDir, 'capture/l/s/r/n-b/voice');
    const window = { fromMs: T, toMs: T + 20_000 };
    const read = async () => (await readSession(small, window, null)).tracks[0] as SoundTrack;
    const whole = await read();
    const path = join(folder, '000001.rtplog');
    const bytes = await readFile(path);
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1000, max: bytes.length - 1 }), fc.constantFrom('flip', 'cut'), async (at, how) => {
      const damaged = how === 'cut' ? bytes.subarray(0, at) : Buffer.from(bytes.map((byte, index) => (index === at ? byte ^ 0x55 : byte)));
      await writeFile(path, damaged);
      const track = await read();
      const kept = new Set(track.streams[0]!.items.map(({ rtp }) => rtp));
      const missing = whole.streams[0]!.items.filter(({ rtp }) => !kept.has(rtp));
      if (how === 'flip') expect(missing.length).toBeLessThanOrEqual(1);
      // A packet takes 38 bytes of the file.
      else expect(missing.every(({ file, offset }) => file === 0 && offset + 3 > at - 38)).toBe(true);
      expect(track.streams[0]!.items.filter(({ file }) => file === 1)).toHaveLength(whole.streams[0]!.items.filter(({ file }) => file === 1).length);
      const times = new Map(whole.streams[0]!.items.map(({ rtp, ms }) => [rtp, ms]));
      for (const { rtp, ms } of track.streams[0]!.items) expect(Math.abs(ms - times.get(rtp)!)).toBeLessThan(3);
    }), { numRuns: 25 });
    await rm(dataDir, { recursive: true });
  });

  it('sealing while it is read changes nothing', async () => {
    const folder = join(place.dataDir, 'sealed');
    await mkdir(folder);
    await writeFile(join(folder, '000001.rtplog.part'), 'x');
    await rename(join(folder, '000001.rtplog.part'), join(folder, '000001.rtplog'));
    expect(String(await readSegment(join(folder, '000001.rtplog.part')))).toBe('x');
    await expect(readSegment(join(folder, '000002.rtplog'))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readdir(folder)).toEqual(['000001.rtplog']);
  });
});
