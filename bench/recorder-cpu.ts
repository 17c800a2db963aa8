// What recording costs the sfu: the same packets through the same rooms, not recorded, handed to node by mediasoup alone, and recorded, in turn; for one lesson and
// for eight at a time, since a wake-up of the process costs the same for one packet as for many. A program of its own, so that nothing else is measured:
// `node bench/recorder-cpu.ts ROUNDS` with MEDIASOUP_WORKER_BIN; one JSON line.
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '#domain/id.ts';
import type { Source } from '#domain/media.ts';
import { recordingCapabilities } from '../sfu/capture/recording-capabilities.ts';
import type { Room } from '../sfu/room.ts';
import { directProducer } from '../sfu/testing/rtp-relay.ts';
import { startTestNode, type TestNode } from '../sfu/testing/test-node.ts';
import { percentile, treeSeconds } from './statistics.ts';

/** Packets a second of a lesson with camera in three layers, screen, and two speakers with camera and microphone. */
const streams: { source: Source; peer: number; rates: number[]; bytes: number }[] = [
  { source: 'camera', peer: 0, rates: [17, 57, 170], bytes: 1100 }, { source: 'microphone', peer: 0, rates: [50], bytes: 90 },
  { source: 'screen', peer: 0, rates: [100], bytes: 1100 }, { source: 'camera', peer: 1, rates: [17, 57, 170], bytes: 1100 },
  { source: 'microphone', peer: 1, rates: [50], bytes: 90 },
];
const tickMs = 20;
const manyLessons = 8;
/** `bare`: every producer has the consumer a recording needs, and nobody does anything with the packets. */
type Way = 'none' | 'bare' | 'recorded';

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

interface Layer { rate: number; ssrc: number; sent: number }
interface Sender { send: (packet: Buffer) => void; layers: Layer[]; video: boolean; bytes: number }

async function consumeBare(room: Room, producerId: string): Promise<void> {
  const { origin } = room.routers;
  const transport = await origin.createDirectTransport();
  const consumer = await transport.consume({ producerId, rtpCapabilities: recordingCapabilities(origin.rtpCapabilities), pipe: true, enableRtx: false });
  consumer.on('rtp', () => undefined);
}

async function sendersOf(room: Room, way: Way, firstSsrc: number): Promise<Sender[]> {
  const peers = [newId(), newId()];
  let ssrc = firstSsrc;
  return Promise.all(streams.map(async ({ source, peer, rates, bytes }) => {
    const video = source !== 'microphone';
    const layers = rates.map((rate) => ({ rate, ssrc: ssrc++, sent: 0 }));
    const { producer } = await directProducer(room, peers[peer]!, source, video ? 'video' : 'audio', layers.map((layer) => layer.ssrc));
    if (way === 'bare') await consumeBare(room, producer.id);
    return { send: (packet) => { producer.send(packet); }, layers, video, bytes };
  }));
}

/** All that is due `seconds` after the start; answers how many packets that were. */
function sendDue({ send, layers, video, bytes }: Sender, seconds: number): number {
  let packets = 0;
  for (const layer of layers) {
    for (; layer.sent < seconds * layer.rate; layer.sent++, packets++) {
      send(packetOf(video, layer.ssrc, layer.sent, Math.round((layer.sent / layer.rate) * (video ? 90_000 : 48_000)), bytes));
    }
  }
  return packets;
}

/** Sends the packets of some lessons for `seconds`: processor time of node and media worker in percent of one core, and packets a second, each per lesson. */
async function measure({ node }: TestNode, way: Way, lessons: number, seconds: number): Promise<{ percent: number; packets: number }> {
  const roomIds = Array.from({ length: lessons }, () => newId());
  const senders = await Promise.all(roomIds.map(async (roomId, index) => {
    const room = await node.rooms.open(roomId, 1, way === 'recorded' ? { lessonId: newId(), sessionId: newId() } : null);
    return sendersOf(room, way, 1000 + index * 100);
  }));
  let packets = 0;
  const startedMs = performance.now();
  const cpuFrom = treeSeconds(process.pid);
  for (let at = 0; at < seconds; at = (performance.now() - startedMs) / 1000) {
    for (const sender of senders.flat()) packets += sendDue(sender, at);
    await pause(tickMs);
  }
  const percent = ((treeSeconds(process.pid) - cpuFrom) / seconds) * 100;
  for (const roomId of roomIds) await node.rooms.close(roomId, 'measured');
  return { percent: percent / lessons, packets: Math.round(packets / seconds / lessons) };
}

interface Cost { bare: number; recorded: number; packets: number }
/** What each way costs above not recording, for every round. */
async function costs(test: TestNode, lessons: number, rounds: number, seconds: number): Promise<Cost[]> {
  const found: Cost[] = [];
  for (let round = 0; round < rounds; round++) {
    const none = await measure(test, 'none', lessons, seconds);
    const bare = await measure(test, 'bare', lessons, seconds);
    const recorded = await measure(test, 'recorded', lessons, seconds);
    found.push({ bare: bare.percent - none.percent, recorded: recorded.percent - none.percent, packets: recorded.packets });
  }
  return found;
}

const rounded = (percent: number): number => Number(percent.toFixed(2));
const middle = (found: readonly Cost[], way: 'bare' | 'recorded'): number => rounded(percentile(found.map((cost) => cost[way]), 0.5));

/** Percent of one core that recording a lesson costs, the middle of `rounds`; node and media worker together. */
async function recorderCpu(rounds: number, seconds = 10): Promise<Record<string, unknown>> {
  const test = await startTestNode();
  try {
    await measure(test, 'recorded', 1, 3);
    const alone = await costs(test, 1, rounds, seconds);
    const many = await costs(test, manyLessons, rounds, seconds);
    return {
      recorderCpuPercentPerLesson: middle(alone, 'recorded'), recorderCpuBare: middle(alone, 'bare'), recorderCpuRounds: alone.map((cost) => rounded(cost.recorded)),
      recorderCpuOfEight: { perLesson: middle(many, 'recorded'), bare: middle(many, 'bare'), rounds: many.map((cost) => rounded(cost.recorded)) },
      packetsPerSecond: alone[0]?.packets ?? 0,
      recorderCpuMethod: `node and media worker, ${seconds} s of the same packets, less what they cost when nobody records; middle of ${rounds}`,
    };
  } finally {
    await test.close();
  }
}

console.log(JSON.stringify(await recorderCpu(Number(process.argv[2] ?? 5))));
process.exit(0);
