// What a regulator's console is told, always of the institutions they oversee and no others.
import type { FoundLearners, LearnersBelow, OversightClass, OversightFigures, OversightInstitutions, OversightLive } from '#contracts/oversight-routes.ts';
import { overseenBy } from '#db/queries/institution-access.ts';
import { countsBelow, learnersBelow, type BelowPlace } from '#db/queries/oversight-below.ts';
import { oversightFigures, riskFacts } from '#db/queries/oversight-figures.ts';
import { liveClasses, liveCounts, overseenInstitutions, type LiveClass, type OverseenInstitution } from '#db/queries/oversight-live.ts';
import { searchLearners } from '#db/queries/oversight-search.ts';
import { recordingTroubles } from '#db/queries/process-reports.ts';
import type { EntityManager } from '#db/orm.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import { minutesOf } from '#domain/attendance.ts';
import type { BelowWhat } from '#domain/below.ts';
import { DomainError } from '#domain/errors.ts';
import { institutionRisk, riskWindowDays } from '#domain/institution-risk.ts';
import { covers, isRegionCode } from '#domain/region.ts';
import type { Deps } from '../deps.ts';

/** Classes told at once. */
const mostClasses = 200;
const dayMs = 86_400_000;

const overseen = async (em: EntityManager, personId: string): Promise<OverseenInstitution[]> => overseenInstitutions(em, await overseenBy(em, personId));
/** Those that have their seat in the region; all without one. Throws bad_request. */
function within(institutions: readonly OverseenInstitution[], region: string | undefined): OverseenInstitution[] {
  if (region === undefined) return [...institutions];
  if (region === 'none') return institutions.filter((one) => one.region === null);
  if (!isRegionCode(region)) throw new DomainError('bad_request', 'no such region');
  return institutions.filter((one) => one.region !== null && covers(region, one.region));
}
const idsOf = (institutions: readonly OverseenInstitution[]): string[] => institutions.map(({ institutionId }) => institutionId);

/** A recording is good while it runs and nothing endangers it. */
function classOf({ recording, ...one }: LiveClass, troubles: OversightClass['troubles']): OversightClass {
  return { ...one, troubles, recording: recording === 'off' ? 'off' : recording === 'running' && troubles.length === 0 ? 'good' : 'trouble' };
}

/** Throws bad_request. */
export async function live({ orm, now }: Deps, personId: string, region: string | undefined): Promise<OversightLive> {
  const em = orm.em.fork();
  const institutions = await overseen(em, personId);
  const chosen = within(institutions, region);
  // Classes are chosen by their institutions, which are those overseen; asking it of each seat and check once more takes a second where hundreds are overseen.
  const [regions, classes] = await acrossInstitutions(async () => [await liveCounts(orm.em.fork(), institutions), await liveClasses(orm.em.fork(), idsOf(chosen), mostClasses + 1)] as const);
  const troubles = classes.length > 0 ? await recordingTroubles(em) : null;
  return {
    regions, classes: classes.slice(0, mostClasses).map((one) => classOf(one, troubles?.get(one.lessonId) ?? [])), more: classes.length > mostClasses, serverNowMs: now().getTime(),
  };
}

export async function figures({ orm, now }: Deps, personId: string): Promise<OversightFigures> {
  const em = orm.em.fork();
  const ids = await overseenBy(em, personId);
  const at = now();
  const { creditedMs, ...counts } = await oversightFigures(em, ids, at);
  return { institutions: ids.length, ...counts, creditedMinutes: minutesOf(creditedMs), generatedAt: at.toISOString() };
}

/** Throws bad_request. */
export async function institutionsByRisk({ orm, now }: Deps, personId: string, region: string | undefined): Promise<OversightInstitutions> {
  const em = orm.em.fork();
  const chosen = within(await overseen(em, personId), region);
  const at = now();
  const facts = await riskFacts(em, idsOf(chosen), at);
  const judged = chosen.map((institution) => ({ institution, facts: facts.get(institution.institutionId)!, risk: institutionRisk(facts.get(institution.institutionId)!) }));
  // By name among equals, as they came.
  const ordered = judged.toSorted((one, other) => other.risk.points - one.risk.points);
  return {
    institutions: ordered.map(({ institution, facts: { lessons, learnerLessons }, risk: { level, reasons } }) => ({ ...institution, level, reasons, lessons, learnerLessons })),
    from: new Date(at.getTime() - riskWindowDays * dayMs).toISOString(), generatedAt: at.toISOString(),
  };
}

const placeText = ({ institutionId, name, personId, cohortId }: BelowPlace): string => Buffer.from(JSON.stringify([institutionId, name, personId, cohortId])).toString('base64url');
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Throws bad_request for what was not given out here. */
function placeOf(text: string): BelowPlace {
  const place: unknown = (() => {
    try {
      return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    } catch {
      return null;
    }
  })();
  const [institutionId, name, personId, cohortId]: unknown[] = Array.isArray(place) ? place : [];
  const ids = [institutionId, personId, cohortId];
  if (typeof name !== 'string' || name.includes('\0') || !ids.every((one) => typeof one === 'string' && uuid.test(one))) throw new DomainError('bad_request', 'no such place');
  return { institutionId: String(institutionId), name, personId: String(personId), cohortId: String(cohortId) };
}

/** Throws not_found, bad_request. */
export async function below({ orm }: Deps, personId: string, { what, institutionId, behind }: { what: BelowWhat; institutionId?: string; behind?: string }): Promise<LearnersBelow> {
  const em = orm.em.fork();
  const all = await overseenBy(em, personId);
  if (institutionId !== undefined && !all.includes(institutionId)) throw new DomainError('not_found', 'no such institution');
  const institutionIds = institutionId === undefined ? all : [institutionId];
  const { learners, next } = await learnersBelow(em, { institutionIds, what, behind: behind === undefined ? null : placeOf(behind) });
  return { learners, next: next && placeText(next), counts: await countsBelow(em, institutionIds) };
}

export async function search({ orm, vault, now }: Deps, personId: string, text: string): Promise<FoundLearners> {
  const em = orm.em.fork();
  return searchLearners(em, vault, { institutionIds: await overseenBy(em, personId), text, now: now() });
}
