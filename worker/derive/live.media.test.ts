// Recordings that are made while the lesson goes on, that miss something, or are too long for one file; with the real ffmpeg.
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaptureSegment } from '#db/entities/recording.ts';
import { CaptureKeeper } from '../keeper/capture-keeper.ts';
import type { ChunkFacts } from '../recording/model.ts';
import { at, DeriveWorld, ffmpegBin, networkDelayMs, type MadeRecording } from '../testing/derive-world.ts';
import { tonesOf } from '../testing/measure-media.ts';
import { deriveAll } from './derive-all.ts';
import { deriveUnit, giveUpUnit } from './unit.ts';

let world: DeriveWorld;
beforeAll(async () => { world = await DeriveWorld.create(100); });
afterAll(() => world?.close());

const factsOf = async (recordingId: string): Promise<ChunkFacts[]> => (await world.chunks(recordingId)).map(({ facts }) => facts as Record<string, unknown> & ChunkFacts);

describe('a lesson of two units that is still going on', () => {
  let made: MadeRecording;
  const deriveAt = async (ms: number): Promise<void> => deriveAll({ ...world.deps, now: () => at(ms) }, made);

  it('has its first chunk composed when 6 s more are on file, and nothing is shown', async () => {
    made = await world.addRecording(null, [[0, null], [0, null]]);
    await world.db.orm.em.fork().execute('update unit set started_at = null where id = ?', [made.unitIds[1]]);
    // The microphone's file was not there yet when the chunk was made.
    await world.capture(made, 13_000, ['camera', 'screen']);
    await world.timeline(made, 9900);
    await deriveAt(13_000);
    expect(await world.chunks(made.recordingId)).toEqual([]);
    await world.timeline(made, 13_000);
    await deriveAt(13_000);
    expect((await world.chunks(made.recordingId)).map(({ ordinal, frames }) => [ordinal, frames])).toEqual([[0, 100]]);
    expect([(await world.recording(made.recordingId)).status, await world.replays(made.recordingId)]).toEqual(['recording', []]);
  });

  it('shows the first unit as soon as it has ended, made again where more had been captured', async () => {
    const [composed] = await world.chunks(made.recordingId);
    await world.moveUnit(made.unitIds[0]!, [0, 12_030]);
    await world.moveUnit(made.unitIds[1]!, [12_030, null]);
    await world.capture(made, 19_000);
    await world.timeline(made, 19_000);
    await deriveAt(19_000);
    const [replay, ...others] = await world.replays(made.recordingId);
    expect([replay!.unitId, others, (await world.recording(made.recordingId)).status]).toEqual([made.unitIds[0], [], 'recording']);
    const [first] = await world.chunks(made.recordingId);
    expect(first!.id).toBe(composed!.id);
    expect((await factsOf(made.recordingId))[0]!.inputs.map(({ producerId }) => producerId).sort()).toEqual(['camera', 'microphone']);
    // A beep at every second from 1 s on: none is missing, none is there twice where chunks meet.
    const tones = await tonesOf(ffmpegBin, world.pathOf(replay!.id, 'unit.mp4'));
    expect(tones).toHaveLength(12);
    for (const [index, tone] of tones.entries()) expect(Math.abs(tone - networkDelayMs - 1000 * (index + 1))).toBeLessThanOrEqual(40);
  });

  it('is ready when its last unit is, without any work twice', async () => {
    const before = await world.replays(made.recordingId);
    await world.capture(made);
    await world.timeline(made, 22_000, true);
    await world.endSession(made, 22_000);
    await world.moveUnit(made.unitIds[1]!, [12_030, 22_000]);
    await deriveAt(22_001);
    const replays = await world.replays(made.recordingId);
    expect(replays[0]).toEqual(before[0]);
    expect(replays.reduce((sum, { durationMs }) => sum + durationMs!, 0)).toBe(22_000);
    expect(await world.recording(made.recordingId)).toMatchObject({ status: 'ready', progress: 1, failReason: null });
    expect(await world.events(made.lessonId)).toEqual(['replay:made', 'replay:made', 'recording:ready']);
  });
});

describe('a unit that is too long for one file', () => {
  it('gets parts alike in length, cut between groups of pictures, each with its own gaps and sound', async () => {
    const made = await world.addRecording(22_000, [[0, 22_000]]);
    await world.capture(made);
    await deriveAll({ ...world.deps, longestPartFrames: 300 }, made);
    const replays = await world.replays(made.recordingId);
    expect(replays.map(({ part, parts, durationMs }) => [part, parts, durationMs])).toEqual([[1, 2, 12_000], [2, 2, 10_000]]);
    expect(replays.map(({ startsAt }) => startsAt)).toEqual([at(0), at(12_000)]);
    expect(replays.map(({ gaps }) => gaps.filter(({ reason }) => reason === 'nothing_captured'))).toEqual([[{ fromMs: 0, toMs: 1000, reason: 'nothing_captured' }], []]);
    const tones = await Promise.all(replays.map(({ id }) => tonesOf(ffmpegBin, world.pathOf(id, 'unit.mp4'))));
    const all = [...tones[0]!, ...tones[1]!.map((tone) => tone + 12_000)];
    expect(all).toHaveLength(20);
    for (const [index, tone] of all.entries()) expect(Math.abs(tone - networkDelayMs - 1000 * (index + 1))).toBeLessThanOrEqual(40);
  });
});

describe('captures that were lost', () => {
  it('come back from their copy before anything is published', async () => {
    const made = await world.addRecording(5000, [[0, 5000]]);
    await world.capture(made, 5000);
    await world.timeline(made, 5000, true);
    const captured = join(world.dataDir, 'capture', made.lessonId);
    const open = (await readdir(captured, { recursive: true })).filter((name) => name.endsWith('.part')).map((name) => join(captured, name));
    for (const path of open) await rename(path, path.slice(0, -'.part'.length));
    const keeper = await CaptureKeeper.create(world.deps, 0);
    await expect.poll(() => world.db.orm.em.fork().count(CaptureSegment, { recordingId: made.recordingId, copiedAt: { $ne: null } }), { timeout: 20_000 }).toBe(2);
    await keeper.close();
    await rm(captured, { recursive: true });
    await deriveAll(world.deps, made);
    const [replay] = await world.replays(made.recordingId);
    expect(replay).toMatchObject({ status: 'ready', durationMs: 5000 });
    expect(await tonesOf(ffmpegBin, world.pathOf(replay!.id, 'unit.mp4'))).toHaveLength(4);
  });
});

describe('what cannot be made', () => {
  it('says that nothing was captured, without composing anything', async () => {
    const made = await world.addRecording(5000, [[0, 5000]]);
    await deriveAll({ ...world.deps, ffmpegBin: '/nowhere/ffmpeg' }, made);
    expect(await world.recording(made.recordingId)).toMatchObject({ status: 'failed', failReason: 'nothing_captured' });
    expect((await world.replays(made.recordingId))[0]).toMatchObject({ status: 'failed', failReason: 'nothing_captured', gaps: [{ fromMs: 0, toMs: 5000, reason: 'nothing_captured' }] });
    expect(await world.events(made.lessonId)).toEqual(['replay:failed', 'recording:failed']);
  });

  it('is failed after the last attempt, its chunks are kept, and only once the session is over', async () => {
    const made = await world.addRecording(null, [[0, null]]);
    await world.capture(made, 5000);
    const unit = { recordingId: made.recordingId, unitId: made.unitIds[0]! };
    await giveUpUnit(world.deps, unit);
    expect([await world.replays(made.recordingId), (await world.recording(made.recordingId)).status]).toEqual([[], 'recording']);
    await world.endSession(made, 5000);
    await deriveAll({ ...world.deps, longestPartFrames: 0.5 }, made).catch(() => undefined);
    const kept = await readdir(join(world.dataDir, 'chunks', made.recordingId, unit.unitId));
    expect(kept).toEqual(['0000', '0001']);
    await giveUpUnit(world.deps, unit);
    expect(await world.recording(made.recordingId)).toMatchObject({ status: 'failed', failReason: 'internal' });
    await deriveUnit(world.deps, unit);
    expect(await readdir(join(world.dataDir, 'chunks', made.recordingId, unit.unitId))).toEqual(kept);
  });
});
