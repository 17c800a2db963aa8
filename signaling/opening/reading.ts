// The application to open a cohort as its office, its teachers and the authority see it, with what each may do; and what waits for somebody.
import type { CohortApprovals, CohortOpening } from '#contracts/opening.ts';
import { CohortMove } from '#db/entities/cohort.ts';
import { CourseDossier } from '#db/entities/course.ts';
import { Person } from '#db/entities/people.ts';
import type { EntityManager } from '#db/orm.ts';
import { requireSeenCohort } from '#db/queries/cohort-access.ts';
import { openingNow, openingRow, type OpeningNow, type OpeningRow } from '#db/queries/cohort-opening.ts';
import { ofAuthoritySql, isAuthority, isOffice, ofOfficeSql, othersOf, requirePart } from '#db/queries/institution-access.ts';
import { openingMoves, openingStep, openingWritable, othersMoves, type OpeningMove, type OpeningParty, type OpeningState } from '#domain/cohort.ts';
import { openingProblems } from '#domain/opening.ts';
import type { MembershipRole } from '#domain/roles.ts';
import type { Deps } from '../deps.ts';

const readers = ['admin', 'institution', 'teacher', 'regulator'] as const satisfies readonly MembershipRole[];
/** For whom this person speaks: one of both parts may do the moves of both. */
export const partiesOf = (roles: ReadonlySet<MembershipRole>): OpeningParty[] => [...(isOffice(roles) ? ['office' as const] : []), ...(isAuthority(roles) ? ['authority' as const] : [])];

/** Who handed in what is there now; null before that. */
export async function submittedBy(em: EntityManager, cohortId: string): Promise<string | null> {
  const [row] = await em.execute<{ moved_by: string }[]>(`select moved_by from cohort_move where cohort_id = ? and move = 'submit' order by ordinal desc limit 1`, [cohortId]);
  return row?.moved_by ?? null;
}

export interface Standing { parties: readonly OpeningParty[]; state: OpeningState; needsAuthority: boolean; own: boolean }
/** Whose way it is, and whether what is asked is about one's own work: a regulator may return what the office approved, whoever handed it in. */
export function wayOf({ parties, state, needsAuthority, own }: Standing, move: OpeningMove): { to: OpeningState | null; own: boolean } {
  for (const party of parties) {
    const to = openingStep(state, move, party, needsAuthority);
    if (to !== null) return { to, own: own && party === 'office' && othersMoves.includes(move) };
  }
  return { to: null, own: false };
}

async function movesOf(em: EntityManager, cohortId: string): Promise<CohortOpening['moves']> {
  const rows = await em.find(CohortMove, { cohortId }, { orderBy: { ordinal: 'asc' }, disableIdentityMap: true });
  const people = new Map((await em.find(Person, { id: { $in: rows.map(({ movedBy }) => movedBy) } })).map(({ id, name }) => [id, name]));
  return rows.map(({ move, toState, movedBy, movedAt, reason }) => ({ move, to: toState, by: people.get(movedBy) ?? '', at: movedAt.toISOString(), reason }));
}

async function dossierVersion(em: EntityManager, { state }: OpeningRow, { row, dossier }: OpeningNow): Promise<number | null> {
  if (openingWritable(state) || !row?.dossierId) return dossier?.version ?? null;
  return (await em.findOne(CourseDossier, { id: row.dossierId }, { disableIdentityMap: true }))?.version ?? null;
}

export async function openingView(em: EntityManager, personId: string, cohort: OpeningRow, now: Date): Promise<CohortOpening> {
  const { cohortId, courseId, institutionId, state, pack } = cohort;
  const found = await openingNow(em, cohort, now);
  const { planned } = found;
  const roles = await requirePart(em, personId, institutionId, readers);
  const submitter = await submittedBy(em, cohortId);
  const needsAuthority = pack.opening.authority;
  const standing = { parties: partiesOf(roles), state, needsAuthority, own: submitter === personId };
  const may = openingMoves.filter((move) => { const { to, own } = wayOf(standing, move); return to !== null && !own; });
  return {
    cohortId, courseId, institutionId, state, revision: found.row?.revision ?? 0, application: found.application, needsAuthority, trainingRegions: [...found.facts.trainingRegions], instructors: found.instructors,
    dossierVersion: await dossierVersion(em, cohort, found), learners: planned.learners, lessons: planned.lessons, plannedMinutes: planned.plannedMinutes,
    firstAt: planned.firstAt?.toISOString() ?? null, lastAt: planned.lastAt?.toISOString() ?? null,
    problems: state === 'opened' || state === 'closed' ? [] : openingProblems(found.facts), moves: await movesOf(em, cohortId), may, mayWrite: isOffice(roles) && openingWritable(state),
    alone: state === 'submitted' && await othersOf(em, 'office', institutionId, submitter) === 0,
    noAuthority: needsAuthority && state !== 'opened' && state !== 'closed' && await othersOf(em, 'authority', institutionId, null) === 0,
  };
}

/** Throws not_found. */
export async function readOpening({ orm, now }: Deps, personId: string, cohortId: string): Promise<CohortOpening> {
  const em = orm.em.fork();
  await requireSeenCohort(em, personId, cohortId);
  return openingView(em, personId, await openingRow(em, cohortId), now());
}

interface WaitingRow { cohort_id: string; title: string; course_title: string; institution_name: string; opening: OpeningState; since: string; learners: number; lessons: number; first_day: string | null }
/** For people of the office what others handed in, for regulators what an institution approved. */
export async function readApprovals({ orm, now }: Deps, personId: string): Promise<CohortApprovals> {
  const rows = await orm.em.fork().execute<WaitingRow[]>(
    `select c.id as cohort_id, c.title, co.title as course_title, i.name as institution_name, c.opening, last.moved_at as since, to_char(o.planned_from, 'YYYY-MM-DD') as first_day,
       (select count(*)::int from enrolment e where e.cohort_id = c.id and (e.ended_at is null or e.ended_at > ?)) as learners, (select count(*)::int from lesson l where l.cohort_id = c.id and l.status <> 'cancelled') as lessons
     from cohort c join course co on co.id = c.course_id join institution i on i.id = c.institution_id left join cohort_opening o on o.cohort_id = c.id
     join lateral (select m.moved_at, m.moved_by from cohort_move m where m.cohort_id = c.id order by m.ordinal desc limit 1) last on true
     where (c.opening = 'submitted' and last.moved_by <> ? and ${ofOfficeSql('c.institution_id')}) or (c.opening = 'approved' and ${ofAuthoritySql('c.institution_id')}) order by last.moved_at, c.id limit 500`,
    [now(), personId, personId, personId]);
  return {
    cohorts: rows.map((row) => ({
      cohortId: row.cohort_id, title: row.title, courseTitle: row.course_title, institutionName: row.institution_name, state: row.opening, since: new Date(row.since).toISOString(), learners: row.learners, lessons: row.lessons, firstDay: row.first_day,
    })),
  };
}
