// What the teacher's view of a class is made of: who belongs to it, whose facts are new, and how the last check of each stands.
import type { AskedWay, CheckStatus, Verdict } from '#domain/check.ts';
import { idFloor } from '#domain/id.ts';
import { wallCheckOf, type WallCheck } from '#domain/presence/wall.ts';
import { countedVerdict, type ReviewOutcome } from '#domain/review.ts';
import type { EntityManager } from '../orm.ts';
import { lastOutcomeSql } from './decisions.ts';

export interface WallPerson { personId: string; name: string }

/** Learners of a lesson, by id. */
export async function wallPeople(em: EntityManager, lessonId: string): Promise<WallPerson[]> {
  const rows = await em.execute<{ person_id: string; name: string }[]>(
    `select e.person_id, p.name from lesson l join enrolment e on e.cohort_id = l.cohort_id and (e.ended_at is null or e.ended_at > l.starts_at) join person p on p.id = e.person_id
     where l.id = ? and not exists (select from lesson_staff s where s.lesson_id = l.id and s.person_id = e.person_id) order by e.person_id`, [lessonId]);
  return rows.map((row) => ({ personId: row.person_id, name: row.name }));
}

/** Observations are written up to some seconds after they were made, and a lost seat is closed at its last sign of life. */
const observedLateMs = 15_000;
const closedLateMs = 60_000;

/**
 * Learners of whom a fact that may turn their credit came since then; some of them twice. Ids of observations tell their time, so that only the newest are looked at,
 * however long the lesson has been going on.
 */
export async function changedSince(em: EntityManager, lessonId: string, sinceMs: number): Promise<Set<string>> {
  const seats = new Date(sinceMs - closedLateMs);
  const checks = new Date(sinceMs - observedLateMs);
  const rows = await em.execute<{ person_id: string }[]>(
    `select person_id from connection where lesson_id = ? and role = 'student' and (connected_at > ? or left_at > ?)
     union select person_id from observation where id > ?::uuid and lesson_id = ? and type in ('visible', 'hidden', 'media_connected', 'media_disconnected', 'broadcast')
     union select person_id from face_check where session_id in (select id from lesson_session where lesson_id = ?) and (asked_at > ? or answered_at > ? or looked_at > ? or settled_at > ?)
     union select person_id from review_decision where lesson_id = ? and decided_at > ?
     union select person_id from removal where lesson_id = ? and removed_at > ?`,
    [lessonId, seats, seats, idFloor(sinceMs - observedLateMs), lessonId, lessonId, checks, checks, checks, checks, lessonId, checks, lessonId, checks]);
  return new Set(rows.map((row) => row.person_id));
}

/** Of each learner who was asked. */
export async function lastChecks(em: EntityManager, lessonId: string): Promise<Map<string, WallCheck>> {
  const rows = await em.execute<{ person_id: string; status: CheckStatus; verdict: Verdict | null; way: AskedWay; outcome: ReviewOutcome | null }[]>(
    `select distinct on (person_id) person_id, status, verdict, way, ${lastOutcomeSql('face_check.id')} as outcome from face_check
     where session_id in (select id from lesson_session where lesson_id = ?) and viewing_id is null and asked_at is not null and status in ('asked', 'verifying', 'settled')
     order by person_id, asked_at desc, id desc`, [lessonId]);
  return new Map(rows.flatMap((row): [string, WallCheck][] => {
    const check = wallCheckOf({ status: row.status, verdict: countedVerdict(row.verdict, row.outcome), way: row.way });
    return check ? [[row.person_id, check]] : [];
  }));
}
