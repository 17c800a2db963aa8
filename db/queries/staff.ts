// People of an institution as its office reads them: who is there, who was.
import type { FormerMember } from '#contracts/staff-routes.ts';
import type { MembershipRole } from '#domain/roles.ts';
import { officeRoles } from './institution-access.ts';
import type { EntityManager } from '../orm.ts';

interface Row { id: string; person_id: string; name: string; role: MembershipRole; since: string; phone: string | null; lessons_ahead: number; by_region: boolean }
/** `byRegion`: oversees the region; no institution removes them. */
export interface StaffRow { membershipId: string; personId: string; name: string; role: MembershipRole; since: string; phone: string | null; lessonsAhead: number; byRegion: boolean }

/** All but learners: the office first, then teachers, then those who oversee; by name. */
export async function staffOf(em: EntityManager, institutionId: string, now: Date): Promise<StaffRow[]> {
  const rows = await em.execute<Row[]>(
    `select m.id, m.person_id, p.name, m.role, m.created_at as since, i.phone_mask as phone, m.oversight_id is not null as by_region,
       (select count(*)::int from lesson_staff s join lesson l on l.id = s.lesson_id
        where s.person_id = m.person_id and l.institution_id = m.institution_id and m.role = 'teacher' and l.status in ('scheduled', 'open', 'live') and l.starts_at > ?) as lessons_ahead
     from membership m join person p on p.id = m.person_id left join identity i on i.person_id = m.person_id
     where m.institution_id = ? and m.role <> 'student' order by array_position(array['admin', 'institution', 'teacher', 'regulator'], m.role), p.name, m.id`, [now, institutionId]);
  return rows.map((row) => ({ membershipId: row.id, personId: row.person_id, name: row.name, role: row.role, since: new Date(row.since).toISOString(), phone: row.phone, lessonsAhead: row.lessons_ahead, byRegion: row.by_region }));
}

const shown = 200;
interface FormerRow { id: string; name: string; role: MembershipRole; since: string; until: string; by: string; reason: string }
export async function formerStaff(em: EntityManager, institutionId: string): Promise<FormerMember[]> {
  const rows = await em.execute<FormerRow[]>(
    `select f.id, p.name, f.role, f.since, f.until, e.name as by, f.reason from former_membership f join person p on p.id = f.person_id join person e on e.id = f.ended_by
     where f.institution_id = ? order by f.until desc, f.id desc limit ${shown}`, [institutionId]);
  return rows.map(({ id, ...row }) => ({ membershipId: id, ...row, since: new Date(row.since).toISOString(), until: new Date(row.until).toISOString() }));
}

/** Whether somebody else is left in the office when this membership is gone. The caller holds the institution's row. */
export async function officeRemains(em: EntityManager, institutionId: string, membershipId: string): Promise<boolean> {
  const [row] = await em.execute<{ left: boolean }[]>(
    `select exists (select from membership m join account a on a.person_id = m.person_id and a.disabled_at is null
       where m.institution_id = ? and m.id <> ? and m.role = any(?::text[])) as left`, [institutionId, membershipId, `{${officeRoles.join(',')}}`]);
  return row?.left === true;
}
