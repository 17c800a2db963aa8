// Who may do what with a replay: the one rule that watching, captions and review ask.
import { periodStand } from '#domain/lesson-kind.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { Replay } from '../entities/recording.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf, roleOfPersonSql, roleSql } from './lesson-access.ts';

export interface LessonAccess {
  role: LessonRole;
  /** Staff of the lesson, and whoever runs its institution: they review, publish, download and add captions. Regulators only look. */
  staff: boolean;
  /** Where it stands within its period; null for a lesson without one. */
  period: ((nowMs: number) => 'before' | 'open' | 'over') | null;
}

/** SQL for whether person `?` runs the institution of lesson `l`. */
export const managesSql = managerSql('?');
/** The same of whoever a column of the statement names. */
export function managerSql(person: string): string {
  return `exists (select 1 from membership m where m.institution_id = l.institution_id and m.person_id = ${person} and m.role in ('admin', 'institution'))`;
}
export const isReplayStaff = (role: LessonRole, manages: boolean): boolean => isStaff(role) || (role === 'observer' && manages);

/** Films of breakout groups are not for learners: nothing is credited for them, and who was in another group did not hear it (docs/decisions/061). */
export const isForThem = (role: LessonRole, ofGroup: boolean): boolean => !ofGroup || role !== 'student';

const ms = (instant: string): string => `(extract(epoch from ${instant}) * 1000)::float8`;

/** Null when the person has no role in the lesson, or there is none. */
export async function lessonAccess(em: EntityManager, personId: string, lessonId: string): Promise<LessonAccess | null> {
  const rows = await em.execute<{ role: LessonRole | null; manages: boolean; opens: number; closes: number | null; opened: boolean }[]>(
    `select ${roleOfPersonSql} as role, ${managesSql} as manages, ${ms('l.starts_at')} as opens, ${ms('l.closes_at')} as closes, l.status = 'ended' as opened from lesson l where l.id = ?`,
    [personId, personId, personId, personId, lessonId],
  );
  const [row] = rows;
  if (!row?.role) return null;
  const { role, manages, opens: opensMs, closes: closesMs, opened } = row;
  return { role, staff: isReplayStaff(role, manages), period: closesMs === null ? null : (nowMs) => periodStand({ opensMs, closesMs, opened }, nowMs) };
}

export interface PersonAtReplay { personId: string; replayId: string }
/** As much of a replay as its files need. */
export interface SeenReplay extends Pick<LessonAccess, 'role' | 'staff'> { status: Replay['status']; durationMs: number | null; filmId: string | null; filmOrdinal: number | null }

/** For many persons at once, in their order; null where one has no role in the lesson, where the film is not for them, or there is no such replay. */
export async function seenReplays(em: EntityManager, asked: readonly PersonAtReplay[]): Promise<(SeenReplay | null)[]> {
  const rows = await em.execute<{ at: number; status: Replay['status']; duration_ms: number | null; film_id: string | null; film_ordinal: number | null; of_group: boolean; role: LessonRole | null; manages: boolean }[]>(
    `select k.at, r.status, r.duration_ms, r.film_id, r.film_ordinal, r.group_id is not null as of_group, ${roleSql('k.person_id')} as role, ${managerSql('k.person_id')} as manages
     from unnest(?::int[], ?::uuid[], ?::uuid[]) as k(at, person_id, replay_id) join replay r on r.id = k.replay_id join lesson l on l.id = r.lesson_id`,
    [arrayOf(asked.map((_one, at) => at)), arrayOf(asked.map(({ personId }) => personId)), arrayOf(asked.map(({ replayId }) => replayId))]);
  const found = new Map(rows.map((row) => [row.at, row]));
  return asked.map((_one, at) => {
    const { role, manages, status, duration_ms: durationMs, of_group: ofGroup, film_id: filmId, film_ordinal: filmOrdinal } = found.get(at) ?? { role: null };
    return role && isForThem(role, ofGroup) ? { role, staff: isReplayStaff(role, manages), status, durationMs, filmId, filmOrdinal } : null;
  });
}

export interface ReplayAccess extends LessonAccess { replay: Replay }

/** The replay and what the person may do with it; null when that is nothing. */
export async function replayAccess(em: EntityManager, personId: string, replayId: string): Promise<ReplayAccess | null> {
  const replay = await em.findOne(Replay, { id: replayId });
  const access = replay && (await lessonAccess(em, personId, replay.lessonId));
  return access && isForThem(access.role, replay.groupId !== null) ? { ...access, replay } : null;
}
