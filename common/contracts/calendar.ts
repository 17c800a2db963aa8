// Calendars of other makers read one's lessons: addresses that are secret, each for one part of a person, and can be taken back.
import Type, { type Static } from 'typebox';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** `overseeing`: every lesson of the institutions one manages or looks after. */
export const calendarParts = ['learning', 'teaching', 'overseeing'] as const;
export type CalendarPart = (typeof calendarParts)[number];

export const CalendarFeeds = Closed({
  /** What this person may have an address for. */
  parts: Type.Array(OneOf(calendarParts)),
  feeds: Type.Array(Closed({ feedId: Uuid, part: OneOf(calendarParts), createdAt: Instant, lastReadAt: Nullable(Instant) })),
});
export type CalendarFeeds = Static<typeof CalendarFeeds>;
/** `path` is told this once: only its hash is kept. */
export const NewFeed = Closed({ path: Type.String(), feeds: CalendarFeeds });

export const calendarRoutes = {
  'GET /api/calendar-feeds': { by: 'account', reply: CalendarFeeds },
  /** Errors: forbidden (a part one has not), too_many_attempts (ten addresses are enough). */
  'POST /api/calendar-feeds': { by: 'account', body: Closed({ part: OneOf(calendarParts) }), reply: NewFeed },
  /** From then on the address answers nothing. Errors: not_found (another's). */
  'DELETE /api/calendar-feeds/:feedId': { by: 'account', params: Closed({ feedId: Uuid }), reply: CalendarFeeds },
  /** iCalendar, for whoever has the address: titles, times, places and links, nothing of anybody. Errors: not_found, too_many_attempts. */
  'GET /api/calendar/:token': { by: 'anyone', params: Closed({ token: Type.String({ pattern: '^[\\w-]{43}\\.ics$' }) }), reply: 'file' },
} as const;
