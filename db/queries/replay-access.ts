// Who may do what with a replay: the one rule that watching, captions and review ask.
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { Replay } from '../entities/recording.ts';
import type { EntityManager } from '../orm.ts';
import { roleOfPersonSql } from './lesson-access.ts';

export interface LessonAccess {
  role: LessonRole;
  /** Staff of the lesson, and whoever runs its institution: they review, publish, download and add captions. Regulators only look. */
  staff: boolean;
}

/** SQL for whether person `?` runs the institution of lesson `l`. */
export const managesSql = "exists (select 1 from membership m where m.institution_id = l.institution_id and m.person_id = ? and m.role in ('admin', 'institution'))";
export const isReplayStaff = (role: LessonRole, manages: boolean): boolean => isStaff(role) || (role === 'observer' && manages);

/** Null when the person has no role in the lesson, or there is none. */
export async function lessonAccess(em: EntityManager, personId: string, lessonId: string): Promise<LessonAccess | null> {
  const rows = await em.execute<{ role: LessonRole | null; manages: boolean }[]>(
    `select ${roleOfPersonSql} as role, ${managesSql} as manages from lesson l where l.id = ?`,
    [personId, personId, personId, personId, lessonId],
  );
  const { role, manages } = rows[0] ?? { role: null, manages: false };
  return role && { role, staff: isReplayStaff(role, manages) };
}

export interface ReplayAccess extends LessonAccess { replay: Replay }

/** The replay and what the person may do with it; null when that is nothing. */
export async function replayAccess(em: EntityManager, personId: string, replayId: string): Promise<ReplayAccess | null> {
  const replay = await em.findOne(Replay, { id: replayId });
  const access = replay && (await lessonAccess(em, personId, replay.lessonId));
  return access && { ...access, replay };
}
