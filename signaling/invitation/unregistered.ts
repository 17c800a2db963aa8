// Learners of a roster who have not registered, on phones the institution stated, and when they were written to.
import type { EntityManager } from '#db/orm.ts';
import type { KnownCohort } from '#db/queries/cohort-access.ts';
import { invitationMessageLimits, mayMessage } from '#domain/invitation.ts';

interface Row { person_id: string; sent_at_ms: string[] | null }
export interface Unregistered { personId: string; due: boolean }

/** By name. What was sent for other cohorts of the institution counts as well. */
export async function unregisteredOf(em: EntityManager, { cohortId, institutionId }: KnownCohort, now: Date): Promise<Unregistered[]> {
  const rows = await em.execute<Row[]>(
    `select e.person_id, (select array_agg((extract(epoch from m.sent_at) * 1000)::bigint) from invitation_message m where m.person_id = e.person_id and m.institution_id = ? and m.sent_at > ?) as sent_at_ms
     from enrolment e join identity i on i.person_id = e.person_id and i.stated_by = ? join person p on p.id = e.person_id
     where e.cohort_id = ? and (e.ended_at is null or e.ended_at > ?) order by p.name, e.person_id`,
    [institutionId, new Date(now.getTime() - invitationMessageLimits.countedMs), institutionId, cohortId, now]);
  return rows.map(({ person_id: personId, sent_at_ms: sentAtMs }) => ({ personId, due: mayMessage((sentAtMs ?? []).map(Number), now.getTime()) }));
}
