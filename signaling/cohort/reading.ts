// Cohorts and rosters as the office, their teachers and regulators see them.
import { rosterPageSize, type CohortLine, type RosterLine, type RosterPage, type RosterQuery } from '#contracts/cohort.ts';
import type { EntityManager } from '#db/orm.ts';
import { requireSeenCohort, runsCohortSql, seesCohortSql } from '#db/queries/cohort-access.ts';
import { waitsSql } from '#db/queries/invitations.ts';
import type { OpeningState, Programme } from '#domain/cohort.ts';
import { DomainError } from '#domain/errors.ts';
import type { LearnerCategory } from '#domain/identity/learner-category.ts';
import type { Deps } from '../deps.ts';

interface CohortRow {
  cohort_id: string; title: string; programme: Programme | null; state: OpeningState; course_title: string; institution_name: string; learners: number; unregistered: number; waiting: number; lessons: number; first_at: Date | string | null; last_at: Date | string | null; may_edit: boolean;
}
const instant = (at: Date | string | null): string | null => (at === null ? null : new Date(at).toISOString());

async function cohortsSeen(em: EntityManager, personId: string, now: Date, cohortId: string | null): Promise<CohortLine[]> {
  const rows = await em.execute<CohortRow[]>(
    `select c.id as cohort_id, c.title, c.programme, c.opening as state, co.title as course_title, i.name as institution_name, coalesce(e.learners, 0) as learners, coalesce(e.unregistered, 0) as unregistered,
       coalesce(l.lessons, 0) as lessons, l.first_at, l.last_at, ${runsCohortSql} as may_edit,
       (select count(*)::int from cohort_joining j where j.cohort_id = c.id and ${waitsSql}) as waiting
     from cohort c join course co on co.id = c.course_id join institution i on i.id = c.institution_id
     left join lateral (select count(*)::int as learners, count(*) filter (where a.id is null)::int as unregistered from enrolment en left join account a on a.person_id = en.person_id
       where en.cohort_id = c.id and (en.ended_at is null or en.ended_at > ?)) e on true
     left join lateral (select count(*)::int as lessons, min(le.starts_at) as first_at, max(le.starts_at) as last_at from lesson le where le.cohort_id = c.id and le.status <> 'cancelled') l on true
     where ${seesCohortSql} and (?::uuid is null or c.id = ?::uuid) order by c.created_at desc, c.id desc limit 1000`, [personId, now, now, personId, personId, cohortId, cohortId]);
  return rows.map((row) => ({
    cohortId: row.cohort_id, title: row.title, programme: row.programme, state: row.state, courseTitle: row.course_title, institutionName: row.institution_name, learners: row.learners, unregistered: row.unregistered, waiting: row.may_edit ? row.waiting : 0, lessons: row.lessons,
    firstAt: instant(row.first_at), lastAt: instant(row.last_at), mayEdit: row.may_edit,
  }));
}

export const readCohorts = async ({ orm, now }: Deps, personId: string): Promise<{ cohorts: CohortLine[] }> => ({ cohorts: await cohortsSeen(orm.em.fork(), personId, now(), null) });

/** Throws not_found. */
export async function readCohort({ orm, now }: Deps, personId: string, cohortId: string): Promise<CohortLine> {
  const [cohort] = await cohortsSeen(orm.em.fork(), personId, now(), cohortId);
  if (!cohort) throw new DomainError('not_found', 'no such cohort');
  return cohort;
}

interface RosterRow {
  person_id: string; name: string; number_mask: string | null; phone_mask: string | null; category: LearnerCategory | null; employer: string | null; note: string | null; registered: boolean; correctable: boolean;
  enrolled_at: Date | string; ended_at: Date | string | null; end_reason: string | null; total: number;
}
const lineOf = (row: RosterRow): RosterLine => ({
  personId: row.person_id, name: row.name, numberMask: row.number_mask, phoneMask: row.phone_mask, category: row.category, employer: row.employer, note: row.note, registered: row.registered,
  correctable: row.correctable, enrolledAt: instant(row.enrolled_at)!, endedAt: instant(row.ended_at), endReason: row.end_reason,
});

const views: Record<NonNullable<RosterQuery['view']>, string> = {
  enrolled: '(e.ended_at is null or e.ended_at > ?::timestamptz)', unregistered: '(e.ended_at is null or e.ended_at > ?::timestamptz) and a.id is null', ended: 'e.ended_at <= ?::timestamptz',
};
const likeText = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** Throws not_found. */
export async function readRoster({ orm, now }: Deps, personId: string, cohortId: string, query: RosterQuery): Promise<RosterPage> {
  const em = orm.em.fork();
  const { institutionId } = await requireSeenCohort(em, personId, cohortId);
  const page = Number(query.page ?? 1);
  const text = query.text?.trim() ?? '';
  const rows = await em.execute<RosterRow[]>(
    `select e.person_id, p.name, i.number_mask, coalesce(i.phone_mask, i.stated_phone_mask) as phone_mask, coalesce(e.learner_category, i.learner_category) as category, coalesce(e.employer, i.employer) as employer, e.note,
       a.id is not null as registered, (a.id is null and i.stated_by = ?::uuid) is true as correctable, e.created_at as enrolled_at, case when e.ended_at <= ?::timestamptz then e.ended_at end as ended_at, e.end_reason,
       (count(*) over ())::int as total
     from enrolment e join person p on p.id = e.person_id left join identity i on i.person_id = e.person_id left join account a on a.person_id = e.person_id
     where e.cohort_id = ?::uuid and e.institution_id = ?::uuid and ${views[query.view ?? 'enrolled']} and (? = '' or p.name ilike ? or i.number_mask like ?)
     order by p.name, e.person_id limit ? offset ?`,
    [institutionId, now(), cohortId, institutionId, now(), text, `%${likeText(text)}%`, `%${likeText(text.toUpperCase())}`, rosterPageSize, (page - 1) * rosterPageSize]);
  return { learners: rows.map(lineOf), total: rows[0]?.total ?? 0, page, pageSize: rosterPageSize };
}
