// The chat after words of it that come late, twice or in another order: deleted stays deleted, the newest rules hold.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatMessage, ChatRules } from '#contracts/chat.ts';
import { newId } from '#domain/id.ts';
import { chatOfSnapshot, withDeleted, withMessage, withMuted, withRules, type ChatView } from './chat-state.ts';

const me = newId();
const other = newId();
const at = (seconds: number): string => new Date(Date.UTC(2026, 2, 2, 1, 0, seconds)).toISOString();
const message = (seconds: number, personId = other): ChatMessage => ({ messageId: newId(), personId, name: '王', text: `text ${seconds}`, sentAt: at(seconds), deletedBy: null });
const gone = (one: ChatMessage): ChatMessage => ({ ...one, text: '', deletedBy: '周' });
const rules = (version: number, change: Partial<ChatRules> = {}): ChatRules => ({ version, mutedAll: false, slowSeconds: 0, pinned: null, ...change });
const fresh = (): ChatView => ({ me: { personId: me }, messages: [], chat: { ...rules(0), muted: false, lastSentAt: null, mutedPeople: [], privateCount: 0 }, goneMessages: {} });

test('a deleted message shows no word of it, however often and in what order it is told', () => {
  const one = message(1);
  const told = [(state: ChatView) => withMessage(state, one), (state: ChatView) => withDeleted(state, gone(one)), (state: ChatView) => withRules(state, rules(1, { pinned: one }))];
  fc.assert(fc.property(fc.array(fc.nat({ max: 2 }), { maxLength: 10 }), (order) => {
    const state = order.reduce((now, index) => told[index]!(now), fresh());
    if (!order.includes(1)) return;
    expect(JSON.stringify([state.messages, state.chat])).not.toContain(one.text);
    expect(state.messages.length).toBe(order.includes(0) ? 1 : 0);
  }));
});

test('the newest rules hold, in whatever order they come', () => {
  const versions = [rules(1, { mutedAll: true }), rules(2, { slowSeconds: 30 }), rules(3, { mutedAll: true, slowSeconds: 10 })];
  fc.assert(fc.property(fc.shuffledSubarray(versions, { minLength: 1 }), (order) => {
    const { version, mutedAll, slowSeconds } = order.reduce(withRules, fresh()).chat;
    const newest = [...order].sort((a, b) => a.version - b.version).at(-1)!;
    expect({ version, mutedAll, slowSeconds, pinned: null }).toEqual(newest);
  }));
});

test('a picture read before the last words of the chat does not bring back what they changed', () => {
  const one = message(1);
  const before = withRules(withDeleted(withMessage(fresh(), one), gone(one)), rules(4, { mutedAll: true }));
  const old = { messages: [one], chat: { ...rules(3, { pinned: null }), muted: true, lastSentAt: at(1), mutedPeople: [], privateCount: 0 } };
  const state = chatOfSnapshot(old, before);
  expect(state.messages).toEqual([gone(one)]);
  expect(state.chat).toMatchObject({ version: 4, mutedAll: true, muted: true, lastSentAt: at(1) });
  expect(chatOfSnapshot(old, null).messages).toEqual([one]);
});

test('slow mode counts from the own last message, not from those of others', () => {
  const mine = message(5, me);
  const state = [message(9), mine, message(3, me)].reduce(withMessage, fresh());
  expect(state.chat.lastSentAt).toBe(mine.sentAt);
});

test('a learner knows of the own muting only, staff know who is muted', () => {
  const [own, somebody] = [{ personId: me, name: '王' }, { personId: other, name: '李' }];
  expect(withMuted(fresh(), { ...own, muted: true }, false).chat).toMatchObject({ muted: true, mutedPeople: [] });
  expect(withMuted(fresh(), { ...somebody, muted: true }, false).chat).toMatchObject({ muted: false, mutedPeople: [] });
  const staff = withMuted(withMuted(fresh(), { ...somebody, muted: true }, true), { ...somebody, muted: true }, true);
  expect(staff.chat.mutedPeople).toEqual([somebody]);
  expect(withMuted(staff, { ...somebody, muted: false }, true).chat.mutedPeople).toEqual([]);
});
