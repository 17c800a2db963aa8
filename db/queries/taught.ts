// What was taught of many lessons, and under which rules: one statement for all, asked every second for the lessons somebody sits in.
import type { LessonStatus } from '#domain/lesson.ts';
import type { TaughtFacts } from '#domain/presence/credit-now.ts';
import type { RulePack } from '#domain/rules/rule-pack.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';
import { packColumns, packOfRow, type PackRow } from './rule-packs.ts';

/** `mark` differs where anything that was taught does. Units that have not begun are left out. */
export interface Taught extends TaughtFacts { lessonId: string; status: LessonStatus; pack: RulePack; mark: string }

interface Timed { from: number; to: number | null }
interface Row extends PackRow { id: string; status: LessonStatus; units: (Timed & { id: string; ordinal: number })[] | null; lost: Timed[] | null }

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
const spanOf = ({ from, to }: Timed): { startedAt: Date; endedAt: Date | null } => ({ startedAt: new Date(from), endedAt: to === null ? null : new Date(to) });

/** By lesson; one that is none is left out. Throws not_found for a pack nobody knows. */
export async function taughtOf(em: EntityManager, lessonIds: readonly string[]): Promise<Map<string, Taught>> {
  if (lessonIds.length === 0) return new Map();
  const rows = await em.execute<Row[]>(
    `select l.id, l.status, ${packColumns},
       (select json_agg(json_build_object('id', u.id, 'ordinal', u.ordinal, 'from', ${ms('u.started_at')}, 'to', ${ms('u.ended_at')}) order by u.ordinal)
         from unit u where u.lesson_id = l.id and u.started_at is not null) as units,
       (select json_agg(json_build_object('from', ${ms('x.started_at')}, 'to', ${ms('x.ended_at')}) order by x.started_at)
         from lesson_session s join interruption x on x.session_id = s.id where s.lesson_id = l.id) as lost
     from lesson l join cohort c on c.id = l.cohort_id join institution i on i.id = l.institution_id where l.id = any(?::uuid[])`, [arrayOf(lessonIds)]);
  return new Map(rows.map((row) => [row.id, {
    lessonId: row.id, status: row.status, pack: packOfRow(row), mark: JSON.stringify([row.status, row.held, row.units, row.lost]),
    units: (row.units ?? []).map((unit) => ({ id: unit.id, ordinal: unit.ordinal, ...spanOf(unit) })), interruptions: (row.lost ?? []).map(spanOf),
  }]));
}
