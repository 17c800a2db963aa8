// Chat of a lesson, and how its leaders keep it in order (R5, R98).
import Type, { type Static } from 'typebox';
import { slowSeconds } from '#domain/chat.ts';
import { leadingRoles } from '#domain/roles.ts';
import { PersonBrief } from './person.ts';
import { Closed, Empty, Instant, Nullable, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

export const ChatMessage = Closed({
  messageId: Uuid, personId: Uuid, name: Type.String(), text: Type.String(), sentAt: Instant,
  /** Name of who deleted it for everybody; then `text` is empty, and the words are in no answer of the server any more. */
  deletedBy: Nullable(Type.String()),
});
export type ChatMessage = Static<typeof ChatMessage>;

/** What holds for everybody in the chat of a lesson. */
export const ChatRules = Closed({
  /** Grows with every change: what is told late changes nothing. 0: nothing was ever set. */
  version: Type.Integer({ minimum: 0 }),
  /** Learners do not write; staff do. */
  mutedAll: Type.Boolean(),
  /** Seconds between two messages of one learner; 0: only the usual pace. */
  slowSeconds: Type.Integer({ minimum: slowSeconds.off, maximum: slowSeconds.most }),
  /** The announcement on top. */
  pinned: Nullable(ChatMessage),
});
export type ChatRules = Static<typeof ChatRules>;

/** The same with what is one's own. */
export const ChatState = Closed({
  ...ChatRules.properties,
  /** This person may not write to the class. */
  muted: Type.Boolean(),
  /** The client whose learner this is has no chat (R62); left out where it has. */
  switchedOff: Type.Optional(Type.Boolean()),
  /** This person's last message to the class, also one that is no longer shown: slow mode counts from it. */
  lastSentAt: Nullable(Instant),
  /** Who may not write; empty for learners. */
  mutedPeople: Type.Array(PersonBrief),
  /** Private messages this person may read (`private:list`): of the own conversation, or for teachers and assistants of all. */
  privateCount: Type.Integer({ minimum: 0 }),
});
export type ChatState = Static<typeof ChatState>;

export const chatRequests = {
  /**
   * `messageId` is drawn by the client, so that a retry after a cut is the same message.
   * Errors: chat_too_fast; for learners switched_off, chat_muted, chat_closed (everybody is muted), chat_slow; word_refused (nothing was saved); lesson_ended.
   */
  'chat:send': {
    by: ['teacher', 'assistant', 'proctor', 'student'],
    data: Closed({ messageId: Uuid, text: Type.String({ minLength: 1, maxLength: 1000 }) }),
    reply: ChatMessage,
  },
  /** One learner may not write to the class, or may again. Errors: not_found (nobody of this lesson), forbidden (not a learner). */
  'chat:mute': { by: leadingRoles, data: Closed({ personId: Uuid, muted: Type.Boolean() }), reply: Empty },
  /** What is left out stays as it is. */
  'chat:rule': {
    by: leadingRoles,
    data: Closed({ mutedAll: Type.Optional(Type.Boolean()), slowSeconds: Type.Optional(ChatRules.properties.slowSeconds) }),
    reply: ChatRules,
  },
  /** For everybody, also for those who come later; the row keeps who did it. Doing it again changes nothing. Errors: not_found. */
  'chat:delete': { by: leadingRoles, data: Closed({ messageId: Uuid }), reply: ChatMessage },
  /** One message on top for everybody, in place of the one before; null takes it down. Errors: not_found, chat_deleted. */
  'chat:pin': { by: leadingRoles, data: Closed({ messageId: Nullable(Uuid) }), reply: ChatRules },
} as const satisfies RequestTable;

export const chatEvents = {
  'chat:sent': ChatMessage,
  'chat:deleted': ChatMessage,
  'chat:ruled': ChatRules,
  /** To staff and to the learner it is about. */
  'chat:muted': Closed({ ...PersonBrief.properties, muted: Type.Boolean() }),
} as const satisfies EventTable;
