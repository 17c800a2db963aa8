// A process to be killed: a media node that records one microphone whose packets carry the time they were sent at.
import { newId } from '#domain/id.ts';
import { directProducer } from './rtp-relay.ts';
import { startTestNode } from './test-node.ts';

const dataDirectory = process.argv[2]!;
const { node } = await startTestNode({ dataDirectory });
const room = await node.rooms.open(newId(), 1, { lessonId: newId(), sessionId: newId() });
const { producer } = await directProducer(room, newId(), 'microphone', 'audio', [4711]);
let sequence = 0;
setInterval(() => {
  const packet = Buffer.alloc(12 + 160);
  packet[0] = 0x80;
  packet[1] = 111;
  packet.writeUInt16BE(sequence & 0xffff, 2);
  packet.writeUInt32BE(sequence * 240, 4);
  packet.writeUInt32BE(4711, 8);
  packet.writeDoubleBE(Date.now(), 12);
  sequence++;
  producer.send(packet);
}, 5);
process.send?.({ producerId: producer.id });
