// Private words as part of the classroom's value: each once, in order, and by learner for teachers.
import type { PrivateMessage } from '#contracts/private.ts';
import type { LessonRole } from '#domain/roles.ts';

export interface Conversation {
  learnerId: string; learnerName: string; messages: PrivateMessage[];
  /** The learner spoke last. */
  waiting: boolean;
}

const bySent = (a: PrivateMessage, b: PrivateMessage): number => a.sentAt.localeCompare(b.sentAt) || a.messageId.localeCompare(b.messageId);

export function withPrivates<S extends { privates: PrivateMessage[] }>(state: S, told: readonly PrivateMessage[]): S {
  const known = new Map([...state.privates, ...told].map((message) => [message.messageId, message]));
  return { ...state, privates: [...known.values()].sort(bySent) };
}

/** One per learner: who waits for an answer first, then the one with the latest word. */
export function conversationsOf(messages: readonly PrivateMessage[]): Conversation[] {
  const found = new Map<string, Conversation>();
  for (const message of messages) {
    const { learnerId, learnerName, personId } = message;
    found.set(learnerId, { learnerId, learnerName, messages: [...found.get(learnerId)?.messages ?? [], message], waiting: personId === learnerId });
  }
  return [...found.values()].sort((a, b) => Number(b.waiting) - Number(a.waiting) || bySent(b.messages.at(-1)!, a.messages.at(-1)!));
}

/** For a learner: answers since the own last word. */
export const unanswered = (messages: readonly PrivateMessage[], me: string): number => messages.length - 1 - messages.findLastIndex(({ personId }) => personId === me);

/** What waits to be seen to: for teachers learners who wait, for a learner answers since the own last word that were not looked at. */
export const privatesToSee = ({ privates, privatesSeen, me }: { privates: readonly PrivateMessage[]; privatesSeen: number; me: { personId: string; role: LessonRole } }): number =>
  (me.role === 'student' ? Math.max(0, Math.min(unanswered(privates, me.personId), privates.length - privatesSeen)) : conversationsOf(privates).filter(({ waiting }) => waiting).length);
