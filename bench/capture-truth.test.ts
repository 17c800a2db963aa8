// The comparison of relay and log must see every packet that is missing, and blame the right kill.
import { expect, it } from 'vitest';
import { absenceAfter, lossOfKills, missingPackets, type Kill, type LoggedStream } from './capture-truth.ts';
import type { RelayedPacket } from './media-relay.ts';

const relayed = (ssrc: number, fromMs: number, toMs: number): RelayedPacket[] =>
  Array.from({ length: (toMs - fromMs) / 20 }, (_, index) => ({ atMs: fromMs + index * 20, ssrc, sequence: 60_000 + index, timestamp: fromMs * 48 + index * 960 }));
/** The log numbers packets anew. */
const logged = (ssrc: number, packets: RelayedPacket[], closedMs: number | null): LoggedStream => ({
  producerId: `p${ssrc}`, peerId: 'teacher', source: 'microphone', ssrc, firstMs: packets[0]!.atMs, lastMs: packets.at(-1)!.atMs, closedMs,
  packets: new Map(packets.map(({ timestamp }, index) => [timestamp, new Set([index])])),
});

const before = relayed(1, 1000, 5000);
const after = relayed(2, 7000, 9000);
const kill: Kill = { kind: 'sfu', atMs: 5000 };

it('finds nothing where all is logged, and packets before the producer was known do not count', () => {
  expect(missingPackets([...before, ...after], [logged(1, before.slice(5), null), logged(2, after, 9000)], [kill])).toEqual([]);
});

it('measures what a kill took', () => {
  const missing = missingPackets([...before, ...after], [logged(1, before.slice(0, -3), null), logged(2, after, 9000)], [kill]);
  expect(missing).toHaveLength(3);
  expect(lossOfKills(missing, [kill])).toEqual({ losses: [{ kill, lostMs: 60 }], unexplained: [], closing: [] });
});

it('names what no kill explains, also where only one packet of a picture is missing', () => {
  const picture = before.slice(0, 100).flatMap((packet) => [packet, { ...packet, sequence: packet.sequence + 1000 }]);
  const stream = logged(1, before.slice(0, 100), 4000);
  const whole = new Map([...stream.packets].map(([timestamp, kept], index) => [timestamp, index === 7 ? kept : new Set([...kept, 5000])]));
  const missing = missingPackets(picture, [{ ...stream, packets: whole }], []);
  expect(missing.map(({ atMs }) => atMs)).toEqual([1140]);
  expect(lossOfKills(missing, []).unexplained).toHaveLength(1);
});

it('tells the moment of closing from a loss', () => {
  const missing = missingPackets(after, [logged(2, [...after.slice(0, 50), ...after.slice(51, -1)], 9000)], []);
  const { unexplained, closing } = lossOfKills(missing, []);
  expect([unexplained, closing].map((packets) => packets.map(({ atMs }) => atMs))).toEqual([[8000], [8980]]);
});

it('measures the absence as it reached the sfu', () => {
  const streams = [logged(1, before.slice(0, -3), null), logged(2, after.slice(2), 9000)];
  expect(absenceAfter(kill, 'microphone', 'teacher', [...before, ...after], streams)).toEqual({ fromMs: 4980, toMs: 7040 });
});
