// Captures are found wherever they lie and told in full: layers, losses, clocks, damage; and what is no capture gets one clear line.
import { cp, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeFrames, frameTypes } from '#runtime/capture-log.ts';
import { plainSound, plainVideo, writeCapture, type Place } from '../testing/make-capture.ts';
import { seededRandom } from '../testing/random.ts';
import { findSessions } from './capture-places.ts';
import { inspectSession, type Inspection } from './inspect.ts';
import { inspectionLines } from './print-inspection.ts';

const T = Date.UTC(2026, 2, 2, 2);
const seconds = 40;
/** A kill leaves so many bytes of a torn frame behind each capture (make-capture.ts). */
const tornBytes = 8;
const line = (atMs: number, type: string, data: Record<string, unknown> = {}): string => `${JSON.stringify({ atMs, type, data })}\n`;
let root: string;
let place: Place;
let session: string;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'inspect-'));
  place = { dataDir: root, lessonId: 'lesson', sessionId: 'session', roomId: 'room', nodeId: 'node', bootId: 'boot' };
  session = join(root, 'capture/lesson/session');
  const sender = { peerId: 'teacher', cname: 'c', clockSkewMs: -1e12 };
  const network = { random: seededRandom(7), delayMs: 30, jitterMs: 20, lost: 0.01, late: 0.02 };
  const common = { startMs: T, closeMs: T + seconds * 1000 };
  await writeCapture(place, sender, { ...common, producerId: 'camera', source: 'camera', packets: plainVideo(seconds, 40, 50), driftPpm: 120, firstRtp: 4_290_000_000, senderReportEveryMs: 900 }, network);
  await writeCapture(place, sender, { ...common, producerId: 'voice', source: 'microphone', packets: plainSound(seconds), driftPpm: -80, firstRtp: 77, senderReportEveryMs: 5000 }, network);
  await writeFile(join(session, 'room/node-boot/timeline.jsonl'), line(T, 'node:booted') + line(T + 10, 'recording:layout', { layout: 'sideBySide' })
    + line(T + 20_000, 'capture:troubles', { troubles: ['disk_low'] }) + line(T + 38_000, 'capture:flushed', { untilMs: T + 37_900 }) + '{"atMs":1,"ty');
});
afterAll(() => rm(root, { recursive: true, force: true }));

const inspect = async (folder: string): Promise<Inspection[]> => {
  const found: Inspection[] = [];
  for (const one of await findSessions(folder)) found.push(await inspectSession(one));
  return found;
};
/** RTP packets on file, counted without anything of what is tested. */
async function packetsOnFile(producerId: string): Promise<number> {
  const folder = join(session, 'room/node-boot', producerId);
  let packets = 0;
  for (const name of await readdir(folder)) packets += decodeFrames(await readFile(join(folder, name))).frames.filter(({ type }) => type === frameTypes.rtp).length;
  return packets;
}
const copyOf = async (name: string): Promise<string> => {
  const copy = join(root, name, 'session');
  await cp(session, copy, { recursive: true });
  return copy;
};
const refusal = (folder: string): Promise<unknown> => findSessions(folder).then(() => null, (error: unknown) => (error as Error).message);

describe('a session', () => {
  let found: Inspection;
  beforeAll(async () => { found = (await inspect(session))[0]!; });

  it('has its tracks with persons, codecs, layers and packets', async () => {
    expect(found).toMatchObject({ lessonId: 'lesson', sessionId: 'session', fromMs: T, unreadable: [] });
    expect(found.tracks.map(({ producerId, personId, source, codec }) => [producerId, personId, source, codec])).toEqual([
      ['camera', 'teacher', 'camera', 'video/VP8'], ['voice', 'teacher', 'microphone', 'audio/opus'],
    ]);
    for (const { producerId, packets, lost, recovered, layers, damagedBytes, segments, unsealed } of found.tracks) {
      expect(packets).toBe(await packetsOnFile(producerId));
      expect(layers.map((layer) => [layer.packets, layer.producerSsrc! - layer.ssrc])).toEqual([[packets, 7]]);
      const sent = producerId === 'camera' ? seconds * 25 : seconds * 50;
      expect(packets + lost).toBeGreaterThan(sent - 3);
      expect(packets + lost).toBeLessThanOrEqual(sent);
      expect(lost).toBeGreaterThan(0);
      expect(recovered).toBeGreaterThan(0);
      expect([damagedBytes, segments, unsealed]).toEqual([tornBytes, 5, 1]);
    }
  });

  it('has clocks fitted to the reports, with the drift that was put in', () => {
    const [camera, voice] = found.tracks.map(({ layers }) => layers[0]!.clock!);
    expect(camera).toMatchObject({ method: 'fit', steps: [] });
    expect(camera!.reportsUsed + camera!.reportsRejected).toBe(44);
    expect(Math.abs(camera!.driftPpm - 120)).toBeLessThan(20);
    expect(camera!.residualMs!.p50).toBeLessThanOrEqual(camera!.residualMs!.p95);
    expect(camera!.residualMs!.max).toBeLessThan(5);
    expect(Math.abs(voice!.driftPpm + 80)).toBeLessThan(40);
  });

  it('has its boot with the horizon, layouts, troubles and gaps', () => {
    expect(found.boots).toEqual([{ roomId: 'room', nodeBoot: 'node-boot', firstMs: T, lastMs: T + 38_000, flushedUntilMs: T + 37_900, ended: false, unreadableLines: 1 }]);
    expect(found.layouts).toEqual([{ atMs: T + 10, layout: 'sideBySide' }]);
    expect(found.troubles).toEqual([{ atMs: T + 20_000, troubles: ['disk_low'] }]);
    const lost = found.gaps.filter(({ reason }) => reason === 'picture_lost');
    expect(lost.length).toBeGreaterThan(0);
    expect(lost.every(({ fromMs, toMs }) => fromMs >= 0 && toMs <= found.toMs - found.fromMs)).toBe(true);
    expect(found.gaps.map(({ reason }) => reason)).not.toContain('nothing_captured');
  });

  it('is told in lines', () => {
    const text = inspectionLines(found).join('\n');
    for (const part of [/^session session of lesson lesson: /, /camera camera of teacher, video\/VP8, boot node-boot/, /on file until 02:00:37.900, not ended, 1 lines of the timeline unreadable/, /clock fit: \d+ reports used/, /5 segments \(1 not sealed\), 8 bytes damaged/, /troubles at 02:00:20.000: disk_low/]) expect(text).toMatch(part);
  });
});

describe('wherever it lies', () => {
  it('is found from the lesson, the room, the boot and one producer', async () => {
    const [whole] = await inspect(session);
    expect(await inspect(join(root, 'capture/lesson'))).toEqual([whole]);
    expect(await inspect(join(session, 'room'))).toEqual([whole]);
    const [alone] = await inspect(join(session, 'room/node-boot/voice'));
    expect(alone!.tracks.map(({ producerId }) => producerId)).toEqual(['voice']);
  });
  it('is the same in a copy', async () => {
    const copy = await copyOf('elsewhere');
    const [there, here] = [(await inspect(copy))[0]!, (await inspect(session))[0]!];
    expect({ ...there, folder: '' }).toEqual({ ...here, folder: '' });
  });
});

describe('damage', () => {
  it('is counted, and the rest is read', async () => {
    const copy = await copyOf('damaged');
    const file = await open(join(copy, 'room/node-boot/camera/000002.rtplog'), 'r+');
    await file.write(Buffer.alloc(3000, 0x5a), 0, 3000, 4000);
    await file.close();
    const [whole, hurt] = [(await inspect(session))[0]!, (await inspect(copy))[0]!];
    const camera = ({ tracks }: Inspection) => tracks.find(({ producerId }) => producerId === 'camera')!;
    expect(camera(hurt).damagedBytes).toBeGreaterThanOrEqual(3000 + tornBytes);
    expect(camera(hurt).packets).toBeLessThan(camera(whole).packets);
    expect(camera(hurt).packets + camera(hurt).lost).toBe(camera(whole).packets + camera(whole).lost);
    expect(hurt.tracks.find(({ producerId }) => producerId === 'voice')).toEqual(whole.tracks.find(({ producerId }) => producerId === 'voice'));
  });
  it('beyond reading leaves a name', async () => {
    const copy = await copyOf('beyond');
    await mkdir(join(copy, 'room/node-boot/lost'));
    await writeFile(join(copy, 'room/node-boot/lost/000001.rtplog'), Buffer.alloc(5000, 7));
    const [found] = await inspect(copy);
    expect(found!.unreadable).toEqual(['lost']);
    expect(found!.tracks).toHaveLength(2);
    expect(inspectionLines(found!).join('\n')).toContain('lost: no header can be read');
  });
  it('of all there is leaves an answer', async () => {
    const folder = join(root, 'only/room/boot/lost');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '000001.rtplog.part'), '');
    expect((await inspect(join(root, 'only')))[0]).toMatchObject({ lessonId: null, tracks: [], unreadable: ['lost'], gaps: [] });
  });
});

describe('what is no capture', () => {
  it('is said in one line', async () => {
    expect(await refusal(join(root, 'nothing'))).toBe(`There is no folder ${join(root, 'nothing')}.`);
    await mkdir(join(root, 'empty'));
    expect(await refusal(join(root, 'empty'))).toMatch(/is empty: nothing was captured there\.$/);
    expect(await refusal(join(session, 'room/node-boot/timeline.jsonl'))).toMatch(/is a file: /);
    await mkdir(join(root, 'other'));
    await writeFile(join(root, 'other/readme.md'), 'x');
    expect(await refusal(join(root, 'other'))).toMatch(/is no capture: there is no segment/);
    await mkdir(join(root, 'silent/room/boot'), { recursive: true });
    await writeFile(join(root, 'silent/room/boot/timeline.jsonl'), line(T, 'node:booted'));
    expect(await refusal(join(root, 'silent'))).toMatch(/^Nothing was captured in /);
  });
});
