// The writing rate (a burst of five, then one a second), and who may write at all.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chatRefusal, mayWrite, slowUntilMs, type ChatLimits } from './chat.ts';
import { lessonRoles, staffRoles } from './roles.ts';

test('five at once, the sixth a second later', () => {
  const five = [0, 0, 0, 0, 0];
  expect(mayWrite([0, 0, 0, 0], 0)).toBe(true);
  expect(mayWrite(five, 0)).toBe(false);
  expect(mayWrite(five, 999)).toBe(false);
  expect(mayWrite(five, 1000)).toBe(true);
});

test('never more than burst + seconds in any window', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 60 }), (gaps) => {
    const sent: number[] = [];
    let now = 0;
    for (const gap of gaps) {
      now += gap;
      if (mayWrite(sent, now)) sent.push(now);
    }
    for (let from = 0; from < sent.length; from++) {
      for (let to = from; to < sent.length; to++) expect(to - from + 1).toBeLessThanOrEqual(5 + (sent[to]! - sent[from]!) / 1000 + 1e-9);
    }
  }));
});

const limits = (change: Partial<ChatLimits> = {}): ChatLimits => ({ mutedAll: false, muted: false, slowSeconds: 0, lastSentMs: null, ...change });

test('one who is muted hears so, also while all are', () => {
  expect(chatRefusal('student', limits(), 0)).toBeNull();
  expect(chatRefusal('student', limits({ muted: true }), 0)).toBe('chat_muted');
  expect(chatRefusal('student', limits({ mutedAll: true }), 0)).toBe('chat_closed');
  expect(chatRefusal('student', limits({ muted: true, mutedAll: true }), 0)).toBe('chat_muted');
});

test('slow mode waits from the last message, to the millisecond, and not before the first', () => {
  const slow = limits({ slowSeconds: 30, lastSentMs: 1_000 });
  expect(slowUntilMs(slow)).toBe(31_000);
  expect(chatRefusal('student', slow, 30_999)).toBe('chat_slow');
  expect(chatRefusal('student', slow, 31_000)).toBeNull();
  expect(chatRefusal('student', { ...slow, lastSentMs: null }, 0)).toBeNull();
  expect(chatRefusal('student', { ...slow, slowSeconds: 0 }, 1_001)).toBeNull();
});

test('staff always write, observers never, whatever was set', () => {
  fc.assert(fc.property(fc.constantFrom(...lessonRoles), fc.boolean(), fc.boolean(), fc.nat({ max: 600 }), fc.option(fc.nat()), fc.nat(), (role, mutedAll, muted, slowSeconds, lastSentMs, now) => {
    const refusal = chatRefusal(role, { mutedAll, muted, slowSeconds, lastSentMs }, now);
    if (role === 'observer') expect(refusal).toBe('forbidden');
    if (staffRoles.some((staff) => staff === role)) expect(refusal).toBeNull();
  }));
});
