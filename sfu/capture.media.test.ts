// The raw capture against real mediasoup and real RTP from ffmpeg: nothing missing, nothing foreign, whatever is closed or killed.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { newId } from '#domain/id.ts';
import { readRtpHead } from './capture/rtp-packet.ts';
import { readCapture, readTimeline, type TimelineLine } from './testing/read-capture.ts';
import { directProducer, relay, type Sent } from './testing/rtp-relay.ts';
import { startTestNode, type TestNode } from './testing/test-node.ts';
import type { Room } from './room.ts';

let started: TestNode;
afterEach(async () => { await started?.close(); });

const recordedRoom = (): Promise<Room> => started.node.rooms.open(newId(), 1, { lessonId: newId(), sessionId: newId() });
const bodyOf = (packet: Buffer): string => packet.subarray(12).toString('base64');
/** Without what is noted every so often. */
const facts = (lines: TimelineLine[]): string[] => lines.map(({ type }) => type).filter((type) => !['capture:flushed', 'capture:troubles'].includes(type));
/** Sequence numbers and SSRCs are the consumer's own; timestamps and payloads must be the sender's. */
const keyOf = (packet: Buffer): string => `${packet.readUInt32BE(4)} ${bodyOf(packet)}`;
const headerless = (packet: Buffer): string => {
  return `${packet.readUInt32BE(4)} ${packet.subarray(readRtpHead(packet)!.payloadAt).toString('base64')}`;
};

test('three layers and a microphone: every packet, every Sender Report, original times, nothing else', async () => {
  started = await startTestNode();
  const room = await recordedRoom();
  const peerId = newId();
  const layers = [{ ssrc: 101, width: 160, height: 90 }, { ssrc: 102, width: 320, height: 180 }, { ssrc: 103, width: 640, height: 360 }];
  const camera = await directProducer(room, peerId, 'camera', 'video', layers.map(({ ssrc }) => ssrc));
  const microphone = await directProducer(room, peerId, 'microphone', 'audio', [201]);
  const [sound, ...pictures] = await Promise.all([relay('audio', { ssrc: 201 }, 6, microphone), ...layers.map((layer) => relay('video', layer, 6, camera))]);
  // Answered behind everything that was sent: closing must not overtake the last packets.
  await Promise.all([camera, microphone].map(({ producer }) => producer.getStats()));
  expect(await started.node.rooms.close((started.node.rooms.ids)[0]!, 'roomClosed')).toBe(2);

  const seen = await readCapture(started.dataDirectory, camera.producer.id);
  const [header] = seen.headers;
  expect(header).toMatchObject({ version: 1, peerId, source: 'camera', kind: 'video', mimeType: 'video/VP8', clockRate: 90_000, segment: 1, nodeId: 'node-a', bootId: started.node.bootId });
  expect(header!.encodings.map(({ producerSsrc }) => producerSsrc)).toEqual([101, 102, 103]);
  const foreign = seen.rtp.filter(({ payload }) => !header!.encodings.some(({ ssrc }) => ssrc === payload.readUInt32BE(8)) || (payload[1]! & 0x7f) !== header!.payloadType);
  expect(foreign).toEqual([]);
  for (const [index, { ssrc }] of header!.encodings.entries()) {
    const packets = seen.rtp.filter(({ payload }) => payload.readUInt32BE(8) === ssrc).map(({ payload }) => headerless(payload));
    expect(packets.length).toBeGreaterThan(100);
    expect(packets).toEqual(pictures[index]!.rtp.map(keyOf));
  }
  expect(seen.reports.length).toBe(pictures.reduce((sum, { reports }) => sum + reports, 0));
  expect(seen.reports.length).toBeGreaterThan(0);
  expect(new Set(seen.reports.map(({ ssrc }) => ssrc))).toEqual(new Set([101, 102, 103]));
  expect(seen.events.map(({ type }) => type)).toEqual(['opened', 'keyframeRequested', 'closed']);

  const heard = await readCapture(started.dataDirectory, microphone.producer.id);
  expect(heard.rtp.map(({ payload }) => headerless(payload))).toEqual((sound as Sent).rtp.map(keyOf));
  expect(heard.headers[0]).toMatchObject({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2, cname: `cname-${peerId.slice(-4)}` });
  const times = heard.rtp.map(({ atUs }) => atUs);
  expect(times).toEqual([...times].sort((one, other) => one - other));
});

test('segments rotate without a packet lost between them; pause, resume and notes are in log and timeline', async () => {
  started = await startTestNode({ rules: { segmentMs: 1000 } });
  const room = await recordedRoom();
  const microphone = await directProducer(room, newId(), 'microphone', 'audio', [201]);
  const sending = relay('audio', { ssrc: 201 }, 4, microphone);
  await vi.waitFor(async () => expect((await microphone.producer.getStats())[0]?.packetCount).toBeGreaterThan(50), { timeout: 20_000 });
  await microphone.producer.pause();
  await room.note('quiz:opened', { quizId: 'q' });
  await microphone.producer.resume();
  const sent = await sending;
  await room.close('roomClosed');
  const { files, headers, rtp, events } = await readCapture(started.dataDirectory, microphone.producer.id);
  expect(files.length).toBeGreaterThanOrEqual(4);
  expect(files.every((name) => name.endsWith('.rtplog'))).toBe(true);
  expect(headers.map(({ segment }) => segment)).toEqual(headers.map((_, index) => index + 1));
  const wanted = new Set(sent.rtp.map(keyOf));
  const kept = rtp.map(({ payload }) => headerless(payload));
  expect(kept.every((key) => wanted.has(key))).toBe(true);
  // The pause lasts two requests: a few 20 ms packets at most.
  expect(sent.rtp.length - kept.length).toBeLessThan(25);
  expect(events.map(({ type }) => type)).toEqual(['opened', 'paused', 'resumed', 'closed']);
  const timeline = await readTimeline(started.dataDirectory);
  const flushed = timeline.filter(({ type }) => type === 'capture:flushed');
  expect(flushed.length).toBeGreaterThan(0);
  expect(flushed.every(({ atMs, data }) => Number(data['untilMs']) <= atMs && Number(data['untilMs']) > atMs - 1000)).toBe(true);
  expect(timeline.at(-1)!.data).toEqual({ reason: 'roomClosed', captures: 1, sealed: true, unsealed: [] });
  expect(facts(timeline)).toEqual(['node:booted', 'producer:opened', 'producer:paused', 'quiz:opened', 'producer:resumed', 'producer:closed', 'capture:ended']);
});

test('a packet that does not come back makes the recorder ask for a key frame', async () => {
  started = await startTestNode();
  const room = await recordedRoom();
  const screen = await directProducer(room, newId(), 'screen', 'video', [101]);
  let requests = 0;
  screen.transport.on('rtcp', (packet) => { if (packet[1] === 206 && (packet[0]! & 0x1f) === 1) requests++; });
  await relay('video', { ssrc: 101 }, 3, screen, (index) => index === 40);
  await room.close('roomClosed');
  const { events } = await readCapture(started.dataDirectory, screen.producer.id);
  expect(events.filter(({ type }) => type === 'keyframeRequested').map(({ data }) => data!['reason'])).toEqual(['start', 'loss']);
  expect(requests).toBeGreaterThan(0);
});

test('what was sent before recording began is not in it, everything after is', async () => {
  started = await startTestNode();
  const roomId = newId();
  const room = await started.node.rooms.open(roomId, 1, null);
  const microphone = await directProducer(room, newId(), 'microphone', 'audio', [201]);
  const sending = relay('audio', { ssrc: 201 }, 3, microphone);
  await vi.waitFor(async () => expect((await microphone.producer.getStats())[0]?.packetCount).toBeGreaterThan(50), { timeout: 20_000 });
  const capture = { lessonId: newId(), sessionId: newId() };
  await started.client.ask('room:capture', { roomId, capture });
  await started.client.ask('room:capture', { roomId, capture });
  const sent = await sending;
  expect(await started.client.ask('room:close', { roomId })).toEqual({ captures: 1 });
  const kept = (await readCapture(started.dataDirectory, microphone.producer.id)).rtp.map(({ payload }) => headerless(payload));
  expect(kept.length).toBeGreaterThan(0);
  expect(kept).toEqual(sent.rtp.slice(-kept.length).map(keyOf));
});

test('a disk that refuses is told, the lesson goes on, and what was kept in memory is written when it works again', async () => {
  started = await startTestNode({ rules: { retryMs: 50 } });
  const { client, dataDirectory } = started;
  const roomId = newId();
  await writeFile(join(dataDirectory, 'capture'), 'a file where the folder should be');
  await client.ask('room:open', { roomId, epoch: 1, origin: null, capture: { lessonId: newId(), sessionId: newId() } });
  const microphone = await directProducer(await started.node.rooms.get(roomId), newId(), 'microphone', 'audio', [201]);
  const sending = relay('audio', { ssrc: 201 }, 2, microphone);
  expect(await client.event('capture:health', ({ troubles }) => troubles.length > 0)).toEqual({ roomId, epoch: 1, troubles: ['disk_unwritable'] });
  await vi.waitFor(async () => expect((await microphone.producer.getStats())[0]?.packetCount).toBeGreaterThan(20), { timeout: 20_000 });
  await rm(join(dataDirectory, 'capture'));
  expect(await client.event('capture:health', ({ troubles }) => troubles.length === 0)).toEqual({ roomId, epoch: 1, troubles: [] });
  const sent = await sending;
  await client.ask('room:close', { roomId });
  expect((await readCapture(dataDirectory, microphone.producer.id)).rtp.map(({ payload }) => headerless(payload))).toEqual(sent.rtp.map(keyOf));
});

test('kill -9 in mid-recording loses at most the last moment, and the next start seals the rest', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'sfu-kill-'));
  const child = fork(join(import.meta.dirname, 'testing/kill-me.ts'), [dataDirectory], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ producerId }] = await once(child, 'message') as [{ producerId: string }];
  await vi.waitFor(async () => expect((await readCapture(dataDirectory, producerId)).rtp.length).toBeGreaterThan(200), { timeout: 20_000 });
  const killedAt = Date.now();
  child.kill('SIGKILL');
  await once(child, 'exit');
  const torn = await readCapture(dataDirectory, producerId);
  expect(torn.files).toEqual(['000001.rtplog.part']);
  started = await startTestNode({ dataDirectory });
  const sealed = await readCapture(dataDirectory, producerId);
  expect(sealed.files).toEqual(['000001.rtplog']);
  expect(sealed.damagedBytes).toBe(0);
  expect(sealed.rtp.length).toBe(torn.rtp.length);
  const sequences = sealed.rtp.map(({ payload }) => payload.readUInt16BE(2));
  expect(sequences.every((sequence, index) => index === 0 || (sequence - sequences[index - 1]! + 65536) % 65536 === 1)).toBe(true);
  const last = sealed.rtp.at(-1)!.payload;
  const lostMs = killedAt - last.readDoubleBE(readRtpHead(last)!.payloadAt);
  // 80 ms in the buffer; the rest is a busy test machine's scheduling of the killed process and its media worker.
  expect(lostMs).toBeLessThan(400);
  console.log(`lost at kill -9: ${Math.round(lostMs)} ms`);
  await started.close();
  await rm(dataDirectory, { recursive: true, force: true });
});

test('a dead media worker: its room is lost and sealed, viewers on another are told, and the room opens anew at once', async () => {
  started = await startTestNode({ workerCount: 2 });
  const { node, client } = started;
  const [roomId, otherRoomId, viewer] = [newId(), newId(), newId()];
  const capture = { lessonId: newId(), sessionId: newId() };
  await client.ask('room:open', { roomId, epoch: 1, origin: null, capture });
  const room = await node.rooms.get(roomId);
  const microphone = await directProducer(room, newId(), 'microphone', 'audio', [201]);
  const sending = relay('audio', { ssrc: 201 }, 2, microphone);
  await vi.waitFor(async () => expect((await microphone.producer.getStats())[0]?.packetCount).toBeGreaterThan(20), { timeout: 20_000 });
  // A room on the other worker has a viewer seated on the one that dies.
  await client.ask('room:open', { roomId: otherRoomId, epoch: 1, origin: null, capture: null });
  const other = await node.rooms.get(otherRoomId);
  const dying = room.routers.originWorker;
  const apart = other.routers.originWorker !== dying;
  if (apart) {
    other.routers.originWorker.load.seats += 100;
    await client.ask('peer:join', { roomId: otherRoomId, peerId: viewer });
    other.routers.originWorker.load.seats -= 100;
    await client.ask('transport:create', { roomId: otherRoomId, peerId: viewer, direction: 'receive' });
  }
  expect(apart).toBe(true);
  await vi.waitFor(async () => expect((await readCapture(started.dataDirectory, microphone.producer.id)).rtp.length).toBeGreaterThan(10), { timeout: 10_000 });
  const killedAt = performance.now();
  process.kill(dying.worker.pid, 'SIGKILL');
  expect(await client.event('room:lost')).toEqual({ roomId, epoch: 1, reason: 'media worker died' });
  expect(await client.event('peer:lost')).toEqual({ roomId: otherRoomId, peerId: viewer });
  expect(await client.reply('peer:join', { roomId, peerId: viewer })).toMatchObject({ ok: false, error: { code: 'not_found' } });
  expect((await client.ask('room:open', { roomId, epoch: 1, origin: null, capture })).producers).toEqual([]);
  console.log(`room open again after a killed media worker: ${Math.round(performance.now() - killedAt)} ms`);
  await vi.waitFor(() => expect(node.workers.alive).toHaveLength(2), { timeout: 10_000 });
  // The viewer who lost its receiving side gets a new one on a living worker.
  await client.ask('transport:create', { roomId: otherRoomId, peerId: viewer, direction: 'receive' });
  await sending;
  const { events, rtp, files } = await readCapture(started.dataDirectory, microphone.producer.id);
  expect(files).toEqual(['000001.rtplog']);
  expect(events.at(-1)).toEqual({ type: 'closed', data: { reason: 'workerDied' } });
  expect(rtp.length).toBeGreaterThan(10);
  await client.ask('room:close', { roomId });
  expect(facts(await readTimeline(started.dataDirectory))).toEqual([
    'node:booted', 'producer:opened', 'producer:closed', 'capture:ended', 'node:booted', 'capture:ended',
  ]);
});

test('with one media worker alone, a room asked for in the moment of its death waits for the next worker', async () => {
  started = await startTestNode({ workerCount: 1 });
  const { node, client } = started;
  const roomId = newId();
  await client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  const dying = (await node.rooms.get(roomId)).routers.originWorker;
  process.kill(dying.worker.pid, 'SIGKILL');
  expect(await client.event('room:lost')).toMatchObject({ roomId });
  expect((await client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null })).producers).toEqual([]);
  expect((await node.rooms.get(roomId)).routers.originWorker.worker.pid).not.toBe(dying.worker.pid);
});

test('a consumer on the other worker gets the packets through the pipe, with layers, pauses and the end mirrored', async () => {
  started = await startTestNode({ workerCount: 2 });
  const room = await started.node.rooms.open(newId(), 1, null);
  const camera = await directProducer(room, newId(), 'camera', 'video', [101]);
  const edge = started.node.workers.alive.find((worker) => worker !== room.routers.originWorker)!;
  await Promise.all([1, 2, 3].map(() => room.routers.bring(camera.producer.id, edge)));
  const router = await room.routers.on(edge);
  const transport = await router.createDirectTransport();
  const consumer = await transport.consume({ producerId: camera.producer.id, rtpCapabilities: router.rtpCapabilities });
  const got: Buffer[] = [];
  consumer.on('rtp', (packet) => got.push(packet));
  const sent = await relay('video', { ssrc: 101 }, 2, camera);
  await vi.waitFor(() => expect(got.length).toBeGreaterThanOrEqual(sent.rtp.length - 5), { timeout: 10_000 });
  const paused = once(consumer, 'producerpause');
  await camera.producer.pause();
  await paused;
  const closed = once(consumer, 'producerclose');
  camera.producer.close();
  await closed;
});
