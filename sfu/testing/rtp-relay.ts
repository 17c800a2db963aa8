// Real RTP and RTCP made by ffmpeg, fed into a producer on a DirectTransport, with a record of everything that was sent.
import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { types as ms } from 'mediasoup';
import type { Source } from '#domain/media.ts';
import type { MediaProducer, ProducerFacts } from '../media-producer.ts';
import type { Room } from '../room.ts';

export interface Stream { ssrc: number; width?: number; height?: number }
export interface Sent { rtp: Buffer[]; reports: number }
export const audioLevelId = 10;
export const payloadTypes = { audio: 111, video: 96 } as const;

/** A producer of the room with the given SSRCs, lowest layer first, and the transport its RTCP goes through. */
export async function directProducer(room: Room, peerId: string, source: Source, kind: ms.MediaKind, ssrcs: number[], always = false): Promise<{ producer: MediaProducer; transport: ms.DirectTransport }> {
  const transport = await room.routers.origin.createDirectTransport();
  const codec: ms.RtpCodecParameters = kind === 'audio'
    ? { mimeType: 'audio/opus', clockRate: 48_000, channels: 2, payloadType: payloadTypes.audio, parameters: {}, rtcpFeedback: [] }
    : { mimeType: 'video/VP8', clockRate: 90_000, payloadType: payloadTypes.video, parameters: {}, rtcpFeedback: [{ type: 'nack', parameter: 'pli' }] };
  const appData: ProducerFacts = { peerId, source, always };
  const headerExtensions: ms.RtpHeaderExtensionParameters[] = kind === 'audio' ? [{ uri: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level', id: audioLevelId }] : [];
  const producer = await transport.produce({ kind, appData, rtpParameters: { codecs: [codec], headerExtensions, encodings: ssrcs.map((ssrc) => ({ ssrc })), rtcp: { cname: `cname-${peerId.slice(-4)}` } } });
  await room.adopt(producer);
  return { producer, transport };
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

const encode = (kind: ms.MediaKind, { width = 320, height = 180 }: Stream): string[] =>
  kind === 'audio'
    ? ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-c:a', 'libopus', '-ac', '2', '-b:a', '32k']
    : ['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=25`, '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '25', '-b:v', '300k'];

async function ffmpeg(args: string[]): Promise<void> {
  const child = spawn(process.env['FFMPEG_BIN'] ?? 'ffmpeg', ['-hide_banner', '-loglevel', 'error', ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'close') as [number];
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

const encoded = new Map<string, Promise<string>>();
/** Encoded beforehand, so that sending keeps real time on a busy machine. */
function mediaFile(kind: ms.MediaKind, stream: Stream, seconds: number): Promise<string> {
  const name = `${kind}-${stream.width ?? 0}x${stream.height ?? 0}-${seconds}.mkv`;
  const known = encoded.get(name);
  if (known) return known;
  const made = mkdtemp(join(tmpdir(), 'sfu-rtp-')).then(async (folder) => {
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    await ffmpeg([...encode(kind, stream), '-t', String(seconds), join(folder, name)]);
    return join(folder, name);
  });
  encoded.set(name, made);
  return made;
}

/** Sends `seconds` of one stream in real time. `drop` loses packets on the way; what it loses counts as not sent. */
export async function relay(
  kind: ms.MediaKind, stream: Stream, seconds: number, { producer, transport }: { producer: ms.Producer; transport: ms.DirectTransport }, drop: (index: number) => boolean = () => false,
): Promise<Sent> {
  const file = await mediaFile(kind, stream, seconds);
  const [rtp, rtcp] = [await bound(), await bound()];
  const sent: Sent = { rtp: [], reports: 0 };
  let index = 0;
  rtp.on('message', (packet) => {
    if (drop(index++) || producer.closed) return;
    sent.rtp.push(packet);
    producer.send(packet);
  });
  rtcp.on('message', (packet) => {
    // ffmpeg's first report precedes the first packet, when mediasoup does not know the stream yet.
    if (producer.closed) return;
    if (sent.rtp.length > 0 && packet[1] === 200) sent.reports++;
    transport.sendRtcp(packet);
  });
  const target = `rtp://127.0.0.1:${rtp.address().port}?rtcpport=${rtcp.address().port}&pkt_size=1200`;
  await ffmpeg(['-re', '-i', file, '-c', 'copy', '-f', 'rtp', '-payload_type', String(payloadTypes[kind]), '-ssrc', String(stream.ssrc), target]);
  rtp.close();
  rtcp.close();
  return sent;
}
