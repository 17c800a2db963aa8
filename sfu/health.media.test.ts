// What endangers a recording is told, on real disks that are full, read-only or frozen, and of sources that fall silent.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newId } from '#domain/id.ts';
import type { CaptureTrouble } from '#contracts/recording.ts';
import { whyNoMount } from '#testing/mounting.ts';
import { readRtpHead } from './capture/rtp-packet.ts';
import { readCapture, readTimeline } from './testing/read-capture.ts';
import { directProducer, relay } from './testing/rtp-relay.ts';
import { ControlClient, startTestNode, type TestNode } from './testing/test-node.ts';

const cannotMount = whyNoMount();
const tools = spawnSync('sh', ['-c', 'test -e /dev/loop-control && command -v mkfs.ext4 && command -v fsfreeze'], { stdio: 'ignore' }).status === 0;
const cannotFreeze = cannotMount ?? (tools ? null : 'no disk image can be mounted and frozen here');
if (!cannotMount && cannotFreeze) console.log(`a test is skipped: ${cannotFreeze}`);

let started: TestNode;
let disk: string;
const cleanUps: (() => void)[] = [];
beforeEach(async () => { disk = await mkdtemp(join(tmpdir(), 'sfu-disk-')); });
afterEach(async () => {
  await started?.close();
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
  await rm(disk, { recursive: true, force: true });
});

const run = (...command: string[]): void => { execFileSync(command[0]!, command.slice(1), { stdio: 'ignore' }); };
function mounted(type: string, options: string): void {
  run('mount', '-t', type, '-o', options, type, disk);
  cleanUps.push(() => run('umount', '-l', disk));
}
const told = (troubles: CaptureTrouble[]) => started.client.event('capture:health', (change) => change.troubles.join() === troubles.join());
const headerless = (packet: Buffer): string => `${packet.readUInt32BE(4)} ${packet.subarray(readRtpHead(packet)!.payloadAt).toString('base64')}`;
const sentKey = (packet: Buffer): string => `${packet.readUInt32BE(4)} ${packet.subarray(12).toString('base64')}`;

/** A recorded room with a microphone that sends for `seconds`; `stop` answers what was sent and seals. */
async function recordedMicrophone(seconds: number) {
  const roomId = newId();
  await started.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: { lessonId: newId(), sessionId: newId() } });
  const microphone = await directProducer(await started.node.rooms.get(roomId), newId(), 'microphone', 'audio', [201]);
  const sending = relay('audio', { ssrc: 201 }, seconds, microphone);
  const stop = async () => {
    const sent = await sending;
    await started.client.ask('room:close', { roomId });
    const kept = await readCapture(started.dataDirectory, microphone.producer.id);
    return { sent: sent.rtp.map(sentKey), kept: kept.rtp.map(({ payload }) => headerless(payload)) };
  };
  return { roomId, microphone, stop };
}

test.skipIf(cannotMount !== null)('a full disk is told, also to a signaling that connects later; nothing is lost once there is room', async () => {
  mounted('tmpfs', 'size=1m');
  started = await startTestNode({ dataDirectory: disk, diskLowBytes: 1_000_000_000, rules: { retryMs: 50 } });
  execFileSync('sh', ['-c', `dd if=/dev/zero of=${join(disk, 'filler')} bs=1k count=4096 || true`], { stdio: 'ignore' });
  const { roomId, stop } = await recordedMicrophone(3);
  await told(['disk_low']);
  expect(await told(['disk_low', 'disk_full'])).toEqual({ roomId, epoch: 1, troubles: ['disk_low', 'disk_full'] });
  const later = await ControlClient.connect(started.node.controlPort);
  expect(await later.event('capture:health')).toEqual({ roomId, epoch: 1, troubles: ['disk_low', 'disk_full'] });
  later.close();
  await rm(join(disk, 'filler'));
  await started.client.event('capture:health', ({ troubles }) => troubles.join() === 'disk_low' && started.client.events('capture:health').length > 2);
  const { sent, kept } = await stop();
  expect(kept).toEqual(sent);
  expect(started.client.events('capture:health').at(-1)).toEqual({ roomId, epoch: 1, troubles: [] });
  const timeline = await readTimeline(disk);
  expect(timeline.filter(({ type }) => type === 'capture:troubles').map(({ data }) => data['troubles'])).toContainEqual(['disk_low', 'disk_full']);
});

test.skipIf(cannotMount !== null)('a disk that takes no writes is told; what came meanwhile is written when it does', async () => {
  mounted('tmpfs', 'size=8m,ro');
  started = await startTestNode({ dataDirectory: disk, rules: { retryMs: 50 } });
  const { roomId, stop } = await recordedMicrophone(2);
  expect(await told(['disk_unwritable'])).toEqual({ roomId, epoch: 1, troubles: ['disk_unwritable'] });
  run('mount', '-o', 'remount,rw', disk);
  expect(await told([])).toEqual({ roomId, epoch: 1, troubles: [] });
  const { sent, kept } = await stop();
  expect(kept).toEqual(sent);
});

test.skipIf(cannotFreeze !== null)('a disk that stands still is told as slow, what is on file is not overstated, and nothing is lost', async () => {
  const image = join(await mkdtemp(join(tmpdir(), 'sfu-image-')), 'disk.img');
  cleanUps.push(() => run('rm', '-r', join(image, '..')));
  run('sh', '-c', `truncate -s 16M ${image} && mkfs.ext4 -q ${image} && mount -o loop ${image} ${disk}`);
  cleanUps.push(() => run('umount', '-l', disk));
  started = await startTestNode({ dataDirectory: disk });
  const { roomId, stop } = await recordedMicrophone(9);
  await vi.waitFor(async () => expect((await readTimeline(disk)).map(({ type }) => type)).toContain('capture:flushed'), { timeout: 10_000 });
  // Should this test die meanwhile, the disk is let go all the same: nothing can kill a process that waits for it.
  const watchdog = spawn('sh', ['-c', `sleep 20; fsfreeze -u ${disk}`], { stdio: 'ignore', detached: true });
  const frozenMs = Date.now();
  run('fsfreeze', '-f', disk);
  try {
    expect(await told(['disk_slow'])).toEqual({ roomId, epoch: 1, troubles: ['disk_slow'] });
  } finally {
    run('fsfreeze', '-u', disk);
    process.kill(-watchdog.pid!, 'SIGTERM');
  }
  const thawedMs = Date.now();
  expect(await told([])).toEqual({ roomId, epoch: 1, troubles: [] });
  const { sent, kept } = await stop();
  expect(kept).toEqual(sent);
  const notes = await readTimeline(disk);
  const flushed = notes.filter(({ type, atMs }) => type === 'capture:flushed' && atMs > frozenMs + 100 && atMs < thawedMs);
  // One frame may be on its way when the disk stops.
  expect(flushed.every(({ data }) => Number(data['untilMs']) <= frozenMs + 100)).toBe(true);
  expect(notes.findLast(({ type }) => type === 'capture:flushed')!.data['untilMs']).toBeGreaterThan(thawedMs);
});

test('an unpaused source that falls silent is told, a paused one never, and it ends with the first packet', async () => {
  started = await startTestNode();
  const { roomId, microphone } = await recordedMicrophone(1);
  expect(await told(['capture_silent'])).toEqual({ roomId, epoch: 1, troubles: ['capture_silent'] });
  await microphone.producer.pause();
  expect(await told([])).toEqual({ roomId, epoch: 1, troubles: [] });
  await new Promise((resolve) => setTimeout(resolve, 3500));
  await microphone.producer.resume();
  expect(started.client.events('capture:health')).toHaveLength(2);
  await started.client.event('capture:health', () => started.client.events('capture:health').length === 3);
  const sending = relay('audio', { ssrc: 201 }, 1, microphone);
  await started.client.event('capture:health', () => started.client.events('capture:health').length === 4);
  expect(started.client.events('capture:health').at(-1)).toEqual({ roomId, epoch: 1, troubles: [] });
  await sending;
});

test('room for the rest of a lesson: told at its start, before anything is lost', async () => {
  started = await startTestNode({ diskLowBytes: Number.MAX_SAFE_INTEGER });
  const roomId = newId();
  await started.client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  expect(started.client.events('capture:health')).toEqual([]);
  await started.client.ask('room:capture', { roomId, capture: { lessonId: newId(), sessionId: newId() } });
  expect(await told(['disk_low'])).toEqual({ roomId, epoch: 1, troubles: ['disk_low'] });
});
