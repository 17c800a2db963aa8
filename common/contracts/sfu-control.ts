// What signaling asks of an sfu node and what the node tells back, over a Socket.IO connection with a shared secret.
// The sfu knows rooms and peers only: a peerId is opaque to it (signaling uses the person's id), and it has no database.
import Type, { type Static } from 'typebox';
import type { types as ms } from 'mediasoup';
import { sources } from '#domain/media.ts';
import { CaptureTrouble } from './recording.ts';
import { ConsumerInfo, MediaId, TransportInfo } from './media.ts';
import { Closed, Empty, Nullable, Opaque, OneOf, Uuid } from './shapes.ts';
import type { EventTable } from './request-table.ts';

const RoomPeer = { roomId: Uuid, peerId: Uuid };
export const NodeId = Type.String({ minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9._-]+$' });
/** Where captures of a room are written: DATA_DIR/capture/<lessonId>/<sessionId>/<roomId>/<nodeId>-<bootId>/<producerId>/. */
export const CaptureTarget = Closed({ lessonId: Uuid, sessionId: Uuid });
/** `peerId`: whose it is; what a companion sends is its owner's. */
export const SfuProducer = Closed({
  producerId: MediaId, peerId: Uuid, kind: OneOf(['audio', 'video'] as const), source: OneOf(sources), paused: Type.Boolean(),
});
export type SfuProducer = Static<typeof SfuProducer>;

/** Which run of a room on which node: raised by signaling each time the room gets another origin. Whoever speaks of an older one is not heard. */
export const Epoch = Type.Integer({ minimum: 1 });
/** Where a room's origin is: the node that has the teacher, the recording and every producer. */
export const OriginPlace = Closed({ nodeId: NodeId, controlUrl: Type.String({ maxLength: 200 }) });
/** How media arrive and what is left of the disk, for the operator. `rttCounts`: receivers by round trip, over the edges of common/runtime/metrics-window.ts. */
export const NodeFigures = Closed({
  rttCounts: Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 32 }), lossShare: Type.Number({ minimum: 0, maximum: 1 }), diskFreeBytes: Nullable(Type.Number({ minimum: 0 })),
});
export type NodeFigures = Static<typeof NodeFigures>;
/** Measured by the node itself; `egressBitsPerSecond` is what leaves for viewers and other nodes. `full`: no seat for another viewer; `reserveFull`: not even a reserved one. */
export const NodeLoad = Closed({
  workers: Type.Array(Closed({ pid: Type.Integer(), cpuPercent: Type.Number(), consumers: Type.Integer() })),
  egressBitsPerSecond: Type.Number({ minimum: 0 }), seats: Type.Integer({ minimum: 0 }), rooms: Type.Integer({ minimum: 0 }), full: Type.Boolean(), draining: Type.Boolean(),
  reserveFull: Type.Optional(Type.Boolean()), figures: Type.Optional(NodeFigures),
});
export type NodeLoad = Static<typeof NodeLoad>;
export const RoomAtNode = Closed({ roomId: Uuid, epoch: Epoch, edge: Type.Boolean() });

/** A seat, or a room for one, that may take what is kept free for such. Not given: an ordinary one. */
const reserved = Type.Optional(Type.Boolean());

/** Same shape as a request table, without roles: only signaling connects. */
export const sfuRequests = {
  /**
   * Opens a room or answers with the open one. `capture` null: nothing is recorded (yet); given, an open room is recorded from now on.
   * `origin` null: this node is the origin; else it is an edge that takes all producers from there and brings its own ones there; an edge records nothing.
   * A later epoch closes the earlier run of the room first. Errors: room_moved (an earlier epoch than the one known, or the other role at the same one),
   * media_full (draining, or no seat left, and the room is not here yet), media_unavailable.
   */
  'room:open': {
    data: Closed({ roomId: Uuid, epoch: Epoch, origin: Nullable(OriginPlace), capture: Nullable(CaptureTarget), reserved }),
    reply: Closed({ nodeId: NodeId, bootId: Type.String(), producers: Type.Array(SfuProducer) }),
  },
  /** Starts recording everything produced in the room from now on; asked again it changes nothing. */
  'room:capture': { data: Closed({ roomId: Uuid, capture: CaptureTarget }), reply: Empty },
  /** Appends a line to the capture's timeline, e.g. { type: 'quiz:opened' }. `data` has ids and figures, never names or texts. */
  'room:note': { data: Closed({ roomId: Uuid, type: Type.String({ maxLength: 64 }), data: Type.Record(Type.String(), Type.Unknown()) }), reply: Empty },
  /** Closes everything, seals the capture files; answers when they are on disk. With an epoch: not what runs in a later one. */
  'room:close': { data: Closed({ roomId: Uuid, epoch: Type.Optional(Epoch) }), reply: Closed({ captures: Type.Integer() }) },
  /** Takes no new rooms and no new seats; what is here goes on. Answers when it is so. */
  'node:drain': { data: Closed({ draining: Type.Boolean() }), reply: Empty },
  /**
   * Seats a peer on the least loaded media worker; what an earlier seat of the same peer had is closed. `ownerId`: it is a companion of that peer, another device of the same
   * seat, and what it sends is told and recorded as the owner's. `unseen`: nobody sends more or less because this peer watches. Errors: media_full.
   */
  'peer:join': { data: Closed({ ...RoomPeer, reserved, ownerId: Type.Optional(Uuid), unseen: Type.Optional(Type.Boolean()) }), reply: Closed({ rtpCapabilities: Opaque<ms.RtpCapabilities>(), producers: Type.Array(SfuProducer) }) },
  'peer:leave': { data: Closed(RoomPeer), reply: Empty },
  'transport:create': { data: Closed({ ...RoomPeer, direction: OneOf(['send', 'receive'] as const) }), reply: TransportInfo },
  'transport:connect': { data: Closed({ ...RoomPeer, transportId: MediaId, dtlsParameters: Opaque<ms.DtlsParameters>() }), reply: Empty },
  'transport:restartIce': { data: Closed({ ...RoomPeer, transportId: MediaId }), reply: Closed({ iceParameters: Opaque<ms.IceParameters>() }) },
  /** `always`: a microphone that is forwarded however many louder ones are open. */
  'producer:create': {
    data: Closed({
      ...RoomPeer, transportId: MediaId, kind: OneOf(['audio', 'video'] as const), source: OneOf(sources), rtpParameters: Opaque<ms.RtpParameters>(), paused: Type.Boolean(),
      always: Type.Optional(Type.Boolean()),
    }),
    reply: Closed({ producerId: MediaId }),
  },
  'producer:pause': { data: Closed({ ...RoomPeer, producerId: MediaId }), reply: Empty },
  'producer:resume': { data: Closed({ ...RoomPeer, producerId: MediaId }), reply: Empty },
  'producer:close': { data: Closed({ ...RoomPeer, producerId: MediaId }), reply: Empty },
  'consumer:create': { data: Closed({ ...RoomPeer, producerId: MediaId, rtpCapabilities: Opaque<ms.RtpCapabilities>() }), reply: ConsumerInfo },
  'consumer:resume': { data: Closed({ ...RoomPeer, consumerId: MediaId }), reply: Empty },
  'consumer:pause': { data: Closed({ ...RoomPeer, consumerId: MediaId }), reply: Empty },
  'consumer:prefer': { data: Closed({ ...RoomPeer, consumerId: MediaId, spatialLayer: Type.Integer({ minimum: 0, maximum: 2 }) }), reply: Empty },
} as const;
export type SfuRequests = typeof sfuRequests;

export const sfuEvents = {
  /** First event after connecting: who the node is and which rooms it has. A new bootId means all rooms are gone. */
  'node:ready': Closed({ nodeId: NodeId, bootId: Type.String(), rooms: Type.Array(RoomAtNode) }),
  'node:load': Closed({ nodeId: NodeId, load: NodeLoad }),
  /** An edge lost its origin (`up` false), tries again by itself, and has it back (`up` true). */
  'room:linked': Closed({ roomId: Uuid, epoch: Epoch, up: Type.Boolean() }),
  /** The room is gone (its media worker died): open it anew and let everybody join again. Peers on another dead worker get `peer:lost`. */
  'room:lost': Closed({ roomId: Uuid, epoch: Epoch, reason: Type.String() }),
  'peer:lost': Closed(RoomPeer),
  /** This and what follows with an epoch is said by the origin alone, but `producer:closed` also by the edge a guest sends through. */
  'producer:closed': Closed({ ...RoomPeer, epoch: Epoch, producerId: MediaId, source: OneOf(sources) }),
  'consumer:closed': Closed({ ...RoomPeer, consumerId: MediaId }),
  /** An edge has this producer by a new way: its peers' consumers of it were closed, and may be made anew. */
  'producer:renewed': Closed({ roomId: Uuid, epoch: Epoch, producer: SfuProducer }),
  'producer:wanted': Closed({ ...RoomPeer, producerId: MediaId, maxSpatialLayer: Type.Integer({ minimum: -1, maximum: 2 }) }),
  /** Loudest peer, or null in silence. */
  'speaker:changed': Closed({ roomId: Uuid, epoch: Epoch, peerId: Nullable(Uuid) }),
  /** ICE/DTLS state of a transport, as observed by the server; stored as a presence fact. */
  'transport:changed': Closed({ ...RoomPeer, transportId: MediaId, direction: OneOf(['send', 'receive'] as const), state: OneOf(['connected', 'disconnected', 'closed'] as const) }),
  /** All that endangers the recording of a room now; told on every change, and again when signaling connects while there is any. */
  'capture:health': Closed({ roomId: Uuid, epoch: Epoch, troubles: Type.Array(CaptureTrouble) }),
} as const satisfies EventTable;
export type SfuEvents = typeof sfuEvents;
