// What there is to jump to in a drawn recording: checks and sign-ins with what came of them, and when learners came and went.
import type { InspectionMark } from '#contracts/inspection.ts';
import { passed, type AskedWay, type CheckKind, type Verdict } from '#domain/check.ts';
import type { EntityManager } from '../orm.ts';

export interface FilmedTime { lessonId: string; startsAt: Date | null; durationMs: number }
interface CheckRow { id: string; kind: CheckKind; way: AskedWay; asked_at: string; answered_at: string | null; verdict: Verdict | null; picture_id: string | null; name: string; all: number }

/** Those that did not pass come first where there are more. */
export const mostChecks = 400;

async function checkMarks(em: EntityManager, { lessonId, startsAt, durationMs }: FilmedTime & { startsAt: Date }): Promise<{ marks: InspectionMark[]; leftOut: number }> {
  const rows = await em.execute<CheckRow[]>(
    `select f.id, f.kind, f.way, f.asked_at, f.answered_at, f.verdict, f.picture_id, p.name, count(*) over ()::int as "all" from face_check f join person p on p.id = f.person_id
     where f.lesson_id = ? and f.viewing_id is null and f.asked_at >= ? and f.asked_at < ? order by f.verdict in ('matched', 'confirmed_by_person') nulls first, f.asked_at, f.id limit ${mostChecks}`,
    [lessonId, startsAt, new Date(startsAt.getTime() + durationMs)]);
  const marks = rows.map((row): InspectionMark => ({
    kind: row.kind, atMs: Math.round(new Date(row.asked_at).getTime() - startsAt.getTime()), checkId: row.id, name: row.name, way: row.way, verdict: row.verdict, passed: row.verdict && passed(row.verdict),
    picture: row.picture_id ? 'kept' : row.answered_at && row.way === 'face' ? 'gone' : 'none',
  }));
  return { marks, leftOut: (rows[0]?.all ?? 0) - rows.length };
}

/** By minute of the film: how many came, how many left. */
async function presenceMarks(em: EntityManager, { lessonId, startsAt, durationMs }: FilmedTime & { startsAt: Date }): Promise<InspectionMark[]> {
  const until = new Date(startsAt.getTime() + durationMs);
  const rows = await em.execute<{ at: string; came: number; went: number }[]>(
    `select min(x.at) as at, sum(x.came)::int as came, sum(x.went)::int as went from (
       select c.connected_at as at, 1 as came, 0 as went from connection c where c.lesson_id = ? and c.role = 'student' union all select c.left_at, 0, 1 from connection c where c.lesson_id = ? and c.role = 'student') x
     where x.at > ? and x.at < ? group by floor(extract(epoch from x.at - ?::timestamptz) / 60) order by 1`, [lessonId, lessonId, startsAt, until, startsAt]);
  return rows.map(({ at, came, went }) => ({ kind: 'presence', atMs: Math.round(new Date(at).getTime() - startsAt.getTime()), came, left: went }));
}

/** By time. A film that stands in no day's time, such as an uploaded one, has none. */
export async function inspectionMarks(em: EntityManager, film: FilmedTime): Promise<{ marks: InspectionMark[]; leftOut: number }> {
  const { startsAt } = film;
  if (!startsAt) return { marks: [], leftOut: 0 };
  const { marks, leftOut } = await checkMarks(em, { ...film, startsAt });
  return { marks: [...marks, ...await presenceMarks(em, { ...film, startsAt })].sort((a, b) => a.atMs - b.atMs), leftOut };
}
