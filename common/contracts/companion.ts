// A phone as the teacher's second camera: the link over the classroom's socket, and all that the phone itself may ask over its own.
import Type, { type Static, type TSchema } from 'typebox';
import { companionEnds, companionStates } from '#domain/companion.ts';
import { leadingRoles } from '#domain/roles.ts';
import { mediaEvents, mediaRequests, ProducerInfo } from './media.ts';
import type { EventTable, ReplyError, RequestTable } from './request-table.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** 32 random bytes; the server keeps their SHA-256 only. */
export const CompanionSecret = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });
/** `expiresAt`: until when the link can be opened. */
export const CompanionBrief = Closed({ companionId: Uuid, state: OneOf(companionStates), expiresAt: Instant });
export type CompanionBrief = Static<typeof CompanionBrief>;
const OwnCompanion = Closed({ companion: Nullable(CompanionBrief) });

export const companionRequests = {
  /** A new link for one phone, once, within 5 minutes; what the person had before ends. Errors: forbidden (who does not lead), lesson_not_live, lesson_ended. */
  'companion:invite': { by: leadingRoles, data: Empty, reply: Closed({ ...CompanionBrief.properties, token: CompanionSecret }) },
  /** Ends one's own; ended already it changes nothing. */
  'companion:end': { by: leadingRoles, data: Closed({ companionId: Uuid }), reply: Empty },
  'companion:read': { by: leadingRoles, data: Empty, reply: OwnCompanion },
} as const satisfies RequestTable;
export const companionEvents = {
  /** To the owner of the seat only. */
  'companion:changed': OwnCompanion,
} as const satisfies EventTable;

/**
 * How a phone makes itself known, in `auth` of its socket. `token`: of the link. `key` is drawn by the phone: it opens the link again for this phone alone, so that an answer that was
 * lost costs nothing. Refused with companion_unknown, companion_expired, companion_used, companion_ended, wrong_lesson, lesson_not_live.
 */
export const PhoneHandshake = Closed({ lessonId: Uuid, token: CompanionSecret, key: CompanionSecret });
export type PhoneHandshake = Static<typeof PhoneHandshake>;
export const PhoneView = Closed({
  lessonTitle: Type.String(), courseTitle: Type.String(), teacherName: Type.String(),
  /** What this phone sends now. */
  producers: Type.Array(ProducerInfo),
});
export type PhoneView = Static<typeof PhoneView>;

const { 'media:produce': produce, 'media:createTransport': createTransport } = mediaRequests;
type PhoneTable = Record<string, { data: TSchema; reply: TSchema }>;
/** The whole of it: one picture of one source, and what is needed to send it. Every request may be refused with companion_ended. */
export const phoneRequests = {
  'companion:look': { data: Empty, reply: PhoneView },
  'media:join': { data: Empty, reply: mediaRequests['media:join'].reply },
  'media:createTransport': { data: Closed({ direction: Type.Literal('send') }), reply: createTransport.reply },
  'media:connectTransport': { data: mediaRequests['media:connectTransport'].data, reply: Empty },
  'media:restartIce': { data: mediaRequests['media:restartIce'].data, reply: mediaRequests['media:restartIce'].reply },
  'media:produce': { data: Closed({ ...produce.data.properties, kind: Type.Literal('video'), source: Type.Literal('documentCamera') }), reply: produce.reply },
  'media:closeProducer': { data: mediaRequests['media:closeProducer'].data, reply: Empty },
} as const satisfies PhoneTable;
export type PhoneRequests = typeof phoneRequests;
export const phoneEvents = {
  'media:wanted': mediaEvents['media:wanted'],
  'media:reset': Empty,
  /** The last word: the phone must stop and must not come back by itself. `other_page`: the same phone, in another tab. */
  'companion:ended': Closed({ reason: OneOf([...companionEnds, 'other_page'] as const) }),
} as const satisfies EventTable;
export type PhoneEvents = typeof phoneEvents;
export type PhoneReply<K extends keyof PhoneRequests> = { ok: true; data: Static<PhoneRequests[K]['reply']> } | { ok: false; error: ReplyError };
