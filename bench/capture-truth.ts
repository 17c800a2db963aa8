// What reached the sfu against what its log has: by the producer's own SSRC and RTP timestamp, which the recording consumer leaves as they are.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { captureDirectory } from '#contracts/places.ts';
import type { Source } from '#domain/media.ts';
import { decodeFrames, frameTypes, type CaptureEvent, type CaptureHeader } from '#runtime/capture-log.ts';
import type { RelayedPacket } from './media-relay.ts';

/** One layer of one producer as the log has it. */
export interface LoggedStream {
  producerId: string; peerId: string; source: Source;
  /** Of the sender. */
  ssrc: number;
  /** RTP timestamp to the sequence numbers seen with it; they are the recording consumer's own. */
  packets: Map<number, Set<number>>;
  /** The machine's clock, ms. `closedMs` is null where the log just ends. */
  firstMs: number; lastMs: number; closedMs: number | null;
}
export type KillKind = 'sfu' | 'mediaWorker' | 'worker' | 'postgres' | 'redis';
export interface Kill { kind: KillKind; atMs: number }
/** `closing`: it reached the sfu in the last moment before the stream was closed on purpose, when the order to close was under way already. */
export interface MissingPacket { atMs: number; source: Source; ssrc: number; closing: boolean }

interface Capture { header: CaptureHeader; layers: CaptureHeader['encodings']; packets: { atMs: number; ssrc: number; sequence: number; timestamp: number }[]; closedMs: number | null }

async function readCapture(folder: string): Promise<Capture | null> {
  const names = (await readdir(folder)).filter((name) => /\.rtplog(\.part)?$/.test(name)).sort();
  const capture: Partial<Capture> & Pick<Capture, 'packets' | 'closedMs'> = { packets: [], closedMs: null };
  for (const name of names) {
    for (const { type, atUs, payload } of decodeFrames(await readFile(join(folder, name))).frames) {
      if (type === frameTypes.header) {
        const header = JSON.parse(payload.toString()) as CaptureHeader;
        Object.assign(capture, { header, layers: header.encodings });
      }
      const atMs = (capture.header?.startWallMs ?? 0) + atUs / 1000;
      if (type === frameTypes.rtp) capture.packets.push({ atMs, sequence: payload.readUInt16BE(2), timestamp: payload.readUInt32BE(4), ssrc: payload.readUInt32BE(8) });
      if (type !== frameTypes.event) continue;
      const event = JSON.parse(payload.toString()) as CaptureEvent;
      if (event.type === 'closed') capture.closedMs = atMs;
      if (event.type === 'layers') capture.layers = event.data?.['encodings'] as CaptureHeader['encodings'];
    }
  }
  return capture.header ? capture as Capture : null;
}

/** Every stream in the capture files of a lesson, sealed or not. */
export async function readLoggedStreams(dataDir: string, lessonId: string, sessionId: string): Promise<LoggedStream[]> {
  const root = join(dataDir, captureDirectory(lessonId, sessionId));
  const folders = new Set((await readdir(root, { recursive: true })).filter((name) => /\.rtplog(\.part)?$/.test(name)).map((name) => join(root, name, '..')));
  const captures = await Promise.all([...folders].map(readCapture));
  return captures.filter((capture) => capture !== null).flatMap(({ header, layers, packets, closedMs }) => layers.flatMap(({ ssrc, producerSsrc }) => {
    const own = packets.filter((packet) => packet.ssrc === ssrc);
    if (own.length === 0 || producerSsrc === undefined) return [];
    const byTime = new Map<number, Set<number>>();
    for (const { timestamp, sequence } of own) byTime.set(timestamp, (byTime.get(timestamp) ?? new Set()).add(sequence));
    const { producerId, peerId, source } = header;
    return [{ producerId, peerId, source, ssrc: producerSsrc, packets: byTime, firstMs: own[0]!.atMs, lastMs: own.at(-1)!.atMs, closedMs }];
  }));
}

/** So long may a packet be on its way from the socket to the log. */
const closingMs = 50;
/** Kills that end a stream at once. */
const endsMedia = (kill: Kill): boolean => kill.kind === 'sfu' || kill.kind === 'mediaWorker';

/**
 * Packets that reached the sfu and are not in its log, over the life of each stream: from the first logged packet (before it the sfu knew no such producer)
 * until it was closed or its process killed.
 */
export function missingPackets(relayed: readonly RelayedPacket[], logged: readonly LoggedStream[], kills: readonly Kill[]): MissingPacket[] {
  const bySsrc = Map.groupBy(relayed, ({ ssrc }) => ssrc);
  return logged.flatMap(({ ssrc, source, packets, firstMs, closedMs }) => {
    const killedMs = kills.filter((kill) => endsMedia(kill) && kill.atMs > firstMs).map(({ atMs }) => atMs);
    const endMs = Math.min(closedMs ?? Number.POSITIVE_INFINITY, ...killedMs);
    const own = (bySsrc.get(ssrc) ?? []).filter(({ atMs }) => atMs <= endMs);
    const firstIndex = own.findIndex(({ timestamp }) => packets.has(timestamp));
    if (firstIndex < 0) return [];
    return [...Map.groupBy(own.slice(firstIndex), ({ timestamp }) => timestamp)].flatMap(([timestamp, group]) => {
      const distinct = new Map(group.map((packet) => [packet.sequence, packet.atMs]));
      const kept = packets.get(timestamp)?.size ?? 0;
      return [...distinct.values()].slice(kept).map((atMs) => ({ atMs, source, ssrc, closing: endMs === closedMs && endMs - atMs <= closingMs }));
    });
  });
}

const tailMs = 5000;

export interface KillLoss { kill: Kill; lostMs: number }
/** Loss per kill (ms of media), packets that no kill explains, and those of the moment of closing, which are no kill's. */
export function lossOfKills(missing: readonly MissingPacket[], kills: readonly Kill[]): { losses: KillLoss[]; unexplained: MissingPacket[]; closing: MissingPacket[] } {
  const explained = new Map<Kill, MissingPacket[]>(kills.map((kill) => [kill, []]));
  const unexplained: MissingPacket[] = [];
  for (const packet of missing.filter(({ closing }) => !closing)) {
    const next = kills.find((kill) => kill.atMs >= packet.atMs && kill.atMs - packet.atMs <= tailMs && endsMedia(kill));
    const kill = next ?? kills.findLast(({ atMs }) => packet.atMs >= atMs && packet.atMs - atMs <= tailMs);
    if (kill) explained.get(kill)!.push(packet);
    else unexplained.push(packet);
  }
  const losses = [...explained].map(([kill, packets]) => {
    const times = packets.map(({ atMs }) => atMs);
    if (times.length === 0) return { kill, lostMs: 0 };
    const until = endsMedia(kill) ? kill.atMs : Math.max(...times) + 20;
    return { kill, lostMs: Math.max(0, until - Math.min(...times)) };
  });
  return { losses, unexplained, closing: missing.filter(({ closing }) => closing) };
}

/** From the last packet of a source before the kill to the first that was logged after it, as they reached the sfu; null where none came back. */
export function absenceAfter(kill: Kill, source: Source, peerId: string, relayed: readonly RelayedPacket[], logged: readonly LoggedStream[]): { fromMs: number; toMs: number } | null {
  const streams = logged.filter((stream) => stream.source === source && stream.peerId === peerId);
  const ssrcs = new Map(streams.map((stream) => [stream.ssrc, stream]));
  const own = relayed.filter(({ ssrc }) => ssrcs.has(ssrc));
  const before = own.findLast(({ atMs }) => atMs <= kill.atMs);
  const after = own.find(({ atMs, ssrc, timestamp }) => atMs > kill.atMs && ssrcs.get(ssrc)!.firstMs > kill.atMs - 1 && ssrcs.get(ssrc)!.packets.has(timestamp));
  return before && after ? { fromMs: before.atMs, toMs: after.atMs } : null;
}
