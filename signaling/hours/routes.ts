// REST of hours: one's own lessons and ledger; the ledger of one learner for the lesson's staff and those who oversee it.
import type { Hours, LessonHours } from '#contracts/hours.ts';
import { hoursOf, lessonHours } from '#db/queries/hours.ts';
import { roleInLesson } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';

type Mine = 'GET /api/hours' | 'GET /api/lessons/:lessonId/hours' | 'GET /api/lessons/:lessonId/hours/:personId';

const dayMs = 86_400_000;
const usualDays = 92;
const mostDays = 366;

/** Without bounds the last three months. Throws bad_request for no calendar's day, an empty or too long span. */
function rangeOf(now: Date, { from: fromText, to: toText }: { from?: string; to?: string }): { from: Date; to: Date } {
  const to = toText ? new Date(toText) : new Date(now.getTime() + dayMs);
  const from = fromText ? new Date(fromText) : new Date(to.getTime() - usualDays * dayMs);
  const spanMs = to.getTime() - from.getTime();
  // NaN is neither: a day that no calendar has is refused too.
  if (!(spanMs > 0 && spanMs <= mostDays * dayMs)) throw new DomainError('bad_request', `from is before to, at most ${mostDays} days`);
  return { from, to };
}

const ownHours = ({ orm, now }: Deps, personId: string, bounds: { from?: string; to?: string }): Promise<Hours> => hoursOf(orm.em.fork(), personId, rangeOf(now(), bounds), now());

/** Throws not_found without a role in the lesson, forbidden for those who do not learn in it. */
async function ownLedger({ orm, now }: Deps, personId: string, lessonId: string): Promise<LessonHours> {
  const role = await roleInLesson(orm.em.fork(), personId, lessonId);
  if (!role) throw new DomainError('not_found', 'no such lesson');
  if (role !== 'student') throw new DomainError('forbidden', 'only learners have hours: ask for one of them');
  return lessonHours(orm.em.fork(), { lessonId, personId }, now());
}

/** A learner sees the own ledger alone. Throws not_found without a role in the lesson, and for whoever does not learn in it; forbidden for a learner who asks for another. */
async function ledgerFor({ orm, now }: Deps, askerId: string, who: { lessonId: string; personId: string }): Promise<LessonHours> {
  const role = await roleInLesson(orm.em.fork(), askerId, who.lessonId);
  if (!role) throw new DomainError('not_found', 'no such lesson');
  if (role === 'student' && who.personId !== askerId) throw new DomainError('forbidden', 'the ledger of another learner');
  if ((await roleInLesson(orm.em.fork(), who.personId, who.lessonId)) !== 'student') throw new DomainError('not_found', 'no such learner in this lesson');
  return lessonHours(orm.em.fork(), who, now());
}

export function hoursRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  return {
    'GET /api/hours': ({ person, query }) => ownHours(deps, person.personId, query),
    'GET /api/lessons/:lessonId/hours': ({ person, params }) => ownLedger(deps, person.personId, params.lessonId),
    'GET /api/lessons/:lessonId/hours/:personId': ({ person, params }) => ledgerFor(deps, person.personId, params),
  };
}
