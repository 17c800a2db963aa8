// A paper as data: who may have it, what it is of, and whose numbers it opens.
import type { PaperChoices, PaperQuery } from '#contracts/paper.ts';
import { Identity } from '#db/entities/identity.ts';
import { Cohort, Course, Institution } from '#db/entities/people.ts';
import { appendEvent, type Actor, type EntityManager } from '#db/orm.ts';
import { noteView, openIdentity } from '#db/queries/identities.ts';
import { isOffice, requirePart } from '#db/queries/institution-access.ts';
import { platformPaperFacts } from '#db/queries/paper-conditions.ts';
import { applicationPaperFacts, coursePaperFacts, rosterOf, unassignedInWeek, weekOfClients, type RosterPerson } from '#db/queries/paper-facts.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { applicationPaper } from '#domain/paper/application-paper.ts';
import { coursePaper } from '#domain/paper/course-paper.ts';
import { lastMonday, weekOf, type Paper } from '#domain/paper/paper.ts';
import { platformPaper } from '#domain/paper/platform-paper.ts';
import { weeklyPaper } from '#domain/paper/weekly-paper.ts';
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
    courses: courses.map(({ id, title }) => ({ courseId: id, title })), lastMonday: lastMonday(now()), full: isOffice(roles),
    cohorts: cohorts.map(({ id, title, courseId }) => ({ cohortId: id, title, courseTitle: courses.find((one) => one.id === courseId)?.title ?? '' })),
  };
}

export interface PaperAsk { institutionId: string; query: PaperQuery; /** Opens numbers: null where they stay masked. */ open: ((em: EntityManager, roster: RosterPerson[], paperTitle: string) => Promise<RosterPerson[]>) | null }

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
  }
}

/** Numbers of a roster as they are; that they were opened, by whom and for which paper, is written in the same transaction, and each learner sees it (R144, R158). */
export function openNumbers({ vault, now }: Deps, actor: Actor, institutionId: string): NonNullable<PaperAsk['open']> {
  return async (em, roster, cohortTitle) => {
    const viewerId = actor.personId!;
    const reason = `导出开班申请表：${cohortTitle}`;
    const rows = await em.find(Identity, { personId: { $in: roster.map(({ personId }) => personId) } }, { disableIdentityMap: true });
    const opened: RosterPerson[] = [];
    for (const one of roster) {
      const identity = rows.find(({ personId }) => personId === one.personId);
      if (!identity) {
        opened.push(one);
        continue;
      }
      const viewId = newId(now().getTime());
      await noteView(em, { id: viewId, personId: one.personId, viewerId, institutionId, fields: ['number'], reason, at: now() });
      await appendEvent(em, actor, `person:${one.personId}`, 'identity:revealed', now(), { viewId, personId: one.personId, fields: ['number'], reason: await vault.digest(em, one.personId, reason) });
      opened.push({ ...one, learner: { ...one.learner, number: openIdentity(vault, identity, ['number']).number } });
    }
    return opened;
  };
}
