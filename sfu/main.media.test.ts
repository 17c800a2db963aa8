// The sfu as a process: ready, stopped by a signal with its captures sealed, and clear about wrong settings.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { freePort } from '#runtime/free-port.ts';
import { readCapture } from './testing/read-capture.ts';
import { ControlClient, testSecret } from './testing/test-node.ts';

let dataDirectory: string;
beforeAll(async () => { dataDirectory = await mkdtemp(join(tmpdir(), 'sfu-main-')); });
afterAll(async () => { await rm(dataDirectory, { recursive: true, force: true }); });

function run(env: Record<string, string>): { child: ChildProcess; words: () => string } {
  let text = '';
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  child.stderr!.on('data', (chunk: Buffer) => { text += chunk.toString(); });
  child.stdout!.resume();
  return { child, words: () => text };
}

test('ready, then SIGTERM: captures sealed with the reason, exit code 0', async () => {
  const port = await freePort();
  const { child } = run({
    DATA_DIR: dataDirectory, SFU_SECRET: testSecret, SFU_CONTROL_PORT: String(port), MEDIA_PORT: String(await freePort()), MEDIA_WORKERS: '1', LOG_LEVEL: 'error',
    MEDIA_ANNOUNCED_ADDRESS: '127.0.0.1', NODE_ID: 'node-main',
  });
  expect((await once(child, 'message'))[0]).toEqual({ type: 'ready' });
  const client = await ControlClient.connect(port);
  const seat = { roomId: newId(), peerId: newId() };
  await client.ask('room:open', { roomId: seat.roomId, epoch: 1, origin: null, capture: { lessonId: newId(), sessionId: newId() } });
  await client.ask('peer:join', seat);
  const { transportId } = await client.ask('transport:create', { ...seat, direction: 'send' });
  const rtpParameters = { codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] }], encodings: [{ ssrc: 5 }], rtcp: { cname: 'c' } };
  const { producerId } = await client.ask('producer:create', { ...seat, transportId, kind: 'audio', source: 'microphone', rtpParameters, paused: true });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
  client.close();
  const { files, events } = await readCapture(dataDirectory, producerId);
  expect(files).toEqual(['000001.rtplog']);
  expect(events).toEqual([{ type: 'opened', data: { paused: true } }, { type: 'closed', data: { reason: 'nodeStopped' } }]);
});

test.each([
  [{ SFU_SECRET: 'short' }, 'SFU_SECRET='],
  [{ SFU_SECRET: '' }, 'SFU_SECRET is not set'],
  [{ MEDIA_WORKERS: 'many' }, 'MEDIA_WORKERS=many is not valid'],
  [{ MEDIASOUP_WORKER_BIN: '/nowhere/mediasoup-worker' }, '/nowhere/mediasoup-worker'],
])('a wrong setting %o is one clear line', async (wrong, line) => {
  const { child, words } = run({
    DATA_DIR: dataDirectory, SFU_SECRET: testSecret, SFU_CONTROL_PORT: String(await freePort()), MEDIA_PORT: String(await freePort()), MEDIA_WORKERS: '1', LOG_LEVEL: 'error', ...wrong,
  });
  const [code] = await once(child, 'close') as [number];
  expect(code).toBe(1);
  expect(words().trim().split('\n')).toHaveLength(1);
  expect(words()).toContain(line);
});
