// Which sfu nodes there are, on which of them each room and each seat has its media, and delayed broadcasts of sessions.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { StreamWaitReason } from '#contracts/live-stream.ts';
import type { NodeCapacity } from '#contracts/media-node.ts';
import type { NodeLoad } from '#contracts/sfu-control.ts';

/** `heardAt` is the database's clock at the last registration. `draining` is the operator's wish; `load.draining` what the node does. */
export const MediaNode = defineEntity({
  name: 'MediaNode',
  properties: {
    id: p.text().primary(), bootId: p.text(), controlUrl: p.text(), capacity: p.json().$type<NodeCapacity>(), load: p.json().$type<NodeLoad>(),
    draining: p.boolean().default(false), registeredAt: p.datetime(), heardAt: p.datetime(),
  },
});
/** The origin of a room: the lesson's own, which has its id, or that of a breakout group. `epoch` grows by one with every other origin or boot of it. */
export const MediaRoom = defineEntity({
  name: 'MediaRoom',
  properties: { roomId: p.uuid().primary(), lessonId: p.uuid(), epoch: p.integer(), nodeId: p.text(), bootId: p.text(), movedAt: p.datetime() },
});
/** Where one person's transports are; the seat of an earlier epoch or boot is void. */
export const MediaSeat = defineEntity({
  name: 'MediaSeat',
  properties: {
    roomId: p.uuid().primary(), personId: p.uuid().primary(), epoch: p.integer(), nodeId: p.text(), bootId: p.text(), placedAt: p.datetime(),
  },
});
/**
 * A session's broadcast 10 to 15 s behind, for those WebRTC does not reach; made on demand. `segments`: how many are finished, and the next one's number.
 * `heardAt` (the database's clock) is the last sign of the worker `claimedBy`; `costPercent` what composing takes of one core; `cleanedAt`: its files are gone.
 */
export const LiveStream = defineEntity({
  name: 'LiveStream',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), sessionId: p.uuid(), status: p.text().$type<'wanted' | 'running' | 'ended' | 'failed'>(),
    wantedAt: p.datetime(), startedAt: p.datetime().nullable(), endedAt: p.datetime().nullable(), segments: p.integer().default(0), failReason: p.text().nullable(),
    claimedBy: p.text().nullable(), heardAt: p.datetime().nullable(), waitReason: p.text().$type<StreamWaitReason>().nullable(),
    costPercent: p.integer().nullable(), cleanedAt: p.datetime().nullable(),
  },
});
export type MediaNode = InferEntity<typeof MediaNode>;
export type MediaRoom = InferEntity<typeof MediaRoom>;
export type MediaSeat = InferEntity<typeof MediaSeat>;
export type LiveStream = InferEntity<typeof LiveStream>;
