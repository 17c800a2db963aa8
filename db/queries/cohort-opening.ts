// What an application to open a cohort is held against: its rows, those of roster, timetable, dossier and institution.
import type { OpeningState } from '#domain/cohort.ts';
import { lastInstantSql } from '#domain/lesson-kind.ts';
import { isQualified } from '#domain/course/instructor.ts';
import { blocking, problemsOf } from '#domain/course/validation.ts';
import { shanghaiDay } from '#domain/day.ts';
import { emptyOpening, type OpeningApplication, type OpeningFacts } from '#domain/opening.ts';
import { packFor } from '#domain/rules/packs.ts';
import type { RulePack } from '#domain/rules/rule-pack.ts';
import { CohortOpening } from '../entities/cohort.ts';
import { type CourseDossier, Instructor } from '../entities/course.ts';
import type { EntityManager } from '../orm.ts';
import { newestDossiers, submittedDossier } from './course-dossiers.ts';
import { factsOf } from './course-facts.ts';
import { statedFacts } from './institution-profiles.ts';

export interface OpeningRow { cohortId: string; institutionId: string; courseId: string; courseTitle: string; state: OpeningState; pack: RulePack }
interface CohortRow { institution_id: string; course_id: string; course_title: string; opening: OpeningState; cohort_pack: string | null; institution_pack: string | null }

/** The cohort's row; held until the transaction's end with `lock`. Whoever asks has been let to it before. */
export async function openingRow(em: EntityManager, cohortId: string, lock = false): Promise<OpeningRow> {
  const [row] = await em.execute<CohortRow[]>(
    `select c.institution_id, c.course_id, co.title as course_title, c.opening, c.rule_pack as cohort_pack, i.rule_pack as institution_pack
     from cohort c join course co on co.id = c.course_id join institution i on i.id = c.institution_id where c.id = ?${lock ? ' for no key update of c' : ''}`, [cohortId]);
  const { institution_id: institutionId, course_id: courseId, course_title: courseTitle, opening: state, cohort_pack: cohort, institution_pack: institution } = row!;
  return { cohortId, institutionId, courseId, courseTitle, state, pack: packFor({ cohort, institution }) };
}

export function applicationOf(row: CohortOpening | null): OpeningApplication {
  if (!row) return emptyOpening;
  const { learnerLimit, instructorIds, place, planText, resources } = row;
  return { region: row.region ?? null, plannedFrom: row.plannedFrom ?? null, plannedUntil: row.plannedUntil ?? null, learnerLimit: learnerLimit ?? null, instructorIds, place, planText, resources };
}

export interface OpeningInstructor { instructorId: string; name: string; trade: string; rank: string; qualified: boolean }
export interface Planned { learners: number; lessons: number; plannedMinutes: number; firstAt: Date | null; lastAt: Date | null; ahead: number }
export interface OpeningNow { row: CohortOpening | null; application: OpeningApplication; facts: OpeningFacts; instructors: OpeningInstructor[]; dossier: CourseDossier | null; planned: Planned }

interface PlannedRow { learners: number; lessons: number; minutes: number; first_at: string | null; last_at: string | null; ahead: number }
async function plannedOf(em: EntityManager, cohortId: string, now: Date): Promise<Planned> {
  const [row] = await em.execute<PlannedRow[]>(
    `select (select count(*)::int from enrolment e where e.cohort_id = ? and (e.ended_at is null or e.ended_at > ?)) as learners, count(*)::int as lessons, coalesce(sum(l.planned_minutes), 0)::int as minutes,
       min(l.starts_at) as first_at, max(${lastInstantSql('l')}) as last_at, (count(*) filter (where l.status in ('scheduled', 'open', 'live')))::int as ahead
     from lesson l where l.cohort_id = ? and l.status <> 'cancelled'`, [cohortId, now, cohortId]);
  const { learners, lessons, minutes: plannedMinutes, first_at: first, last_at: last, ahead } = row!;
  return { learners, lessons, plannedMinutes, firstAt: first === null ? null : new Date(first), lastAt: last === null ? null : new Date(last), ahead };
}

/** Papers are asked of the first day: what runs out before is none. */
async function instructorsOf(em: EntityManager, dossier: CourseDossier, day: string): Promise<OpeningInstructor[]> {
  const { institutionId, content } = dossier;
  const rows = await em.find(Instructor, { id: { $in: [...content.instructorIds] }, institutionId, retiredAt: null }, { orderBy: { name: 'asc', id: 'asc' }, disableIdentityMap: true });
  return rows.map(({ id, name, trade, rank, credentials }) => ({ instructorId: id, name, trade, rank, qualified: isQualified(credentials, content, day) }));
}

/** What would keep the version that was handed in from being handed in again now. The review is of the newest draft where there is one, so it is asked only where there is none. */
async function dossierBlocks(em: EntityManager, { courseId, institutionId, courseTitle }: OpeningRow, dossier: CourseDossier, now: Date): Promise<number> {
  const [newest] = await newestDossiers(em, [{ courseId, institutionId, title: courseTitle }]);
  const [found] = await factsOf(em, [{ ...newest!, dossier, content: dossier.content }], now);
  return blocking(problemsOf(dossier.content, found!.facts)).filter(({ field }) => field !== 'review' || newest!.state === 'submitted').length;
}

/** The application with all it is held against, at `now`. */
export async function openingNow(em: EntityManager, cohort: OpeningRow, now: Date): Promise<OpeningNow> {
  const { cohortId, institutionId, courseId } = cohort;
  const row = await em.findOne(CohortOpening, { cohortId }, { disableIdentityMap: true });
  const application = applicationOf(row);
  const { facts: stated } = await statedFacts(em, institutionId);
  const planned = await plannedOf(em, cohortId, now);
  const dossier = await submittedDossier(em, institutionId, courseId);
  const instructors = dossier ? await instructorsOf(em, dossier, application.plannedFrom ?? shanghaiDay(now)) : [];
  const blocks = dossier ? await dossierBlocks(em, cohort, dossier, now) : 0;
  return {
    row, application, instructors, dossier, planned,
    facts: {
      application, filing: stated, trainingRegions: stated.trainingRegions, learners: planned.learners, lessons: planned.lessons,
      dossier: dossier && { blocks, offline: dossier.content.plan.some(({ way }) => way === 'offline'), instructors },
    },
  };
}
