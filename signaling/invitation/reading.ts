// Invitations of a cohort as its office sees them, with who waits; and what anybody sees who has a link.
import type { CohortInvitations, InvitationLine, InvitationSeen, JoiningLine } from '#contracts/invitation.ts';
import { CohortInvitation } from '#db/entities/invitation.ts';
import type { EntityManager, Orm } from '#db/orm.ts';
import { requireRunCohort, type KnownCohort } from '#db/queries/cohort-access.ts';
import { requireOpenInvitation, waitsSql } from '#db/queries/invitations.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import type { OpeningState } from '#domain/cohort.ts';
import { DomainError } from '#domain/errors.ts';
import type { LearnerCategory } from '#domain/identity/learner-category.ts';
import { invitationState, type Admission } from '#domain/invitation.ts';
import type { Deps } from '../deps.ts';
import { unregisteredOf } from './unregistered.ts';

interface InvitationRow {
  id: string; code: string; admits: Admission; most: number; created_at: string; expires_at: string; revoked_at: string | null; created_by: string; used: number; messages: number; opening: OpeningState;
}
async function linesOf(em: EntityManager, cohortId: string, now: Date): Promise<InvitationLine[]> {
  const rows = await em.execute<InvitationRow[]>(
    `select v.id, v.code, v.admits, v.most, v.created_at, v.expires_at, v.revoked_at, p.name as created_by, c.opening,
       (select count(*)::int from cohort_joining j where j.invitation_id = v.id) as used, (select count(*)::int from invitation_message m where m.invitation_id = v.id) as messages
     from cohort_invitation v join cohort c on c.id = v.cohort_id join person p on p.id = v.created_by where v.cohort_id = ? order by v.created_at desc, v.id desc limit 200`, [cohortId]);
  return rows.map(({ id, code, admits, most, used, messages, created_by: createdBy, opening, ...row }) => {
    const [createdAt, expiresAt, revokedAt] = [new Date(row.created_at), new Date(row.expires_at), row.revoked_at === null ? null : new Date(row.revoked_at)];
    return { invitationId: id, code, admits, state: invitationState({ expiresAt, revokedAt, used, most, cohort: opening }, now), used, most, messages, createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString(), createdBy };
  });
}

interface WaitingRow { id: string; name: string; number_mask: string; phone_mask: string | null; category: LearnerCategory; employer: string | null; asked_at: string; ended: boolean }
async function waitingOf(em: EntityManager, cohortId: string, now: Date): Promise<JoiningLine[]> {
  const rows = await em.execute<WaitingRow[]>(
    `select j.id, p.name, i.number_mask, i.phone_mask, i.learner_category as category, i.employer, j.asked_at, e.id is not null as ended
     from cohort_joining j join person p on p.id = j.person_id join identity i on i.person_id = j.person_id left join enrolment e on e.cohort_id = j.cohort_id and e.person_id = j.person_id
     where j.cohort_id = ? and ${waitsSql} order by j.asked_at, j.id limit 500`, [cohortId, now]);
  return rows.map((row) => ({
    joiningId: row.id, name: row.name, numberMask: row.number_mask, phoneMask: row.phone_mask, category: row.category, employer: row.employer, askedAt: new Date(row.asked_at).toISOString(), ended: row.ended,
  }));
}

export async function invitationsView(em: EntityManager, cohort: KnownCohort, now: Date): Promise<CohortInvitations> {
  const [row] = await em.execute<{ title: string }[]>('select title from cohort where id = ?', [cohort.cohortId]);
  const unregistered = await unregisteredOf(em, cohort, now);
  return {
    cohortTitle: row!.title, invitations: await linesOf(em, cohort.cohortId, now), waiting: await waitingOf(em, cohort.cohortId, now), unregistered: unregistered.length, due: unregistered.filter(({ due }) => due).length,
  };
}

/** Throws not_found. */
export async function readInvitations({ orm, now }: Deps, personId: string, cohortId: string): Promise<CohortInvitations> {
  const em = orm.em.fork();
  return invitationsView(em, await requireRunCohort(em, personId, cohortId), now());
}

/** Whoever has a link is of no institution, or of another: the one row it names is looked for in all. Throws not_found. */
export async function invitationByCode(orm: Orm, code: string): Promise<CohortInvitation> {
  const found = await acrossInstitutions(() => orm.em.fork().findOne(CohortInvitation, { code }, { disableIdentityMap: true }));
  if (!found) throw new DomainError('not_found', 'no such invitation');
  return found;
}

/** Five fields of the invitation's own cohort are for everybody. Throws not_found, invitation_over. */
export async function seeInvitation({ orm, now }: Deps, code: string): Promise<InvitationSeen> {
  const invitation = await invitationByCode(orm, code);
  return acrossInstitutions(async () => {
    const em = orm.em.fork();
    const [row] = await em.execute<{ institution: string; course: string; cohort: string; opening: OpeningState; first_day: string | null; last_day: string | null }[]>(
      `select i.name as institution, co.title as course, c.title as cohort, c.opening,
         coalesce(to_char(o.planned_from, 'YYYY-MM-DD'), to_char(l.first_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')) as first_day, coalesce(to_char(o.planned_until, 'YYYY-MM-DD'), to_char(l.last_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD')) as last_day
       from cohort c join course co on co.id = c.course_id join institution i on i.id = c.institution_id left join cohort_opening o on o.cohort_id = c.id
         cross join lateral (select min(le.starts_at) as first_at, max(le.starts_at) as last_at from lesson le where le.cohort_id = c.id and le.status <> 'cancelled') l where c.id = ?`, [invitation.cohortId]);
    const { institution, course, cohort, opening, first_day: firstDay, last_day: lastDay } = row!;
    await requireOpenInvitation(em, invitation, opening, now());
    return { institution, course, cohort, firstDay, lastDay };
  });
}
