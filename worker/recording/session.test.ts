// A window of a session is read alone: the same times, lives and counts as when all of it is read.
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plainSound, plainVideo, writeCapture, type Place } from '../testing/make-capture.ts';
import { seededRandom } from '../testing/random.ts';
import { capturedUntilMs } from './horizon.ts';
import { countInputs } from './inputs.ts';
import { screenSpans } from './screens.ts';
import { readSession } from './session.ts';

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
    const windows = [0, 1, 2, 3].map((index) => ({ fromMs: T + index * 100_000, toMs: T + (index + 1) * 100_000 }));
    const counted = await countInputs(place, windows);
    const byId = (inputs: (typeof counted)[number]) => inputs.toSorted((one, other) => one.producerId.localeCompare(other.producerId));
    for (const [index, window] of windows.entries()) expect(byId((await readSession(place, window, null)).inputs)).toEqual(byId(counted[index]!));
    expect(counted.flat().reduce((sum, { packets }) => sum + packets, 0)).toBeGreaterThan(20_000);
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

  it('does not wait for rooms that ended', async () => {
    await appendFile(timeline, line(T + 400_500, 'capture:ended'));
    expect(await capturedUntilMs(place, T + 401_000)).toBe(Infinity);
    await appendFile(timeline, line(T + 402_000, 'node:booted') + line(T + 404_000, 'capture:flushed', { untilMs: T + 403_950 }));
    expect(await capturedUntilMs(place, T + 405_000)).toBe(T + 403_950);
  });
});
