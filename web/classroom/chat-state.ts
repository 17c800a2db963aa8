// The chat as part of the classroom's value. Pure: late, doubled and reordered words of it do no harm.
import type { ChatMessage, ChatRules, ChatState } from '#contracts/chat.ts';
import type { PersonBrief } from '#contracts/person.ts';

/** What of the classroom the chat is. */
export interface ChatView {
  me: { personId: string };
  messages: ChatMessage[];
  chat: ChatState;
  /** Messages that were deleted, by id: a late word of one does not bring it back. */
  goneMessages: Record<string, ChatMessage>;
}

const messagesKept = 500;
const bySent = (a: ChatMessage, b: ChatMessage): number => a.sentAt.localeCompare(b.sentAt) || a.messageId.localeCompare(b.messageId);

/** The chat of a picture that was read a moment ago, where this page may have heard of more since. */
export function chatOfSnapshot(snapshot: Pick<ChatView, 'messages' | 'chat'>, before: ChatView | null): Pick<ChatView, 'messages' | 'chat' | 'goneMessages'> {
  const goneMessages = before?.goneMessages ?? {};
  const { version, mutedAll, slowSeconds, pinned } = before && before.chat.version > snapshot.chat.version ? before.chat : snapshot.chat;
  return { goneMessages, messages: snapshot.messages.map((message) => goneMessages[message.messageId] ?? message), chat: { ...snapshot.chat, version, mutedAll, slowSeconds, pinned } };
}

/** One's own last message, also one that was written on another device. */
function lastSent({ chat, me }: ChatView, { personId, sentAt }: ChatMessage): ChatState {
  return personId === me.personId && (chat.lastSentAt === null || chat.lastSentAt < sentAt) ? { ...chat, lastSentAt: sentAt } : chat;
}

export function withMessage<S extends ChatView>(state: S, message: ChatMessage): S {
  if (message.deletedBy !== null) return withDeleted(state, message);
  if (state.messages.some(({ messageId }) => messageId === message.messageId)) return state;
  const told = state.goneMessages[message.messageId] ?? message;
  return { ...state, chat: lastSent(state, message), messages: [...state.messages, told].sort(bySent).slice(-messagesKept) };
}

export function withDeleted<S extends ChatView>(state: S, message: ChatMessage): S {
  const pinned = state.chat.pinned?.messageId === message.messageId ? null : state.chat.pinned;
  return {
    ...state, chat: { ...state.chat, pinned }, goneMessages: { ...state.goneMessages, [message.messageId]: message },
    messages: state.messages.map((one) => (one.messageId === message.messageId ? message : one)),
  };
}

/** Rules are told whole, with a number: an older word changes nothing. */
export function withRules<S extends ChatView>(state: S, rules: ChatRules): S {
  if (rules.version <= state.chat.version) return state;
  const pinned = rules.pinned && state.goneMessages[rules.pinned.messageId] ? null : rules.pinned;
  return { ...state, chat: { ...state.chat, ...rules, pinned } };
}

/** Staff keep the list, a learner only what is their own. */
export function withMuted<S extends ChatView>(state: S, { muted, ...person }: PersonBrief & { muted: boolean }, staff: boolean): S {
  const others = state.chat.mutedPeople.filter(({ personId }) => personId !== person.personId);
  return {
    ...state,
    chat: { ...state.chat, muted: person.personId === state.me.personId ? muted : state.chat.muted, mutedPeople: staff ? [...others, ...(muted ? [person] : [])] : [] },
  };
}
