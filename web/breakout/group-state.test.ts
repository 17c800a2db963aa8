// What a page makes of being told about groups, and of a division that is still being made.
import { expect, test } from 'vitest';
import { callsOf, movedTo, ownGroup, withBreakout, type GroupsPart } from './group-state.ts';

const person = (personId: string) => ({ personId, name: personId });
const group = (ordinal: number, ...ids: string[]) => ({ groupId: `g${ordinal}`, ordinal, members: ids.map(person), visitors: [] });
const view = (ownGroupId: string | null) => ({ breakoutId: 'b', recorded: false, startedAt: '', endsAt: '', ownGroupId, groups: [group(1, 'a', 'b'), group(2, 'c')] });
const message = { messageId: 'm', personId: 'a', name: 'a', text: 'hello', sentAt: '', deletedBy: null };
const state = (change: Partial<GroupsPart> = {}): GroupsPart => ({ breakout: null, toldGroups: null, speakingIn: {}, messages: [message], ...change });

test('another room has another chat; told again where one is changes nothing of it', () => {
  const inside = withBreakout(state(), view('g1'));
  expect(inside.messages).toEqual([]);
  expect(ownGroup(inside)?.ordinal).toBe(1);
  expect(withBreakout({ ...inside, messages: [message] }, view('g1')).messages).toEqual([message]);
  expect(withBreakout(state(), view(null)).messages).toEqual([message]);
});
test('what was told ends with the groups', () => {
  const after = withBreakout(state({ breakout: view('g2'), toldGroups: message, speakingIn: { g1: 'a' } }), null);
  expect([after.toldGroups, after.speakingIn, ownGroup(after)]).toEqual([null, {}, null]);
});
test('a group calls once, who waits longest first, and not where the teacher is already', () => {
  const hands = [{ personId: 'c', name: 'c', raisedAt: '1' }, { personId: 'b', name: 'b', raisedAt: '2' }, { personId: 'a', name: 'a', raisedAt: '3' }, { personId: 'x', name: 'x', raisedAt: '0' }];
  expect(callsOf({ breakout: view(null), hands }).map((call) => [call.group.ordinal, call.hand.name])).toEqual([[2, 'c'], [1, 'b']]);
  expect(callsOf({ breakout: view('g2'), hands }).map((call) => call.group.ordinal)).toEqual([1]);
  expect(callsOf({ breakout: null, hands })).toEqual([]);
});
test('one is moved and is in one group only', () => {
  expect(movedTo([['a', 'b'], ['c']], 'a', 1)).toEqual([['b'], ['c', 'a']]);
  expect(movedTo([['a', 'b'], ['c']], 'c', 1)).toEqual([['a', 'b'], ['c']]);
});
