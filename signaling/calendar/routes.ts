// REST of calendars: one's addresses, and what they answer.
import type { calendarRoutes } from '#contracts/calendar.ts';
import { DomainError } from '#domain/errors.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { addFeed, feedsOf, readFeed, revokeFeed } from './service.ts';

const windowMs = 60_000;
/** A minute: of one address, and from one place, where a school may stand behind one number. */
const [ofOneAddress, fromOnePlace] = [20, 600];

export function calendarHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof calendarRoutes> {
  const asked = countAttempts(windowMs);
  return {
    'GET /api/calendar-feeds': ({ person }) => feedsOf(deps, person.personId),
    'POST /api/calendar-feeds': ({ person, body }) => addFeed(deps, person.personId, body.part),
    'DELETE /api/calendar-feeds/:feedId': ({ person, params }) => revokeFeed(deps, person.personId, params.feedId),
    'GET /api/calendar/:token': async ({ params, request }) => {
      const wait = asked.take([{ key: `at ${params.token}`, limit: ofOneAddress }, { key: `from ${request.ip}`, limit: fromOnePlace }], deps.now().getTime());
      if (wait > 0) throw new DomainError('too_many_attempts', `again in ${wait} s`);
      const bytes = await readFeed(deps, params.token.replace(/\.ics$/, ''), `${request.protocol}://${request.host}`);
      return { type: 'text/calendar; charset=utf-8', sizeBytes: bytes.length, open: () => bytes };
    },
  };
}
