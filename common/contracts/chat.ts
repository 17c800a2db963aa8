// Chat of a lesson.
import Type, { type Static } from 'typebox';
import { Closed, Instant, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

export const ChatMessage = Closed({ messageId: Uuid, personId: Uuid, name: Type.String(), text: Type.String(), sentAt: Instant });
export type ChatMessage = Static<typeof ChatMessage>;

export const chatRequests = {
  /** `messageId` is drawn by the client, so that a retry after a cut is the same message. */
  'chat:send': {
    by: ['teacher', 'assistant', 'proctor', 'student'],
    data: Closed({ messageId: Uuid, text: Type.String({ minLength: 1, maxLength: 1000 }) }),
    reply: ChatMessage,
  },
} as const satisfies RequestTable;
export const chatEvents = { 'chat:sent': ChatMessage } as const satisfies EventTable;
