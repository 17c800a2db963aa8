// Segments on a real disk: round trip, rotation, torn ends, a disk that refuses, memory that runs out.
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { decodeFrames, encodeFrame, frameTypes, type CaptureHeader } from '#runtime/capture-log.ts';
import { createLog } from '#runtime/log.ts';
import { newId } from '#domain/id.ts';
import { createCaptureMemory } from './memory.ts';
import { recoverCaptures, sealPart } from './recover.ts';
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
  segmentMs: 60_000, segmentBytes: 1024 * 1024, closeMs: 1000, ...changes,
});
function writer(changes: Partial<SegmentRules> = {}, folder = directory): { writer: SegmentWriter; health: (string | null)[]; rules: SegmentRules } {
  const health: (string | null)[] = [];
  const own = rules(changes);
  let us = 0;
  return { writer: new SegmentWriter({ directory: folder, rules: own, header, nowUs: () => us++, onHealth: (reason) => health.push(reason) }), health, rules: own };
}
const framesIn = async (name: string, folder = directory) => decodeFrames(await readFile(join(folder, name))).frames;
const rtp = (text: string): Buffer => encodeFrame(frameTypes.rtp, 0, Buffer.from(text));

test('every frame comes back in order across segments, each segment with its own header', async () => {
  const { writer: out, rules: { memory } } = writer({ segmentBytes: 2000 });
  for (let index = 0; index < 100; index++) out.append(rtp(`packet ${index} ${'x'.repeat(100)}`));
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
    frames.forEach((frame) => out.append(frame));
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
  out.append(rtp('one'));
  await vi.waitFor(async () => expect(await readdir(directory)).toEqual(['000001.rtplog']));
  await out.close();
  expect(await readdir(directory)).toEqual(['000001.rtplog']);
});

test('a disk that refuses is told and retried; nothing is lost once it works', async () => {
  const folder = join(directory, 'room');
  await writeFile(folder, 'a file where the folder should be');
  const { writer: out, health } = writer({}, folder);
  out.append(rtp('early'));
  await vi.waitFor(() => expect(health[0]).toBe('EEXIST'));
  out.append(rtp('later'));
  await rm(folder);
  await vi.waitFor(() => expect(health.at(-1)).toBeNull());
  expect(await out.close()).toBe(true);
  expect((await framesIn('000001.rtplog', folder)).slice(1).map(({ payload }) => payload.toString())).toEqual(['early', 'later']);
});

test('memory is bounded: what does not fit is counted in the log', async () => {
  const folder = join(directory, 'room');
  await writeFile(folder, 'a file where the folder should be');
  const { writer: out, health, rules: { memory } } = writer({ memory: createCaptureMemory(2000) }, folder);
  for (let index = 0; index < 30; index++) out.append(rtp('x'.repeat(200)));
  expect(memory.used).toBeLessThanOrEqual(2000);
  expect(health).toContain('memory for captures is spent');
  await rm(folder);
  await vi.waitFor(() => expect(memory.used).toBe(0));
  out.append(rtp('after'));
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
  out.append(rtp('lost'));
  expect(await out.close()).toBe(false);
  expect(memory.used).toBe(0);
});

test('at start only earlier boots of this node are sealed', async () => {
  const [boot, old] = [newId(), newId()];
  const { writer: out } = writer({}, join(directory, 'made'));
  out.append(rtp('kept'));
  await out.close();
  const bytes = await readFile(join(directory, 'made', '000001.rtplog'));
  const places = [`node-a-${old}`, `node-a-${boot}`, `node-a-b-${old}`];
  for (const place of places) {
    const folder = join(directory, 'capture/lesson/session/room', place, 'producer');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '000003.rtplog.part'), bytes.subarray(0, bytes.length - 1));
    await writeFile(join(folder, '..', 'timeline.jsonl'), '{"atMs":1}\n{"at');
  }
  expect(await recoverCaptures(directory, 'node-a', boot, createLog('sfu', 'error'))).toBe(1);
  const names = await Promise.all(places.map((place) => readdir(join(directory, 'capture/lesson/session/room', place, 'producer'))));
  expect(names).toEqual([['000003.rtplog'], ['000003.rtplog.part'], ['000003.rtplog.part']]);
  expect(await readFile(join(directory, 'capture/lesson/session/room', places[0]!, 'timeline.jsonl'), 'utf8')).toBe('{"atMs":1}\n');
  expect(await recoverCaptures(directory, 'node-a', boot, createLog('sfu', 'error'))).toBe(0);
});
