// Makes captures for tests: real VP8 and Opus by ffmpeg, as RTP over a network that loses, delays and reorders, with a
// sender's clock that is wrong and drifts. Everything about it is known, so a test can say what must come out.
import { execFile } from 'node:child_process';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { encodeFrame, encodeJsonFrame, frameTypes, type CaptureHeader } from '#runtime/capture-log.ts';
import { bootCaptureDirectory, segmentFile } from '#contracts/places.ts';
import type { Source } from '#domain/media.ts';

export interface MediaPacket { ms: number; data: Uint8Array; key: boolean }
export interface Place { dataDir: string; lessonId: string; sessionId: string; roomId: string; nodeId: string; bootId: string }
/** True time is the server's. The sender's wall clock shows `clockSkewMs` more; its RTP clock runs `driftPpm` fast. */
export interface Sender { peerId: string; cname: string; clockSkewMs: number }
export interface Recorded {
  producerId: string; source: Source; startMs: number; packets: readonly MediaPacket[]; driftPpm: number; firstRtp: number;
  senderReportEveryMs: number; closeMs: number;
}
export interface Network {
  random: () => number; delayMs: number; jitterMs: number;
  /** Share of packets that never come, and that come late (sent again) and so out of order. */
  lost: number; late: number;
}

/** Encoded packets of ffmpeg's output for `args`, which name inputs and codecs; times from 0. */
export async function encodePackets(ffmpeg: string, file: string, args: readonly string[]): Promise<MediaPacket[]> {
  await promisify(execFile)(ffmpeg, ['-hide_banner', '-loglevel', 'error', '-y', ...args, '-f', 'webm', file]);
  const input = new Input({ source: new FilePathSource(file), formats: ALL_FORMATS });
  const track = (await input.getPrimaryVideoTrack()) ?? (await input.getPrimaryAudioTrack());
  const packets: MediaPacket[] = [];
  if (track) {
    for await (const packet of new EncodedPacketSink(track).packets()) {
      packets.push({ ms: packet.timestamp * 1000, data: packet.data, key: packet.type === 'key' });
    }
  }
  input.dispose();
  return packets;
}

const lavfi = (source: string): string[] => ['-f', 'lavfi', '-i', source];
/** A flash of 120 ms at every whole second on grey; key frame every two seconds. */
export const flashing = (seconds: number, size: string): string[] => [
  ...lavfi(`color=c=0x303030:s=${size}:r=25:d=${seconds},drawbox=c=white:t=fill:enable='lt(mod(t,1),0.12)'`),
  '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '600k', '-g', '50',
];
/** A tone of 120 ms at every whole second. */
export const beeping = (seconds: number): string[] => [
  ...lavfi(`aevalsrc='if(lt(mod(t,1),0.12),0.5*sin(2*PI*1000*t),0)':s=48000:d=${seconds}`), '-c:a', 'libopus', '-b:a', '48k', '-application', 'lowdelay',
];
/** A screen that changes once a second. */
export const slides = (seconds: number): string[] => [
  ...lavfi(`color=c=blue:s=1920x1080:r=1:d=${seconds},drawbox=w=600:h=600:c=green:t=fill`),
  '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '600k', '-g', '10',
];

/** Frames no decoder need like: right heads (VP8, 1280x720, a key frame every `keyEvery`), and little behind them. */
export const plainVideo = (seconds: number, everyMs: number, keyEvery: number): MediaPacket[] => Array.from({ length: (seconds * 1000) / everyMs }, (_, index) => {
  const key = index % keyEvery === 0;
  return { ms: index * everyMs, key, data: Uint8Array.from(key ? [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02, 0] : [0x11, 0, 0, 0]) };
});
/** Opus packets of 20 ms. */
export const plainSound = (seconds: number): MediaPacket[] =>
  Array.from({ length: seconds * 50 }, (_, index) => ({ ms: index * 20, key: true, data: Uint8Array.from([0x78, 1, 2]) }));

/** Time an encoder's own delay adds to the sound of ffmpeg's Opus at low delay: 120 samples. */
export const opusDelayMs = 2.5;

/** One packet with a plain header. */
export function rtpPacket(sequence: number, timestamp: number, ssrc: number, payloadType: number, marker: boolean, payload: Uint8Array): Buffer {
  const packet = Buffer.alloc(12 + payload.length);
  packet[0] = 0x80;
  packet[1] = payloadType | (marker ? 0x80 : 0);
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(timestamp % 2 ** 32, 4);
  packet.writeUInt32BE(ssrc, 8);
  packet.set(payload, 12);
  return packet;
}

const mtu = 1100;
/** VP8 payloads of one frame with a 15-bit picture id. */
export function vp8Payloads(data: Uint8Array, pictureId: number): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += mtu) {
    const descriptor = [at === 0 ? 0x90 : 0x80, 0x80, 0x80 | ((pictureId >> 8) & 0x7f), pictureId & 0xff];
    payloads.push(Buffer.concat([Buffer.from(descriptor), data.subarray(at, at + mtu)]));
  }
  return payloads;
}

interface Logged { atMs: number; frame: (atUs: number) => Buffer }

function reportFrames(recorded: Recorded, sender: Sender, network: Network, rtpAt: (ms: number) => number, ssrc: number): Logged[] {
  const reports: Logged[] = [];
  for (let ms = recorded.startMs + 800; ms < recorded.closeMs; ms += recorded.senderReportEveryMs) {
    const ntpMs = ms + sender.clockSkewMs + 2_208_988_800_000;
    const ntpSec = Math.floor(ntpMs / 1000);
    const report = { ssrc, ntpSec, ntpFrac: Math.floor(((ntpMs % 1000) / 1000) * 2 ** 32), rtpTs: Math.round(rtpAt(ms)) % 2 ** 32 };
    reports.push({ atMs: ms + network.delayMs + network.random() * network.jitterMs, frame: (atUs) => encodeJsonFrame(frameTypes.senderReport, atUs, report) });
  }
  return reports;
}

/** Lost and late are decided packet by packet; the first ones always come, so that a picture can start. */
function packetFrames(recorded: Recorded, network: Network, video: boolean, rtpAt: (ms: number) => number, ssrc: number): Logged[] {
  let sequence = 65_500;
  return recorded.packets.flatMap((packet, index) => {
    const ms = recorded.startMs + packet.ms;
    const payloads = video ? vp8Payloads(packet.data, index) : [packet.data];
    return payloads.flatMap((payload, part): Logged[] => {
      const bytes = rtpPacket(sequence++, Math.round(rtpAt(ms)), ssrc, video ? 101 : 100, video && part === payloads.length - 1, payload);
      if (index > 2 && network.random() < network.lost) return [];
      const again = index > 2 && network.random() < network.late ? 150 : 0;
      return [{ atMs: ms + network.delayMs + network.random() * network.jitterMs + again, frame: (atUs) => encodeFrame(frameTypes.rtp, atUs, bytes) }];
    });
  });
}

/** Writes the capture of one producer: segments of ten seconds, the last one unsealed and torn as a kill leaves it. */
export async function writeCapture(place: Place, sender: Sender, recorded: Recorded, network: Network): Promise<void> {
  const video = !['microphone', 'screenAudio'].includes(recorded.source);
  const clockRate = video ? 90_000 : 48_000;
  const ssrc = 1000 + recorded.firstRtp % 1000;
  const rtpAt = (ms: number): number => recorded.firstRtp + ((ms - recorded.startMs) / 1000) * clockRate * (1 + recorded.driftPpm * 1e-6);
  const { dataDir, ...ids } = place;
  const header = (segment: number): CaptureHeader => ({
    version: 1, ...ids, producerId: recorded.producerId, peerId: sender.peerId, source: recorded.source, kind: video ? 'video' : 'audio', segment,
    mimeType: video ? 'video/VP8' : 'audio/opus', clockRate, ...(!video && { channels: 2 }), payloadType: video ? 101 : 100,
    encodings: [{ ssrc, producerSsrc: ssrc + 7 }], cname: sender.cname, startWallMs: recorded.startMs,
  });
  const event = (atMs: number, type: string): Logged => ({ atMs, frame: (atUs) => encodeJsonFrame(frameTypes.event, atUs, { type }) });
  const logged = [
    event(recorded.startMs, 'opened'), ...packetFrames(recorded, network, video, rtpAt, ssrc), ...reportFrames(recorded, sender, network, rtpAt, ssrc + 7), event(recorded.closeMs, 'closed'),
  ].sort((one, other) => one.atMs - other.atMs);
  const folder = join(dataDir, bootCaptureDirectory(place.lessonId, place.sessionId, place.roomId, `${place.nodeId}-${place.bootId}`), recorded.producerId);
  await mkdir(folder, { recursive: true });
  const segments = Map.groupBy(logged, (item) => Math.floor((item.atMs - recorded.startMs) / 10_000));
  const order = [...segments.keys()].sort((one, other) => one - other);
  for (const [index, key] of order.entries()) {
    const frames = segments.get(key)!.map((item) => item.frame(Math.round((item.atMs - recorded.startMs) * 1000)));
    const torn = index === order.length - 1 ? [Buffer.from([0xa5, 0x5a, 40, 0, 0, 0, 1, 2])] : [];
    const path = join(folder, segmentFile(index + 1));
    await writeFile(`${path}.part`, Buffer.concat([encodeJsonFrame(frameTypes.header, Math.round((segments.get(key)![0]!.atMs - recorded.startMs) * 1000), header(index + 1)), ...frames, ...torn]));
    if (torn.length === 0) await rename(`${path}.part`, path);
  }
}
