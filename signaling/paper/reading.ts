// A paper as data: who may have it, what it is of, and whose numbers it opens.
import type { PaperChoices, PaperQuery } from '#contracts/paper.ts';
import { Cohort, Course, Institution } from '#db/entities/people.ts';
import type { EntityManager } from '#db/orm.ts';
import { isOffice, requirePart } from '#db/queries/institution-access.ts';
import { statedFacts } from '#db/queries/institution-profiles.ts';
import { annualPaperFacts } from '#db/queries/paper-annual.ts';
import { platformPaperFacts } from '#db/queries/paper-conditions.ts';
import { applicationPaperFacts, coursePaperFacts, rosterOf, unassignedInWeek, weekOfClients, type RosterPerson } from '#db/queries/paper-facts.ts';
import { openRosterNumbers } from '#db/queries/paper-numbers.ts';
import { DomainError } from '#domain/errors.ts';
import { shanghaiDay } from '#domain/day.ts';
import { annualPaper } from '#domain/paper/annual-paper.ts';
import { applicationPaper } from '#domain/paper/application-paper.ts';
import { coursePaper } from '#domain/paper/course-paper.ts';
import { lastMonday, weekOf, type Paper } from '#domain/paper/paper.ts';
import { platformPaper } from '#domain/paper/platform-paper.ts';
import { technicalPaper } from '#domain/paper/technical-paper.ts';
import { weeklyPaper } from '#domain/paper/weekly-paper.ts';
import { packFor } from '#domain/rules/packs.ts';
import type { Deps } from '../deps.ts';
import { publicOrigin } from '../http/public-origin.ts';

export const paperReaders = ['admin', 'institution', 'regulator'] as const;
const platformName = '课时（Keshi）';

export async function paperChoices({ orm, now }: Deps, personId: string, institutionId: string): Promise<PaperChoices> {
  const em = orm.em.fork();
  const roles = await requirePart(em, personId, institutionId, paperReaders);
  const courses = await em.find(Course, { institutionId }, { orderBy: { createdAt: 'desc', id: 'desc' } });
  const cohorts = await em.find(Cohort, { institutionId }, { orderBy: { createdAt: 'desc', id: 'desc' } });
  return {
    years: await yearsOf(em, institutionId, now()), kinds: (await statedFacts(em, institutionId)).facts.kinds, courses: courses.map(({ id, title }) => ({ courseId: id, title })), lastMonday: lastMonday(now()), full: isOffice(roles),
    cohorts: cohorts.map(({ id, title, courseId }) => ({ cohortId: id, title, courseTitle: courses.find((one) => one.id === courseId)?.title ?? '' })),
  };
}

export interface PaperAsk { institutionId: string; query: PaperQuery; /** Opens numbers: null where they stay masked. */ open: ((em: EntityManager, roster: RosterPerson[], paperTitle: string) => Promise<RosterPerson[]>) | null }

const yearAt = (at: Date): number => Number(shanghaiDay(at).slice(0, 4));
/** From the first class to the year that is not over, newest first. */
async function yearsOf(em: EntityManager, institutionId: string, now: Date): Promise<string[]> {
  const [row] = await em.execute<{ first: string | null }[]>(`select min(starts_at) as first from lesson where institution_id = ? and status = 'ended'`, [institutionId]);
  const [first, last] = [row?.first ? yearAt(new Date(row.first)) : yearAt(now), yearAt(now)];
  return Array.from({ length: Math.max(1, last - first + 1) }, (_one, at) => String(last - at));
}

function chosen({ of }: PaperQuery): string {
  if (of === undefined) throw new DomainError('bad_request', 'of: which one');
  return of;
}

async function weekly(em: EntityManager, institutionId: string, { monday }: PaperQuery, now: Date): Promise<Paper> {
  const firstDay = monday ?? lastMonday(now);
  const week = weekOf(firstDay);
  if (!week) throw new DomainError('bad_request', 'monday: no Monday');
  const { from, until, lastDay } = week;
  const { name } = await em.findOneOrFail(Institution, { id: institutionId });
  const [clients, unassigned] = [await weekOfClients(em, institutionId, from, until), await unassignedInWeek(em, institutionId, from, until)];
  return weeklyPaper({ institutionName: name, platformName, firstDay, lastDay, over: until <= now, clients, unassigned }, now);
}

async function application(em: EntityManager, { institutionId, query, open }: PaperAsk, now: Date): Promise<Paper> {
  const cohortId = chosen(query);
  const cohort = await em.findOne(Cohort, { id: cohortId, institutionId });
  if (!cohort) throw new DomainError('not_found', 'no such cohort');
  const masked = await rosterOf(em, cohortId, now);
  const roster = open ? await open(em, masked, cohort.title) : masked;
  return applicationPaper(await applicationPaperFacts(em, institutionId, cohortId, roster, now), now, open !== null);
}

/** Whoever asks has been let to the institution before. Throws not_found, bad_request. */
export async function makePaper({ config, now }: Deps, em: EntityManager, ask: PaperAsk): Promise<Paper> {
  const { institutionId, query, open } = ask;
  const at = now();
  switch (query.paper) {
    case 'platform': return platformPaper(await platformPaperFacts(em, institutionId, { name: platformName, address: publicOrigin(config) }), at);
    case 'course': return coursePaper(await coursePaperFacts(em, institutionId, chosen(query), open !== null, at), at, open !== null);
    case 'application': return application(em, ask, at);
    case 'weekly': return weekly(em, institutionId, query, at);
    case 'annual': return annualPaper(await annualPaperFacts(em, institutionId, { year: query.year === undefined ? yearAt(at) : Number(query.year), part: query.part ?? 'vocational' }, at), at);
    case 'technical': {
      const { name, rulePack } = await em.findOneOrFail(Institution, { id: institutionId });
      return technicalPaper({ institutionName: name, platformName, platformAddress: publicOrigin(config), pack: packFor({ cohort: null, institution: rulePack ?? null }) }, at);
    }
  }
}

/** Whole numbers, on record for each learner. */
export const openNumbers = ({ vault, now }: Deps, personId: string, institutionId: string): NonNullable<PaperAsk['open']> => (em, roster, cohortTitle) =>
  openRosterNumbers(em, vault, { actor: { personId, institutionId }, institutionId, reason: `导出开班申请表：${cohortTitle}`, at: now() }, roster);
