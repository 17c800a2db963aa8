// Real Chromium through the control socket: camera, microphone and screen of one page reach another page and the capture.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { decodeFrames, type CaptureHeader } from '#runtime/capture-log.ts';
import { launchBrowser } from '#testing/browser.ts';
import { spokenMs } from '#testing/beep.ts';
import { makeBeepMicrophone, makeCounterCamera } from '#testing/camera-files.ts';
import { chromiumPeer } from './testing/chromium-peer.ts';
import { readCapture } from './testing/read-capture.ts';
import { startTestNode, type TestNode } from './testing/test-node.ts';

let files: string;
let browser: Browser;
let started: TestNode;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), 'sfu-camera-'));
  await makeCounterCamera(join(files, 'camera.mjpeg'), 10, 1280, 720, process.env['FFMPEG_BIN'] ?? 'ffmpeg');
  await makeBeepMicrophone(join(files, 'microphone.wav'), 10, spokenMs);
  browser = await launchBrowser(process.env['CHROMIUM_BIN'] ?? '/usr/bin/chromium', { cameraFile: join(files, 'camera.mjpeg'), microphoneFile: join(files, 'microphone.wav') });
  started = await startTestNode({ workerCount: 2 });
});

afterAll(async () => {
  await browser?.close();
  await started?.close();
  await rm(files, { recursive: true, force: true });
});

test('camera and microphone reach a viewer on the other worker, and the capture has every layer', async () => {
  const { client, node, dataDirectory } = started;
  const [roomId, teacher, student] = [newId(), newId(), newId()];
  await client.ask('room:open', { roomId, epoch: 1, origin: null, capture: { lessonId: newId(), sessionId: newId() } });
  const sender = await chromiumPeer(browser, client, roomId, teacher);
  const camera = await sender.evaluate(() => window.mediaPage.produce('camera'));
  const microphone = await sender.evaluate(() => window.mediaPage.produce('microphone'));
  const viewer = await chromiumPeer(browser, client, roomId, student);
  const room = await node.rooms.get(roomId);
  expect(room.peer(student).seat).not.toBe(room.routers.originWorker);

  const seen = await viewer.evaluate((id) => window.mediaPage.watch(id), camera);
  console.log(`first picture: ${JSON.stringify(seen)}`);
  // Which layer comes first is the estimators' affair on a busy machine; that a picture comes is not.
  expect([180, 360, 720]).toContain(seen.height);
  expect(await viewer.evaluate((id) => window.mediaPage.packetsHeard(id, 50), microphone)).toBeGreaterThanOrEqual(50);
  expect(await client.event('speaker:changed', ({ roomId: where }) => where === roomId)).toEqual({ roomId, epoch: 1, peerId: teacher });
  expect(client.events('transport:changed').filter(({ peerId, state }) => peerId === teacher && state === 'connected')).toHaveLength(1);

  expect(await client.ask('room:close', { roomId })).toEqual({ captures: 2 });
  const all = await readdir(join(dataDirectory, 'capture'), { recursive: true });
  expect(all.filter((name) => name.endsWith('.part'))).toEqual([]);
  const path = all.find((name) => name.includes(camera) && name.endsWith('000001.rtplog'))!;
  const { frames } = decodeFrames(await readFile(join(dataDirectory, 'capture', path)));
  const header = JSON.parse(frames[0]!.payload.toString()) as CaptureHeader;
  const ssrcs = new Set(frames.filter(({ type }) => type === 1).map(({ payload }) => payload.readUInt32BE(8)));
  expect(header.encodings.map(({ rid }) => rid)).toEqual(['r0', 'r1', 'r2']);
  expect(header.encodings.every(({ ssrc }) => ssrcs.has(ssrc))).toBe(true);
  const layers = frames.filter(({ type }) => type === 3).map(({ payload }) => JSON.parse(payload.toString()) as { type: string; data: { encodings: { producerSsrc?: number }[] } })
    .findLast(({ type }) => type === 'layers')!.data.encodings;
  const reported = new Set(frames.filter(({ type }) => type === 2).map(({ payload }) => (JSON.parse(payload.toString()) as { ssrc: number }).ssrc));
  expect([...reported].every((ssrc) => layers.some(({ producerSsrc }) => producerSsrc === ssrc))).toBe(true);
  await sender.close();
  await viewer.close();
});

test('camera and microphone reach a viewer at another node, and a guest there is seen at the origin', async () => {
  const { client, node: origin } = started;
  const edge = await startTestNode({ nodeId: 'edge', pipeAddress: '127.0.0.2' });
  const [roomId, teacher, student] = [newId(), newId(), newId()];
  await client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  await edge.client.ask('room:open', { roomId, epoch: 1, origin: { nodeId: 'node-a', controlUrl: `http://127.0.0.1:${origin.controlPort}` }, capture: null });
  const sender = await chromiumPeer(browser, client, roomId, teacher);
  const viewer = await chromiumPeer(browser, edge.client, roomId, student);
  const camera = await sender.evaluate(() => window.mediaPage.produce('camera'));
  const microphone = await sender.evaluate(() => window.mediaPage.produce('microphone'));
  const seen = await viewer.evaluate((id) => window.mediaPage.watch(id), camera);
  console.log(`first picture at another node: ${JSON.stringify(seen)}`);
  expect([180, 360, 720]).toContain(seen.height);
  expect(await viewer.evaluate((id) => window.mediaPage.packetsHeard(id, 50), microphone)).toBeGreaterThanOrEqual(50);
  // The estimator may begin below: the picture comes to its full height through layers that all went over the pipe.
  await viewer.waitForFunction((id) => document.querySelector<HTMLVideoElement>(`#v-${id}`)!.videoHeight === 720, camera);
  await edge.client.ask('consumer:prefer', { roomId, peerId: student, consumerId: seen.consumerId, spatialLayer: 0 });
  await viewer.waitForFunction((id) => document.querySelector<HTMLVideoElement>(`#v-${id}`)!.videoHeight === 180, camera);
  const guest = await viewer.evaluate(() => window.mediaPage.produce('camera'));
  console.log(`first picture of a guest at another node: ${JSON.stringify(await sender.evaluate((id) => window.mediaPage.watch(id), guest))}`);
  await sender.close();
  await viewer.close();
  await client.ask('room:close', { roomId });
  await edge.close();
});

test('sound that is silent and a screen that stands still are no danger to the recording', async () => {
  const { client, dataDirectory } = started;
  const roomId = newId();
  await client.ask('room:open', { roomId, epoch: 1, origin: null, capture: { lessonId: newId(), sessionId: newId() } });
  const sender = await chromiumPeer(browser, client, roomId, newId());
  await sender.evaluate(() => {
    const devices = navigator.mediaDevices;
    const own = devices.getUserMedia.bind(devices);
    devices.getUserMedia = async (wanted) => {
      const stream = await own(wanted);
      stream.getTracks().forEach((track) => { track.enabled = false; });
      return stream;
    };
    const page = document.createElement('canvas');
    Object.assign(page, { width: 1280, height: 720 });
    const paint = page.getContext('2d')!;
    paint.fillRect(0, 0, 640, 720);
    devices.getDisplayMedia = async () => {
      const stream = page.captureStream(30);
      // One picture after the stream began, and none ever again.
      setTimeout(() => paint.fillRect(0, 0, 660, 720), 500);
      return stream;
    };
  });
  const microphone = await sender.evaluate(() => window.mediaPage.produce('microphone'));
  const screen = await sender.evaluate(() => window.mediaPage.produce('screen'));
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  await client.ask('room:close', { roomId });
  expect(client.events('capture:health').filter((told) => told.roomId === roomId)).toEqual([]);
  const largestGapMs = (times: number[]): number => Math.max(...times.slice(1).map((at, index) => (at - times[index]!) / 1000));
  const sound = await readCapture(dataDirectory, microphone);
  console.log(`silent sound: a packet at least every ${Math.round(largestGapMs(sound.rtp.map(({ atUs }) => atUs)))} ms`);
  const still = await readCapture(dataDirectory, screen);
  expect(still.frames.at(-1)!.atUs - still.rtp.at(-1)!.atUs).toBeGreaterThan(9_000_000);
  const reports = still.frames.filter(({ type }) => type === 2).map(({ atUs }) => atUs);
  console.log(`still screen: ${still.rtp.length} packets, a report at least every ${Math.round(largestGapMs(reports))} ms`);
  await sender.close();
});

test('what nobody watches is not wanted, and is wanted again at once', async () => {
  const { client } = started;
  const [roomId, teacher, student] = [newId(), newId(), newId()];
  await client.ask('room:open', { roomId, epoch: 1, origin: null, capture: null });
  const sender = await chromiumPeer(browser, client, roomId, teacher);
  const camera = await sender.evaluate(() => window.mediaPage.produce('camera'));
  const wanted = (layer: number) => client.event('producer:wanted', ({ producerId, maxSpatialLayer }) => producerId === camera && maxSpatialLayer === layer);
  await wanted(-1);
  const viewer = await chromiumPeer(browser, client, roomId, student);
  const { consumerId } = await viewer.evaluate((id) => window.mediaPage.watch(id), camera);
  await wanted(2);
  await client.ask('consumer:prefer', { roomId, peerId: student, consumerId, spatialLayer: 0 });
  await wanted(0);
  // A connection closed by the browser says so over DTLS, and what it sent ends for everybody.
  await sender.evaluate(() => window.mediaPage.hangUp());
  await client.event('producer:closed', ({ producerId }) => producerId === camera);
  await client.event('consumer:closed', (closed) => closed.consumerId === consumerId);
  await sender.close();
  await viewer.close();
  await client.ask('room:close', { roomId });
});
