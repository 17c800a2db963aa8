// Private words between one learner and the teachers of a lesson (R5): nobody else ever sees them.
import Type, { type Static } from 'typebox';
import { leadingRoles } from '#domain/roles.ts';
import { Closed, Empty, Instant, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

export const PrivateMessage = Closed({
  messageId: Uuid,
  /** Whose conversation it is: one per learner and lesson, with all of its teachers and assistants. */
  learnerId: Uuid, learnerName: Type.String(),
  /** Who wrote it. */
  personId: Uuid, name: Type.String(), text: Type.String(), sentAt: Instant,
});
export type PrivateMessage = Static<typeof PrivateMessage>;

const between = [...leadingRoles, 'student'] as const;

export const privateRequests = {
  /**
   * A learner writes into the own conversation and leaves `learnerId` out; teachers and assistants name the learner. Being muted in the chat does not matter here.
   * `messageId` is drawn by the client, so that a retry is the same message.
   * Errors: forbidden (a learner names somebody), not_found (no learner of this lesson), bad_request (nobody named), word_refused (nothing was saved), chat_too_fast, lesson_ended.
   */
  'private:send': {
    by: between,
    data: Closed({ messageId: Uuid, text: Type.String({ minLength: 1, maxLength: 1000 }), learnerId: Type.Optional(Uuid) }),
    reply: PrivateMessage,
  },
  /** The own conversation, or for teachers and assistants all of the lesson, oldest first; the last 500 messages. */
  'private:list': { by: between, data: Empty, reply: Closed({ messages: Type.Array(PrivateMessage) }) },
} as const satisfies RequestTable;

export const privateEvents = {
  /** To the learner, and to the teachers and assistants of the lesson. */
  'private:sent': PrivateMessage,
} as const satisfies EventTable;
