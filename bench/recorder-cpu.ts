// What recording costs the sfu: the same packets through the same room, recorded and not, in turn. A program of its own, so that nothing else is measured:
// `node bench/recorder-cpu.ts ROUNDS` with MEDIASOUP_WORKER_BIN; one JSON line.
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '#domain/id.ts';
import type { Source } from '#domain/media.ts';
import { directProducer } from '../sfu/testing/rtp-relay.ts';
import { startTestNode, type TestNode } from '../sfu/testing/test-node.ts';
import { treeSeconds } from './statistics.ts';

/** Packets a second of a lesson with camera in three layers, screen, and two speakers with camera and microphone. */
const streams: { source: Source; peer: number; rates: number[]; bytes: number }[] = [
  { source: 'camera', peer: 0, rates: [17, 57, 170], bytes: 1100 }, { source: 'microphone', peer: 0, rates: [50], bytes: 90 },
  { source: 'screen', peer: 0, rates: [100], bytes: 1100 }, { source: 'camera', peer: 1, rates: [17, 57, 170], bytes: 1100 },
  { source: 'microphone', peer: 1, rates: [50], bytes: 90 },
];
const tickMs = 20;

function packetOf(video: boolean, ssrc: number, sequence: number, timestamp: number, bytes: number): Buffer {
  const packet = Buffer.alloc(12 + bytes);
  packet[0] = 0x80;
  packet[1] = video ? 0x80 | 96 : 111;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(timestamp % 2 ** 32, 4);
  packet.writeUInt32BE(ssrc, 8);
  // VP8: begins a frame; every hundredth is a key frame of 1280x720, so that none is asked for.
  if (video) packet.set([0x10, sequence % 100 === 0 ? 0x10 : 0x11, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02], 12);
  return packet;
}

/** Sends one lesson's packets for `seconds` and answers the processor seconds of node and media worker, in percent of one core. */
async function measure({ node }: TestNode, recorded: boolean, seconds: number): Promise<{ percent: number; node: number; packets: number }> {
  const roomId = newId();
  const room = await node.rooms.open(roomId, recorded ? { lessonId: newId(), sessionId: newId() } : null);
  const peers = [newId(), newId()];
  let ssrc = 1000;
  const senders = await Promise.all(streams.map(async ({ source, peer, rates, bytes }) => {
    const video = source !== 'microphone';
    const layers = rates.map((rate) => ({ rate, ssrc: ++ssrc, sent: 0 }));
    const { producer } = await directProducer(room, peers[peer]!, source, video ? 'video' : 'audio', layers.map((layer) => layer.ssrc));
    return { producer, layers, video, bytes };
  }));
  let packets = 0;
  const startedMs = performance.now();
  const cpuFrom = treeSeconds(process.pid);
  const nodeFrom = process.cpuUsage();
  for (let at = 0; at < seconds * 1000; at = performance.now() - startedMs) {
    for (const { producer, layers, video, bytes } of senders) {
      for (const layer of layers) {
        for (; layer.sent < (at / 1000) * layer.rate; layer.sent++, packets++) {
          producer.send(packetOf(video, layer.ssrc, layer.sent, Math.round((layer.sent / layer.rate) * (video ? 90_000 : 48_000)), bytes));
        }
      }
    }
    await pause(tickMs);
  }
  const percent = ((treeSeconds(process.pid) - cpuFrom) / seconds) * 100;
  const own = process.cpuUsage(nodeFrom);
  await node.rooms.close(roomId, 'measured');
  return { percent, node: ((own.user + own.system) / 1e6 / seconds) * 100, packets: Math.round(packets / seconds) };
}

/** Percent of one core that recording a lesson costs: the difference between recorded and not, the middle of `rounds` pairs. Node and media worker together. */
async function recorderCpu(rounds: number, seconds = 10): Promise<Record<string, unknown>> {
  const test = await startTestNode();
  try {
    await measure(test, true, 3);
    const differences: { all: number; node: number }[] = [];
    let packetsPerSecond = 0;
    for (let round = 0; round < rounds; round++) {
      const without = await measure(test, false, seconds);
      const recorded = await measure(test, true, seconds);
      differences.push({ all: recorded.percent - without.percent, node: recorded.node - without.node });
      packetsPerSecond = recorded.packets;
    }
    const middle = differences.sort((one, other) => one.all - other.all)[Math.floor(rounds / 2)]!;
    return {
      recorderCpuPercentPerLesson: Number(middle.all.toFixed(2)), recorderCpuOfNode: Number(middle.node.toFixed(2)),
      recorderCpuRounds: differences.map(({ all }) => Number(all.toFixed(2))), packetsPerSecond,
      recorderCpuMethod: `sfu node and media worker, ${seconds} s of the same packets with capture less the same without, middle of ${rounds}`,
    };
  } finally {
    await test.close();
  }
}

console.log(JSON.stringify(await recorderCpu(Number(process.argv[2] ?? 5))));
process.exit(0);
