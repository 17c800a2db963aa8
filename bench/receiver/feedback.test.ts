// Feedback that is sent says exactly what came and when; read back by another implementation of the format.
import { RtcpPacketConverter, type RtcpTransportLayerFeedback, type TransportWideCC } from 'werift';
import { expect, test } from 'vitest';
import { ahead, pictureLoss, receiverReport, TransportFeedback } from './feedback.ts';
import { ReceivedStream } from './received-stream.ts';
import { twoByteExtension } from './receiver.ts';
import { bindingAnswer, bindingRequest } from '#testing/stun.ts';

/** Runs of statuses (0 missing, 1 and 2 came) and the times between those that came, in ms. */
function read(packet: Buffer): { base: number; count: number; runs: (number | undefined)[][]; apartMs: number[] } {
  const [parsed] = RtcpPacketConverter.deSerialize(packet) as [RtcpTransportLayerFeedback];
  const { baseSequenceNumber, packetStatusCount, packetChunks, recvDeltas } = parsed.feedback as TransportWideCC;
  const runs = packetChunks.map((chunk) => ('runLength' in chunk ? [chunk.packetStatus, chunk.runLength] : []));
  return { base: baseSequenceNumber, count: packetStatusCount, runs, apartMs: recvDeltas.map(({ delta }) => delta / 1000) };
}

test('what came and what did not, over the turn of the sequence numbers', () => {
  const feedback = new TransportFeedback();
  for (const [index, sequence] of [65_534, 65_535, 1, 2].entries()) feedback.came(sequence, 1_000_000 + index * 5000);
  expect(read(feedback.take(1, 2)!)).toEqual({ base: 65_534, count: 5, runs: [[1, 2], [0, 1], [1, 2]], apartMs: [40, 5, 5, 5] });
  feedback.came(5, 1_030_000);
  expect(read(feedback.take(1, 2)!)).toMatchObject({ base: 3, count: 3, runs: [[0, 2], [1, 1]] });
  expect(feedback.take(1, 2)).toBeNull();
});

test('packets that overtook each other and long pauses keep their times', () => {
  const feedback = new TransportFeedback();
  feedback.came(10, 64_000_000);
  feedback.came(12, 64_001_000);
  feedback.came(11, 64_200_000);
  feedback.came(13, 66_000_000);
  expect(read(feedback.take(1, 2)!)).toEqual({ base: 10, count: 4, runs: [[1, 1], [2, 3]], apartMs: [0, 200, -199, 1999] });
});

test('a stream counts losses by its sequence numbers and reports them', () => {
  const stream = new ReceivedStream(7);
  for (const sequence of [65_533, 65_534, 0, 1, 2]) stream.came(sequence, 100, 60, 1);
  expect([stream.expected, stream.packets, stream.highest]).toEqual([6, 5, 65_538]);
  const report = receiverReport(1, [stream.block(2)]);
  expect([report.readUInt32BE(8), report[12], report.readUIntBE(13, 3), report.readUInt32BE(16)]).toEqual([7, 43, 1, 65_538]);
  expect(stream.block(3).fractionLost).toBe(0);
  expect(ahead(1, 65_535)).toBe(2);
  expect(ahead(65_535, 1)).toBe(-2);
});

test('the transport sequence number is found among other extensions, and its absence is seen', () => {
  const packet = Buffer.from('9060000100000000000000070bede0000'.slice(0, 24) + 'bede0002' + '1061' + '00' + '51abcd' + '0000' + 'ff', 'hex');
  expect(twoByteExtension(packet, 5)).toBe(0xabcd);
  expect(twoByteExtension(packet, 4)).toBeNull();
  expect(twoByteExtension(Buffer.from('806000010000000000000007ff', 'hex'), 5)).toBeNull();
});

test('a binding request is signed, an answer is told from anything else', () => {
  const request = bindingRequest({ usernameFragment: 'server', password: 'a password' }, 'mine', Buffer.alloc(8));
  expect(request.readUInt16BE(2)).toBe(request.length - 20);
  expect(request.includes('server:mine')).toBe(true);
  expect(bindingAnswer(request)).toBeNull();
  expect(bindingAnswer(Buffer.concat([Buffer.from('010100002112a442', 'hex'), Buffer.alloc(12)]))).toEqual({ ok: true });
  expect(bindingAnswer(Buffer.concat([Buffer.from('011100082112a442', 'hex'), Buffer.alloc(12), Buffer.from('0009000400000401', 'hex')]))).toEqual({ ok: false, code: 401 });
  expect(bindingAnswer(Buffer.from([1]))).toBeNull();
  expect(pictureLoss(1, 2).toString('hex')).toBe('81ce00020000000100000002');
});
