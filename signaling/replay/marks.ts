// Marks on a replay's time line: questions, learners on stage, gaps in the recording.
import type { ReplayPart } from '#contracts/replay.ts';
import type { Replay } from '#db/entities/recording.ts';
import type { EntityManager } from '#db/orm.ts';

type Mark = ReplayPart['marks'][number];
export interface LessonMoment { kind: 'quiz' | 'stage'; atMs: number; label: string }

/** When questions were opened (label: their wording) or placed (no label: nobody reads it beforehand), and learners came on stage (label: their name), ms since epoch. */
export async function momentsOf(em: EntityManager, lessonId: string): Promise<LessonMoment[]> {
  const rows = await em.execute<{ kind: 'quiz' | 'stage'; at: string | Date; label: string }[]>(
    `select 'quiz' as kind, z.opened_at as at, q.prompt as label from quiz z join question q on q.id = z.question_id where z.lesson_id = ?
     union all
     select 'quiz', moment, '' from film_question where lesson_id = ? and retired_at is null
     union all
     select 'stage', v.accepted_at, p.name from stage_visit v join lesson_session s on s.id = v.session_id join person p on p.id = v.person_id
     where s.lesson_id = ? and v.accepted_at is not null`,
    [lessonId, lessonId, lessonId],
  );
  return rows.map(({ kind, at, label }) => ({ kind, atMs: new Date(at).getTime(), label }));
}

/** Shorter gaps stand in the quality report, but nobody looks for them on the time line. */
const shortestMarkMs = 1000;

/** Marks inside one file, by time; what happened before or after it belongs to another part or unit. */
export function marksOf(replay: Pick<Replay, 'startsAt' | 'durationMs' | 'gaps'>, moments: readonly LessonMoment[]): Mark[] {
  const { startsAt, durationMs, gaps } = replay;
  if (!startsAt || typeof durationMs !== 'number') return [];
  const inside = moments
    .map(({ kind, atMs, label }): Mark => ({ kind, label, atMs: Math.round(atMs - startsAt.getTime()) }))
    .filter(({ atMs }) => atMs >= 0 && atMs < durationMs);
  const holes = gaps.filter(({ fromMs, toMs }) => toMs > 0 && fromMs < durationMs && toMs - fromMs >= shortestMarkMs)
    .map(({ fromMs, reason }): Mark => ({ kind: 'gap', label: reason, atMs: Math.max(0, Math.round(fromMs)) }));
  return [...inside, ...holes].sort((a, b) => a.atMs - b.atMs);
}
