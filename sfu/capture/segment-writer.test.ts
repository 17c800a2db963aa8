// Segments on a real disk: round trip, rotation, torn ends, a disk that refuses, memory that runs out.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { decodeFrames, encodeFrame, frameTypes, type CaptureHeader, type Frame } from '#runtime/capture-log.ts';
import { createLog } from '#runtime/log.ts';
import { newId } from '#domain/id.ts';
import { createCaptureMemory } from './memory.ts';
import { CaptureRecovery, sealPart } from './recover.ts';
import type { CaptureTrouble } from '#contracts/recording.ts';
import { SegmentWriter, type SegmentRules } from './segment-writer.ts';
import { createSyncTurns } from './sync-turns.ts';

let directory: string;
beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'segments-')); });
afterEach(async () => { await rm(directory, { recursive: true, force: true }); });

const header = (segment: number): CaptureHeader => ({
  version: 1, lessonId: 'l', sessionId: 's', roomId: 'r', nodeId: 'n', bootId: 'b', producerId: 'p', peerId: 'e', source: 'camera', kind: 'video', segment,
  mimeType: 'video/VP8', clockRate: 90_000, payloadType: 101, encodings: [{ ssrc: 1 }], startWallMs: 0,
});
const rules = (changes: Partial<SegmentRules> = {}): SegmentRules => ({
  memory: createCaptureMemory(1024 * 1024), turns: createSyncTurns(2), flushMs: 5, flushBytes: 4096, syncMs: 20, retryMs: 20,
  segmentMs: 60_000, segmentBytes: 1024 * 1024, closeMs: 1000, abandon: () => undefined, ...changes,
});
function writer(changes: Partial<SegmentRules> = {}, folder = directory): { writer: SegmentWriter; health: (CaptureTrouble | null)[]; rules: SegmentRules } {
  const health: (CaptureTrouble | null)[] = [];
  const own = rules(changes);
  let us = 0;
  return { writer: new SegmentWriter({ directory: folder, rules: own, header, nowUs: () => us++, onTrouble: (_part, trouble) => health.push(trouble) }), health, rules: own };
}
const framesIn = async (name: string, folder = directory) => decodeFrames(await readFile(join(folder, name))).frames;
const rtp = (text: string): Buffer => encodeFrame(frameTypes.rtp, 0, Buffer.from(text));

test('every frame comes back in order across segments, each segment with its own header', async () => {
  const { writer: out, rules: { memory } } = writer({ segmentBytes: 2000 });
  for (let index = 0; index < 100; index++) out.append(rtp(`packet ${index} ${'x'.repeat(100)}`), 0);
  expect(await out.close()).toBe(true);
  const names = (await readdir(directory)).sort();
  expect(names.length).toBeGreaterThan(5);
  expect(names[0]).toBe('000001.rtplog');
  const texts: string[] = [];
  for (const [index, name] of names.entries()) {
    const [first, ...rest] = await framesIn(name);
    expect(JSON.parse(first!.payload.toString())).toMatchObject({ segment: index + 1 });
    texts.push(...rest.map(({ payload }) => payload.toString().split(' ')[1]!));
  }
  expect(texts).toEqual(Array.from({ length: 100 }, (_, index) => String(index)));
  expect(memory.used).toBe(0);
});

test('whatever frames are cut at whatever byte: all whole ones before the cut are sealed', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 12 }), fc.nat(), async (payloads, where) => {
    const folder = join(directory, newId());
    const { writer: out } = writer({}, folder);
    const frames = payloads.map((payload) => encodeFrame(frameTypes.rtp, 5, payload));
    frames.forEach((frame) => out.append(frame, 5));
    await out.close();
    const whole = await readFile(join(folder, '000001.rtplog'));
    const cut = where % (whole.length + 1);
    const part = join(folder, '000002.rtplog.part');
    await writeFile(part, whole.subarray(0, cut));
    const headLength = whole.length - frames.reduce((sum, frame) => sum + frame.length, 0);
    let end = headLength;
    const expected = frames.filter((frame) => (end += frame.length) <= cut).length;
    const outcome = await sealPart(part);
    expect(outcome).toBe(cut < headLength ? 'removed' : 'sealed');
    if (outcome === 'sealed') {
      const { frames: kept, damagedBytes } = decodeFrames(await readFile(join(folder, '000002.rtplog')));
      expect(damagedBytes).toBe(0);
      expect(kept.slice(1).map(({ payload }) => [...payload])).toEqual(payloads.slice(0, expected).map((payload) => [...payload]));
    }
  }), { numRuns: 60 });
});

test('an idle segment is sealed when it is old, and no empty one follows', async () => {
  const { writer: out } = writer({ segmentMs: 0 });
  out.append(rtp('one'), 0);
  await vi.waitFor(async () => expect(await readdir(directory)).toEqual(['000001.rtplog']));
  await out.close();
  expect(await readdir(directory)).toEqual(['000001.rtplog']);
});

test('a disk that refuses is told and retried; nothing is lost once it works', async () => {
  const folder = join(directory, 'room');
  await writeFile(folder, 'a file where the folder should be');
  const { writer: out, health } = writer({}, folder);
  out.append(rtp('early'), 0);
  await vi.waitFor(() => expect(health[0]).toBe('disk_unwritable'));
  out.append(rtp('later'), 0);
  await rm(folder);
  await vi.waitFor(() => expect(health.at(-1)).toBeNull());
  expect(await out.close()).toBe(true);
  expect((await framesIn('000001.rtplog', folder)).slice(1).map(({ payload }) => payload.toString())).toEqual(['early', 'later']);
});

test('memory is bounded: what does not fit is counted in the log', async () => {
  const folder = join(directory, 'room');
  await writeFile(folder, 'a file where the folder should be');
  const { writer: out, health, rules: { memory } } = writer({ memory: createCaptureMemory(2000) }, folder);
  for (let index = 0; index < 30; index++) out.append(rtp('x'.repeat(200)), 0);
  expect(memory.used).toBeLessThanOrEqual(2000);
  expect(health).toContain('memory_full');
  await rm(folder);
  await vi.waitFor(() => expect(memory.used).toBe(0));
  out.append(rtp('after'), 0);
  await out.close();
  const frames = await framesIn('000001.rtplog', folder);
  const kept = frames.filter(({ type }) => type === frameTypes.rtp).length;
  const dropped = JSON.parse(frames.find(({ type }) => type === frameTypes.event)!.payload.toString()) as { type: string; data: { frames: number } };
  expect(dropped.type).toBe('dropped');
  expect(kept + dropped.data.frames).toBe(31);
});

test('closing gives up on a dead disk in bounded time and says so', async () => {
  const folder = join(directory, 'room');
  await writeFile(folder, 'a file where the folder should be');
  const { writer: out, rules: { memory } } = writer({ closeMs: 100 }, folder);
  out.append(rtp('lost'), 0);
  expect(await out.close()).toBe(false);
  expect(memory.used).toBe(0);
});

test('what is not on file yet is known by its time, whatever is dropped, sealed or refused meanwhile', async () => {
  const folder = join(directory, 'room');
  await writeFile(folder, 'a file where the folder should be');
  const { writer: out } = writer({ memory: createCaptureMemory(1000) }, folder);
  expect(out.oldestUs).toBe(Infinity);
  out.append(rtp('first'), 1000);
  out.append(rtp('second'), 2000);
  expect(out.oldestUs).toBe(1000);
  await vi.waitFor(() => expect(out.failing).toBe(true));
  out.append(rtp('x'.repeat(2000)), 3000);
  expect(out.oldestUs).toBe(1000);
  await rm(folder);
  // What was dropped holds the mark until the log says that it was.
  await vi.waitFor(() => expect(out.oldestUs).toBe(3000));
  expect(out.failing).toBe(false);
  out.append(rtp('third'), 4000);
  expect(out.oldestUs).toBe(4000);
  await vi.waitFor(() => expect(out.oldestUs).toBe(Infinity));
  await out.close();
});

/** Every frame on file; looked at again when a file got its final name meanwhile. */
function wholeDirectory(): Frame[] {
  for (;;) {
    try {
      return readdirSync(directory).flatMap((name) => decodeFrames(readFileSync(join(directory, name))).frames);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

test('at every moment all that arrived before the oldest unwritten frame is on file, over rotations too', async () => {
  const { writer: out } = writer({ segmentBytes: 3000, flushMs: 3 });
  const arrived: number[] = [];
  let looks = 0;
  for (let atUs = 1; atUs <= 400; atUs++) {
    out.append(encodeFrame(frameTypes.rtp, atUs, Buffer.alloc(100)), atUs);
    arrived.push(atUs);
    if (atUs % 7 === 0) await new Promise((resolve) => setTimeout(resolve, atUs % 5));
    const oldest = out.oldestUs;
    const written = new Set(wholeDirectory().map((frame) => frame.atUs));
    expect(arrived.filter((one) => one < oldest && !written.has(one))).toEqual([]);
    if (oldest > 1) looks++;
  }
  await out.close();
  expect(out.oldestUs).toBe(Infinity);
  expect(looks).toBeGreaterThan(100);
  expect(readdirSync(directory).length).toBeGreaterThan(10);
});

test('a file that could not be sealed in time is handed over and sealed later', async () => {
  const abandoned: string[] = [];
  const { writer: out } = writer({ closeMs: 50, abandon: (path) => abandoned.push(path) });
  out.append(rtp('kept'), 0);
  await vi.waitFor(async () => expect((await readFile(join(directory, '000001.rtplog.part'))).length).toBeGreaterThan(0));
  await mkdir(join(directory, '000001.rtplog'));
  expect(await out.close()).toBe(false);
  expect(abandoned).toEqual([join(directory, '000001.rtplog.part')]);
  const recovery = await CaptureRecovery.create({ dataDirectory: directory, nodeId: 'node-a', bootId: newId(), log: createLog('sfu', 'silent'), everyMs: 20 });
  recovery.abandon(abandoned[0]!);
  expect(await recovery.run()).toBe(0);
  await rm(join(directory, '000001.rtplog'), { recursive: true });
  await vi.waitFor(async () => expect(await readdir(directory)).toEqual(['000001.rtplog']));
  await recovery.close();
  expect((await framesIn('000001.rtplog')).at(-1)!.payload.toString()).toBe('kept');
});

test('at start and with every round only earlier boots of this node are sealed; what could not be read is sealed later', async () => {
  const [boot, old] = [newId(), newId()];
  const { writer: out } = writer({}, join(directory, 'made'));
  out.append(rtp('kept'), 0);
  await out.close();
  const bytes = await readFile(join(directory, 'made', '000001.rtplog'));
  const places = [`node-a-${old}`, `node-a-${boot}`, `node-a-b-${old}`];
  const folder = (place: string, ...rest: string[]) => join(directory, 'capture/lesson/session/room', place, ...rest);
  const names = () => Promise.all(places.map((place) => readdir(folder(place, 'producer'))));
  for (const place of places) {
    await mkdir(folder(place, 'producer'), { recursive: true });
    await writeFile(folder(place, 'producer', '000003.rtplog.part'), bytes.subarray(0, bytes.length - 1));
    await writeFile(folder(place, 'timeline.jsonl'), '{"atMs":1}\n{"at');
  }
  // Not a file that can be read, not even by the owner of the machine.
  await mkdir(folder(places[0]!, 'producer', '000004.rtplog.part'));
  const recovery = await CaptureRecovery.create({ dataDirectory: directory, nodeId: 'node-a', bootId: boot, log: createLog('sfu', 'silent'), everyMs: 3_600_000 });
  expect(await names()).toEqual([['000003.rtplog', '000004.rtplog.part'], ['000003.rtplog.part'], ['000003.rtplog.part']]);
  expect(await readFile(folder(places[0]!, 'timeline.jsonl'), 'utf8')).toBe('{"atMs":1}\n');
  await rm(folder(places[0]!, 'producer', '000004.rtplog.part'), { recursive: true });
  await writeFile(folder(places[0]!, 'producer', '000004.rtplog.part'), bytes);
  places.push(`node-a-${newId()}`);
  await mkdir(folder(places[3]!, 'producer'), { recursive: true });
  await writeFile(folder(places[3]!, 'producer', '000001.rtplog.part'), bytes);
  // Rounds are asked for here: one between the steps above would find the folder finished, and pass it over for a while.
  expect(await recovery.run()).toBe(2);
  expect(await names()).toEqual([['000003.rtplog', '000004.rtplog'], ['000003.rtplog.part'], ['000003.rtplog.part'], ['000001.rtplog']]);
  await recovery.close();
});
