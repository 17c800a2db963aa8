// Media between browser and sfu, agreed through signaling. Structures of mediasoup are passed on and checked there.
import Type, { type Static } from 'typebox';
import type { types as ms } from 'mediasoup';
import { sources } from '#domain/media.ts';
import { lessonRoles } from '#domain/roles.ts';
import { Closed, Empty, Nullable, Opaque, OneOf, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

export const MediaId = Type.String({ minLength: 1, maxLength: 64 });
export const ProducerInfo = Closed({
  producerId: MediaId, personId: Uuid, kind: OneOf(['audio', 'video'] as const), source: OneOf(sources), paused: Type.Boolean(),
});
export type ProducerInfo = Static<typeof ProducerInfo>;

export const TransportInfo = Closed({
  transportId: MediaId,
  iceParameters: Opaque<ms.IceParameters>(), iceCandidates: Type.Unsafe<ms.IceCandidate[]>(Type.Array(Type.Any())),
  dtlsParameters: Opaque<ms.DtlsParameters>(),
});
export type TransportInfo = Static<typeof TransportInfo>;
export const ConsumerInfo = Closed({
  consumerId: MediaId, producerId: MediaId, kind: OneOf(['audio', 'video'] as const), rtpParameters: Opaque<ms.RtpParameters>(),
  producerPaused: Type.Boolean(),
});
export type ConsumerInfo = Static<typeof ConsumerInfo>;

/** A TURN server with credentials of an hour, for networks that block media ports. */
export const IceServer = Closed({ urls: Type.Array(Type.String()), username: Type.String(), credential: Type.String() });
export type IceServer = Static<typeof IceServer>;
const iceServers = Type.Optional(Type.Array(IceServer));

const producing = ['teacher', 'assistant', 'student'] as const;
const OneProducer = Closed({ producerId: MediaId });
const OneConsumer = Closed({ consumerId: MediaId });

export const mediaRequests = {
  /** Takes a media seat in the lesson's room, or in that of one's breakout group. Everything a former seat of this person had there is closed. Errors: lesson_not_open, media_unavailable. */
  'media:join': { by: lessonRoles, data: Empty, reply: Closed({ rtpCapabilities: Opaque<ms.RtpCapabilities>(), producers: Type.Array(ProducerInfo) }) },
  'media:createTransport': { by: lessonRoles, data: Closed({ direction: OneOf(['send', 'receive'] as const) }), reply: Closed({ ...TransportInfo.properties, iceServers }) },
  'media:connectTransport': { by: lessonRoles, data: Closed({ transportId: MediaId, dtlsParameters: Opaque<ms.DtlsParameters>() }), reply: Empty },
  'media:restartIce': { by: lessonRoles, data: Closed({ transportId: MediaId }), reply: Closed({ iceParameters: Opaque<ms.IceParameters>(), iceServers }) },
  /** Students only while on stage or in a breakout group, and then `camera` and `microphone` only. A second producer of the same source replaces the first. Errors: not_on_stage, microphone_locked, forbidden. */
  'media:produce': {
    by: producing,
    data: Closed({ transportId: MediaId, kind: OneOf(['audio', 'video'] as const), source: OneOf(sources), rtpParameters: Opaque<ms.RtpParameters>(), paused: Type.Boolean() }),
    reply: Closed({ producerId: MediaId }),
  },
  'media:pauseProducer': { by: producing, data: OneProducer, reply: Empty },
  /** Errors: microphone_locked. */
  'media:resumeProducer': { by: producing, data: OneProducer, reply: Empty },
  'media:closeProducer': { by: producing, data: OneProducer, reply: Empty },
  /** The consumer starts paused; resume it when the element is ready. */
  'media:consume': { by: lessonRoles, data: Closed({ producerId: MediaId, rtpCapabilities: Opaque<ms.RtpCapabilities>() }), reply: ConsumerInfo },
  'media:resumeConsumer': { by: lessonRoles, data: OneConsumer, reply: Empty },
  'media:pauseConsumer': { by: lessonRoles, data: OneConsumer, reply: Empty },
  /** 0 is the lowest layer; what is not shown large need not be sent large. */
  'media:preferLayer': { by: lessonRoles, data: Closed({ consumerId: MediaId, spatialLayer: Type.Integer({ minimum: 0, maximum: 2 }) }), reply: Empty },
} as const satisfies RequestTable;

export const mediaEvents = {
  'media:produced': ProducerInfo,
  'media:producerChanged': ProducerInfo,
  'media:producerClosed': Closed({ producerId: MediaId, personId: Uuid, source: OneOf(sources) }),
  'media:consumerClosed': OneConsumer,
  'media:speakerChanged': Closed({ personId: Nullable(Uuid) }),
  /** To the owner: highest layer anybody needs; -1 means nobody, so the browser may stop sending. */
  'media:wanted': Closed({ producerId: MediaId, maxSpatialLayer: Type.Integer({ minimum: -1, maximum: 2 }) }),
  /** The room was made anew (a media worker or the sfu died): join again from `media:join`. */
  'media:reset': Empty,
} as const satisfies EventTable;
