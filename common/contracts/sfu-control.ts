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
export const SfuProducer = Closed({
  producerId: MediaId, peerId: Uuid, kind: OneOf(['audio', 'video'] as const), source: OneOf(sources), paused: Type.Boolean(),
});
export type SfuProducer = Static<typeof SfuProducer>;

/** Same shape as a request table, without roles: only signaling connects. */
export const sfuRequests = {
  /** Opens a room or answers with the open one. `capture` null: nothing is recorded (yet); given, an open room is recorded from now on. */
  'room:open': {
    data: Closed({ roomId: Uuid, capture: Nullable(CaptureTarget) }),
    reply: Closed({ nodeId: NodeId, bootId: Type.String(), producers: Type.Array(SfuProducer) }),
  },
  /** Starts recording everything produced in the room from now on; asked again it changes nothing. */
  'room:capture': { data: Closed({ roomId: Uuid, capture: CaptureTarget }), reply: Empty },
  /** Appends a line to the capture's timeline, e.g. { type: 'quiz:opened' }. `data` has ids and figures, never names or texts. */
  'room:note': { data: Closed({ roomId: Uuid, type: Type.String({ maxLength: 64 }), data: Type.Record(Type.String(), Type.Unknown()) }), reply: Empty },
  /** Closes everything, seals the capture files; answers when they are on disk. */
  'room:close': { data: Closed({ roomId: Uuid }), reply: Closed({ captures: Type.Integer() }) },
  /** Seats a peer on the least loaded media worker; what an earlier seat of the same peer had is closed. */
  'peer:join': { data: Closed(RoomPeer), reply: Closed({ rtpCapabilities: Opaque<ms.RtpCapabilities>(), producers: Type.Array(SfuProducer) }) },
  'peer:leave': { data: Closed(RoomPeer), reply: Empty },
  'transport:create': { data: Closed({ ...RoomPeer, direction: OneOf(['send', 'receive'] as const) }), reply: TransportInfo },
  'transport:connect': { data: Closed({ ...RoomPeer, transportId: MediaId, dtlsParameters: Opaque<ms.DtlsParameters>() }), reply: Empty },
  'transport:restartIce': { data: Closed({ ...RoomPeer, transportId: MediaId }), reply: Closed({ iceParameters: Opaque<ms.IceParameters>() }) },
  'producer:create': {
    data: Closed({ ...RoomPeer, transportId: MediaId, kind: OneOf(['audio', 'video'] as const), source: OneOf(sources), rtpParameters: Opaque<ms.RtpParameters>(), paused: Type.Boolean() }),
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
  'node:ready': Closed({ nodeId: NodeId, bootId: Type.String(), rooms: Type.Array(Uuid) }),
  'node:load': Closed({ nodeId: NodeId, workers: Type.Array(Closed({ pid: Type.Integer(), cpuPercent: Type.Number(), consumers: Type.Integer() })) }),
  /** The room is gone (its media worker died): open it anew and let everybody join again. Peers on another dead worker get `peer:lost`. */
  'room:lost': Closed({ roomId: Uuid, reason: Type.String() }),
  'peer:lost': Closed(RoomPeer),
  'producer:closed': Closed({ ...RoomPeer, producerId: MediaId, source: OneOf(sources) }),
  'consumer:closed': Closed({ ...RoomPeer, consumerId: MediaId }),
  'producer:wanted': Closed({ ...RoomPeer, producerId: MediaId, maxSpatialLayer: Type.Integer({ minimum: -1, maximum: 2 }) }),
  /** Loudest peer, or null in silence. */
  'speaker:changed': Closed({ roomId: Uuid, peerId: Nullable(Uuid) }),
  /** ICE/DTLS state of a transport, as observed by the server; stored as a presence fact. */
  'transport:changed': Closed({ ...RoomPeer, transportId: MediaId, direction: OneOf(['send', 'receive'] as const), state: OneOf(['connected', 'disconnected', 'closed'] as const) }),
  /** All that endangers the recording of a room now; told on every change, and again when signaling connects while there is any. */
  'capture:health': Closed({ roomId: Uuid, troubles: Type.Array(CaptureTrouble) }),
} as const satisfies EventTable;
export type SfuEvents = typeof sfuEvents;
