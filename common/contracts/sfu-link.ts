// What one sfu node asks of another for one room: an edge connects to its origin's control socket (`auth: { secret, as: 'node' }`), so each link has one owner, the edge.
// Media go over a PipeTransport on each side (SRTP, RTX); producers keep their id everywhere.
import Type, { type Static } from 'typebox';
import type { types as ms } from 'mediasoup';
import { sources } from '#domain/media.ts';
import { MediaId } from './media.ts';
import type { EventTable } from './request-table.ts';
import { Epoch, NodeId } from './sfu-control.ts';
import { Closed, Empty, Opaque, OneOf, Uuid } from './shapes.ts';

export const PipeEnd = Closed({ ip: Type.String({ maxLength: 64 }), port: Type.Integer({ minimum: 1, maximum: 65535 }), srtpParameters: Opaque<ms.SrtpParameters>() });
export type PipeEnd = Static<typeof PipeEnd>;
/** A producer as it comes out of the pipe: `rtpParameters` are those of the pipe consumer; `always` as in `producer:create`, `ownerId` as in `peer:join`. */
export const LinkedProducer = Closed({
  producerId: MediaId, peerId: Uuid, kind: OneOf(['audio', 'video'] as const), source: OneOf(sources), paused: Type.Boolean(), rtpParameters: Opaque<ms.RtpParameters>(),
  always: Type.Optional(Type.Boolean()), ownerId: Type.Optional(Uuid),
});
export type LinkedProducer = Static<typeof LinkedProducer>;

/** Edge to origin. Error of all: room_moved (another epoch, or no origin of the room here any more). */
export const linkRequests = {
  /**
   * Opens the pipe, or takes it up `again` after the line was away: then media went on and nobody's consumer is closed.
   * `producerIds` say what there is: the edge's own in the request, all others in the answer; either side closes what it had beyond that.
   * Afterwards the origin tells `link:produced` for each of them, and the edge asks `link:produce` for each of its own; what is known stays as it is.
   * Error not_found: the origin has given the pipe up; the edge comes with a new one.
   */
  'link:open': {
    data: Closed({ roomId: Uuid, epoch: Epoch, nodeId: NodeId, end: PipeEnd, again: Type.Boolean(), producerIds: Type.Array(MediaId) }),
    reply: Closed({ end: PipeEnd, producerIds: Type.Array(MediaId) }),
  },
  /**
   * A guest on the stage sends at the edge: the origin takes it as a producer of the room, records it and passes it on.
   * Error producer_not_found: the origin has ended this producer meanwhile; the edge closes it.
   */
  'link:produce': { data: Closed({ roomId: Uuid, producer: LinkedProducer }), reply: Empty },
  'link:pause': { data: Closed({ roomId: Uuid, producerId: MediaId, paused: Type.Boolean() }), reply: Empty },
  'link:close': { data: Closed({ roomId: Uuid, producerId: MediaId }), reply: Empty },
} as const;
export type LinkRequests = typeof linkRequests;

/** Origin to edge. */
export const linkEvents = {
  'link:produced': Closed({ roomId: Uuid, producer: LinkedProducer }),
  'link:paused': Closed({ roomId: Uuid, producerId: MediaId, paused: Type.Boolean() }),
  'link:closed': Closed({ roomId: Uuid, producerId: MediaId }),
  /** Microphones that are not forwarded now: more are open than the few loudest that are. The edge keeps its own among them from its viewers. */
  'link:hushed': Closed({ roomId: Uuid, producerIds: Type.Array(MediaId) }),
  /** The room is over here: the edge waits for signaling to say where it goes on. */
  'link:ended': Closed({ roomId: Uuid }),
} as const satisfies EventTable;
export type LinkEvents = typeof linkEvents;
