// What is shown of signing at the place of a lesson: the code that turns, to staff and office; their own signs, to learners.
import type { SiteCode, SiteSigns } from '#contracts/site-routes.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { Place } from '#db/entities/timetable.ts';
import { Membership } from '#db/entities/people.ts';
import type { EntityManager } from '#db/orm.ts';
import { officeRoles } from '#db/queries/institution-access.ts';
import { roleInLesson } from '#db/queries/lesson-access.ts';
import { offlineSheetOf } from '#db/queries/offline.ts';
import { signsOf } from '#db/queries/site-signs.ts';
import { DomainError } from '#domain/errors.ts';
import { mayKeepSheet } from '#domain/offline.ts';
import { isStaff } from '#domain/roles.ts';
import { goodSteps, isSiteOpen, signsWithin, siteCodeOf, siteWindow, stepEndsMs } from '#domain/site-sign.ts';
import type { Deps } from '../deps.ts';

export const noSuchSite = (): DomainError => new DomainError('not_found', 'no such lesson held at a place');
const iso = (ms: number): string => new Date(ms).toISOString();

/** Throws not_found. */
export async function siteOf(em: EntityManager, lessonId: string): Promise<Lesson> {
  const lesson = await em.findOne(Lesson, { id: lessonId, kind: 'offline' });
  if (!lesson) throw noSuchSite();
  return lesson;
}

/** Of the step; the same in every process, and nobody without the vault's key can tell it. */
export const codeOf = ({ vault }: Pick<Deps, 'vault'>, lessonId: string, step: number): string => siteCodeOf(vault.lookupHash('site_code', `${lessonId}\n${step}`));

async function headOf(em: EntityManager, lesson: Lesson): Promise<Omit<SiteSigns, 'signs'>> {
  const { id: lessonId, title, startsAt, plannedMinutes, status, placeId } = lesson;
  const place = await em.findOne(Place, { id: placeId! });
  const { fromMs, toMs } = siteWindow(lesson);
  return { lessonId, title, place: place?.name ?? '', startsAt: startsAt.toISOString(), plannedMinutes, status, opensAt: iso(fromMs), closesAt: iso(toMs) };
}

/** Throws not_found for whoever is neither staff of the lesson nor of the office. */
export async function readSiteCode(deps: Deps, askerId: string, lessonId: string): Promise<SiteCode> {
  const em = deps.orm.em.fork();
  const lesson = await siteOf(em, lessonId);
  const role = await roleInLesson(em, askerId, lessonId);
  const ofOffice = (await em.count(Membership, { personId: askerId, institutionId: lesson.institutionId, role: { $in: [...officeRoles] } })) > 0;
  if (!ofOffice && !(role && isStaff(role))) throw noSuchSite();
  const nowMs = deps.now().getTime();
  const { learners } = (await offlineSheetOf(em, lessonId, { ofOffice }))!;
  return {
    ...await headOf(em, lesson),
    code: mayKeepSheet(lesson.status) && isSiteOpen(lesson, nowMs) ? { digits: codeOf(deps, lessonId, goodSteps(nowMs)[0]), until: iso(stepEndsMs(nowMs)) } : null,
    learners: learners.map(({ personId, name, signed }) => ({ personId, name, from: signed?.from ?? null, to: signed?.to ?? null })),
  };
}

/** Throws not_found for whoever does not learn in it. */
export async function requireLearner(em: EntityManager, personId: string, lessonId: string): Promise<void> {
  if (await roleInLesson(em, personId, lessonId) !== 'student') throw noSuchSite();
}

/** Throws not_found. */
export async function readOwnSigns({ orm }: Deps, personId: string, lessonId: string): Promise<SiteSigns> {
  const em = orm.em.fork();
  const lesson = await siteOf(em, lessonId);
  await requireLearner(em, personId, lessonId);
  return { ...await headOf(em, lesson), signs: signsWithin(lesson, await signsOf(em, lessonId, personId)).map(iso) };
}
