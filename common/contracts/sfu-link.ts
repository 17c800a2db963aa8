// What one sfu node asks of another for one room: an edge connects to its origin's control socket (`auth: { secret, as: 'node' }`), so each link has one owner, the edge.
// Media go over a PipeTransport on each side (SRTP, RTX); producers keep their id everywhere.
import Type from 'typebox';
import type { types as ms } from 'mediasoup';
import { sources } from '#domain/media.ts';
import { MediaId } from './media.ts';
import type { EventTable } from './request-table.ts';
import { Epoch, NodeId } from './sfu-control.ts';
import { Closed, Empty, Opaque, OneOf, Uuid } from './shapes.ts';

const PipeEnd = Closed({ ip: Type.String({ maxLength: 64 }), port: Type.Integer({ minimum: 1, maximum: 65535 }), srtpParameters: Opaque<ms.SrtpParameters>() });
/** A producer as it comes out of the pipe: `rtpParameters` are those of the pipe consumer. */
export const LinkedProducer = Closed({
  producerId: MediaId, peerId: Uuid, kind: OneOf(['audio', 'video'] as const), source: OneOf(sources), paused: Type.Boolean(), rtpParameters: Opaque<ms.RtpParameters>(),
});

/** Edge to origin. Errors: room_moved (another epoch, or no origin of the room here any more), not_found. */
export const linkRequests = {
  /** Opens the pipe; both sides connect it. Afterwards the origin tells `link:produced` for every producer that is not the edge's own. */
  'link:open': { data: Closed({ roomId: Uuid, epoch: Epoch, nodeId: NodeId, end: PipeEnd }), reply: Closed({ end: PipeEnd }) },
  /** A guest on the stage sends at the edge: the origin takes it as a producer of the room, records it and passes it on. */
  'link:produce': { data: Closed({ roomId: Uuid, producer: LinkedProducer }), reply: Empty },
  'link:pause': { data: Closed({ roomId: Uuid, producerId: MediaId, paused: Type.Boolean() }), reply: Empty },
  'link:close': { data: Closed({ roomId: Uuid, producerId: MediaId }), reply: Empty },
} as const;

/** Origin to edge. */
export const linkEvents = {
  'link:produced': Closed({ roomId: Uuid, producer: LinkedProducer }),
  'link:paused': Closed({ roomId: Uuid, producerId: MediaId, paused: Type.Boolean() }),
  'link:closed': Closed({ roomId: Uuid, producerId: MediaId }),
  /** The room is over here: the edge waits for signaling to say where it goes on. */
  'link:ended': Closed({ roomId: Uuid }),
} as const satisfies EventTable;
