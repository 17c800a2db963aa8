// What an inspection is drawn from: published recordings of lessons that were held, each with how doubtful its lesson is by what is on file.
import type { InspectionScope } from '#contracts/inspection.ts';
import type { Gap } from '#contracts/recording.ts';
import { passed, verdicts } from '#domain/check.ts';
import { riskOf } from '#domain/inspection/inspection.ts';
import type { Candidate } from '#domain/inspection/sample.ts';
import type { EntityManager } from '../orm.ts';
import { lastAttemptSql } from './decisions.ts';
import { arrayOf } from './lesson-access.ts';

export interface PopulationScope extends Omit<InspectionScope, 'from' | 'to'> { institutionIds: readonly string[]; fromAt: Date; untilAt: Date }
interface Row {
  replay_id: string; institution_id: string; course_id: string; cohort_id: string; lesson_id: string; unit_id: string; sha256: string; gaps: Gap[]; held: boolean;
  signal: number; checks: number; unpassed: number; corrections: number;
}

/** SQL for lessons of the scope that were held; with the values of `scopeValues`. */
const lessonsSql = `select l.id, l.institution_id, l.cohort_id, l.recorded, c.course_id from lesson l join cohort c on c.id = l.cohort_id where l.institution_id = any(?::uuid[]) and l.status = 'ended'
  and l.starts_at >= ? and l.starts_at < ? and (?::uuid is null or c.course_id = ?::uuid) and (?::uuid is null or l.cohort_id = ?::uuid)`;
const scopeValues = ({ institutionIds, fromAt, untilAt, courseId, cohortId }: PopulationScope): unknown[] => [arrayOf(institutionIds), fromAt, untilAt, courseId, courseId, cohortId, cohortId];

const notPassed = verdicts.filter((verdict) => !passed(verdict)).map((verdict) => `'${verdict}'`).join(', ');

/** Of the risks that are wished for, in no order. */
export async function inspectionPopulation(em: EntityManager, scope: PopulationScope): Promise<Candidate[]> {
  const rows = await em.execute<Row[]>(
    `with held as materialized (${lessonsSql}),
       checked as (select f.lesson_id, count(*)::int as checks, count(*) filter (where f.verdict in (${notPassed}))::int as unpassed from face_check f where f.lesson_id in (select id from held) and f.status = 'settled' and ${lastAttemptSql('f')} group by 1),
       doubted as (select s.lesson_id, max(s.strength) as signal from signal s where s.lesson_id in (select id from held) group by 1),
       corrected as (select k.lesson_id, count(*)::int as corrections from correction k join correction_decision d on d.correction_id = k.id and d.outcome = 'approved' where k.lesson_id in (select id from held) group by 1)
     select r.id as replay_id, h.institution_id, h.course_id, h.cohort_id, h.id as lesson_id, r.unit_id, r.sha256, r.gaps, jsonb_array_length(r.hold_reasons) > 0 as held,
       coalesce(d.signal, 0) as signal, coalesce(f.checks, 0) as checks, coalesce(f.unpassed, 0) as unpassed, coalesce(k.corrections, 0) as corrections
     from held h join replay r on r.lesson_id = h.id and r.status = 'ready' and r.unit_id is not null and r.group_id is null and r.sha256 is not null and r.duration_ms > 0
       left join checked f on f.lesson_id = h.id left join doubted d on d.lesson_id = h.id left join corrected k on k.lesson_id = h.id`, scopeValues(scope));
  return rows.map((row): Candidate => ({
    replayId: row.replay_id, institutionId: row.institution_id, courseId: row.course_id, cohortId: row.cohort_id, lessonId: row.lesson_id, unitId: row.unit_id, sha256: row.sha256,
    risk: riskOf({ strongestSignal: row.signal, checks: row.checks, unpassed: row.unpassed, corrections: row.corrections, gapsMs: row.gaps.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0), held: row.held }),
  })).filter(({ risk }) => scope.risks.includes(risk));
}

/** Units of the scope that were held in a lesson that was to be recorded, and have no film that is shown: what nobody can draw is counted. */
export async function unitsWithoutFilm(em: EntityManager, scope: PopulationScope): Promise<number> {
  const [row] = await em.execute<{ n: number }[]>(
    `with held as (${lessonsSql}) select count(*)::int as n from held h join unit u on u.lesson_id = h.id and u.started_at is not null where h.recorded and not exists (select from replay r where r.unit_id = u.id and r.status = 'ready')`, scopeValues(scope));
  return row!.n;
}
