// Addresses under which other calendars read a person's lessons, and what they read.
import { createHash, randomBytes } from 'node:crypto';
import type { Static } from 'typebox';
import type { CalendarFeeds, CalendarPart, NewFeed } from '#contracts/calendar.ts';
import { CalendarFeed } from '#db/entities/timetable.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { calendarLessons } from '#db/queries/calendar.ts';
import { institutionsOf } from '#db/queries/institutions-of.ts';
import { acrossInstitutions, withinInstitutions } from '#db/tenancy.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { calendarText } from '#domain/timetable/calendar.ts';
import type { MembershipRole } from '#domain/roles.ts';
import type { Deps } from '../deps.ts';

const mostFeeds = 10;
const dayMs = 86_400_000;
const [backMs, aheadMs] = [60 * dayMs, 366 * dayMs];
/** A calendar asks every hour or so: when it did last is no more exact than this. */
const readAgainMs = 5 * 60_000;
const partOfRole: Record<MembershipRole, CalendarPart> = { student: 'learning', teacher: 'teaching', institution: 'overseeing', admin: 'overseeing', regulator: 'overseeing' };
const names: Record<'zh' | 'en', Record<CalendarPart, string>> = {
  zh: { learning: '课时 · 我的课', teaching: '课时 · 授课', overseeing: '课时 · 全校' }, en: { learning: 'Keshi: my lessons', teaching: 'Keshi: teaching', overseeing: 'Keshi: all lessons' },
};
const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

async function partsOf(em: EntityManager, personId: string): Promise<CalendarPart[]> {
  const rows = await em.execute<{ role: MembershipRole }[]>('select distinct role from membership where person_id = ? order by role', [personId]);
  return [...new Set(rows.map(({ role }) => partOfRole[role]))];
}

export async function feedsOf(deps: Pick<Deps, 'orm'>, personId: string): Promise<CalendarFeeds> {
  const em = deps.orm.em.fork();
  const feeds = await em.find(CalendarFeed, { personId, revokedAt: null }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  return {
    parts: await partsOf(em, personId),
    feeds: feeds.map(({ id, part, createdAt, lastReadAt }) => ({ feedId: id, part, createdAt: createdAt.toISOString(), lastReadAt: lastReadAt?.toISOString() ?? null })),
  };
}

/** Throws forbidden for a part one has not, too_many_attempts. */
export async function addFeed(deps: Deps, personId: string, part: CalendarPart): Promise<Static<typeof NewFeed>> {
  const reading = deps.orm.em.fork();
  if (!(await partsOf(reading, personId)).includes(part)) throw new DomainError('forbidden', `no ${part} here`);
  if ((await reading.count(CalendarFeed, { personId, revokedAt: null })) >= mostFeeds) throw new DomainError('too_many_attempts', 'enough addresses');
  const token = randomBytes(32).toString('base64url');
  const [feedId, now] = [newId(), deps.now()];
  const actor = { personId, institutionId: null };
  await unitOfWork(deps.orm, actor, async (em) => {
    await em.insert(CalendarFeed, { id: feedId, personId, part, tokenHash: hashOf(token), createdAt: now, revokedAt: null, lastReadAt: null });
    await appendEvent(em, actor, `person:${personId}`, 'calendar:opened', now, { feedId, part });
  });
  return { path: `/api/calendar/${token}.ics`, feeds: await feedsOf(deps, personId) };
}

/** Throws not_found for another's, and for one taken back already. */
export async function revokeFeed(deps: Deps, personId: string, feedId: string): Promise<CalendarFeeds> {
  const actor = { personId, institutionId: null };
  await unitOfWork(deps.orm, actor, async (em) => {
    const now = deps.now();
    if (await em.nativeUpdate(CalendarFeed, { id: feedId, personId, revokedAt: null }, { revokedAt: now }) === 0) throw new DomainError('not_found', 'no such address');
    await appendEvent(em, actor, `person:${personId}`, 'calendar:closed', now, { feedId });
  });
  return feedsOf(deps, personId);
}

interface FeedRow { id: string; person_id: string; part: CalendarPart; locale: 'zh' | 'en'; stale: boolean }

/** Throws not_found for an address nobody has, that was taken back, or whose account is closed. `origin`: where the pages are. */
export async function readFeed(deps: Pick<Deps, 'orm' | 'now'>, token: string, origin: string): Promise<Buffer> {
  const em = deps.orm.em.fork();
  const now = deps.now();
  const [feed] = await em.execute<FeedRow[]>(
    `select f.id, f.person_id, f.part, a.locale, f.last_read_at is null or f.last_read_at < ? as stale from calendar_feed f join account a on a.person_id = f.person_id
     where f.token_hash = ? and f.revoked_at is null and a.disabled_at is null`, [new Date(now.getTime() - readAgainMs), hashOf(token)]);
  if (!feed) throw new DomainError('not_found', 'no such calendar');
  if (feed.stale) await em.nativeUpdate(CalendarFeed, { id: feed.id }, { lastReadAt: now });
  // The address stands for a person: their institutions are in reach, and no others.
  const institutionIds = await acrossInstitutions(() => institutionsOf(em, feed.person_id));
  const lessons = await withinInstitutions(institutionIds, () => calendarLessons(em, { personId: feed.person_id, part: feed.part, from: new Date(now.getTime() - backMs), to: new Date(now.getTime() + aheadMs) }));
  return Buffer.from(calendarText(names[feed.locale][feed.part], lessons.map(({ lessonId, ...lesson }) => ({ ...lesson, uid: `${lessonId}@keshi`, url: `${origin}/lessons/${lessonId}` }))));
}
