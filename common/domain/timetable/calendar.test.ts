// A calendar, read by a parser that is not ours: whatever a title or place says comes out as it went in, and no line is too long.
import fc from 'fast-check';
import ICAL from 'ical.js';
import { expect, it } from 'vitest';
import { calendarText, type CalendarLesson } from './calendar.ts';

const lesson = (some: Partial<CalendarLesson> = {}): CalendarLesson => ({
  uid: 'l1@keshi', sequence: 2, changedMs: Date.parse('2026-11-20T00:00:00Z'), title: '焊接安全', startMs: Date.parse('2026-11-24T01:00:00Z'), endMs: Date.parse('2026-11-24T02:30:00Z'), cancelled: false, place: null, url: 'https://x.example/lessons/1', ...some,
});
const read = (text: string) => new ICAL.Component(ICAL.parse(text) as [string, unknown[], unknown[]]);
const eventsOf = (text: string) => read(text).getAllSubcomponents('vevent').map((event) => new ICAL.Event(event));

it('is what other calendars read: ids, times, state', () => {
  const text = calendarText('课时', [lesson(), lesson({ uid: 'l2@keshi', sequence: 3, cancelled: true, place: '一号实训室; 东门, 二楼' })]);
  expect(eventsOf(text).map((event) => [event.uid, event.sequence, event.summary, event.location, event.startDate.toJSDate().toISOString(), event.endDate.toJSDate().toISOString(), event.component.getFirstPropertyValue('status')])).toEqual([
    ['l1@keshi', 2, '焊接安全', null, '2026-11-24T01:00:00.000Z', '2026-11-24T02:30:00.000Z', 'CONFIRMED'],
    ['l2@keshi', 3, '焊接安全', '一号实训室; 东门, 二楼', '2026-11-24T01:00:00.000Z', '2026-11-24T02:30:00.000Z', 'CANCELLED'],
  ]);
  expect(read(text).getFirstPropertyValue('x-wr-calname')).toBe('课时');
  expect(eventsOf(calendarText('空', []))).toEqual([]);
});

it('whatever a title says comes out as it went in, folded at most at 75 octets and never within a sign', () => {
  const titles = fc.array(fc.constantFrom('焊', '接', '😀', 'é', ';', ',', '\\', ':', '"', '\n', ' ', 'a', 'BEGIN:VEVENT', '\\n'), { minLength: 1, maxLength: 80 }).map((parts) => parts.join(''));
  fc.assert(fc.property(titles, titles, (title, place) => {
    const text = calendarText('x', [lesson({ title, place })]);
    const lines = text.split('\r\n');
    for (const line of lines) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
    expect(text.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
    const [event, ...others] = eventsOf(text);
    expect([event!.summary, event!.location, others]).toEqual([title, place, []]);
  }), { numRuns: 300 });
});
