// Captures are read from the folder as a kill leaves it: torn, unsealed, with a header missing here and there.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeFrame, encodeJsonFrame, frameTypes, type CaptureHeader } from '#runtime/capture-log.ts';
import { emptyCapture, readInto } from './capture-reader.ts';
import { capturesOf, findBoots, readTimeline } from './rooms.ts';
import { findSegments } from './segments.ts';

let dataDir = '';
beforeEach(async () => { dataDir = await mkdtemp(join(tmpdir(), 'reader-')); });
afterEach(() => rm(dataDir, { recursive: true }));

const header: CaptureHeader = {
  version: 1, lessonId: 'l', sessionId: 's', roomId: 'r', nodeId: 'n', bootId: 'b', producerId: 'p', peerId: 'peer', source: 'camera', kind: 'video',
  segment: 1, mimeType: 'video/VP8', clockRate: 90_000, payloadType: 101, encodings: [{ ssrc: 7 }], startWallMs: 1_000_000,
};
const rtp = (sequence: number): Buffer => {
  const packet = Buffer.alloc(14, 1);
  packet[0] = 0x80;
  packet.writeUInt16BE(sequence, 2);
  return encodeFrame(frameTypes.rtp, sequence * 1000, packet);
};
const head = encodeJsonFrame(frameTypes.header, 0, header);
async function capture(files: Record<string, Buffer[]>): Promise<void> {
  const folder = join(dataDir, 'capture/l/s/r/n-b/p');
  await mkdir(folder, { recursive: true });
  for (const [name, parts] of Object.entries(files)) await writeFile(join(folder, name), Buffer.concat(parts));
}
const packetsOf = (found: Awaited<ReturnType<typeof read>>) => [...(found?.packets.values() ?? [])].flat();
const place = () => ({ dataDir, lessonId: 'l', sessionId: 's', roomId: 'r' });
const read = async () => {
  const [boot] = await findBoots(place());
  const [folder] = await capturesOf(boot!);
  const found = await findSegments(folder!.path);
  if (!found) return null;
  const capture = emptyCapture<number>(found);
  for (const segment of found.segments) await readInto(capture, segment, (payload) => payload.length);
  return capture;
};

describe('capture reader', () => {
  it('finds nothing where nothing was recorded', async () => {
    expect(await findBoots(place())).toEqual([]);
  });

  it('reads segments in order, the sealed one of twins, and where payloads lie', async () => {
    await capture({ '000002.rtplog.part': [head, rtp(3)], '000001.rtplog': [head, rtp(1), rtp(2)], '000001.rtplog.part': [head, rtp(9)], 'note.txt': [] });
    const found = await read();
    expect(packetsOf(found).map((packet) => [packet.sequence, packet.file, packet.described, packet.atMs])).toEqual([[1, 0, 2, 1_000_001], [2, 0, 2, 1_000_002], [3, 1, 2, 1_000_003]]);
    expect(packetsOf(found)[0]?.offset).toBe(head.length + 13 + 12);
    expect(found?.header.peerId).toBe('peer');
  });

  it('counts damage and reads on behind it', async () => {
    await capture({ '000001.rtplog.part': [head, rtp(1), Buffer.from([0xa5, 0x5a, 1, 2, 3]), rtp(2), rtp(3).subarray(0, 20)] });
    const found = await read();
    expect(packetsOf(found).map((packet) => packet.sequence)).toEqual([1, 2]);
    expect(found?.damagedBytes).toBe(25);
  });

  it('uses a later header where the first is lost', async () => {
    await capture({ '000001.rtplog': [rtp(1)], '000002.rtplog': [head, rtp(2)] });
    expect(packetsOf(await read()).map((packet) => packet.sequence)).toEqual([1, 2]);
  });

  it('answers null without any header', async () => {
    await capture({ '000001.rtplog': [rtp(1)] });
    expect(await read()).toBeNull();
  });

  it('takes the encodings told last', async () => {
    const layers = encodeJsonFrame(frameTypes.event, 5, { type: 'layers', data: { encodings: [{ ssrc: 7, producerSsrc: 99 }] } });
    await capture({ '000001.rtplog': [head, layers] });
    expect((await read())?.header.encodings).toEqual([{ ssrc: 7, producerSsrc: 99 }]);
  });

  it('reads the time line of every boot and counts broken lines', async () => {
    await capture({ '000001.rtplog': [head] });
    await writeFile(join(dataDir, 'capture/l/s/r/n-b/timeline.jsonl'), '{"type":"opened","atMs":5}\n{"type":"clo');
    const [boot] = await findBoots(place());
    expect(await readTimeline(boot!)).toMatchObject({ entries: [{ type: 'opened', atMs: 5 }], unreadableLines: 1 });
  });
});
