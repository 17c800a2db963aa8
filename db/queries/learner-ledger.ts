// One learner in one cohort, lesson by lesson and unit by unit, from the ledger's rows: for drilling down and for the printed list of hours (R65).
import type { LearnerLedger, LedgerLesson } from '#contracts/ledger.ts';
import { isLow, minutesOf, share } from '#domain/attendance.ts';
import { DomainError } from '#domain/errors.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import { packByName } from '#domain/rules/packs.ts';
import type { EntityManager } from '../orm.ts';
import { ledgerOfPerson } from './ledger.ts';
import type { LedgerUnit } from './ledger-reckon.ts';

interface Row {
  lesson_id: string; title: string; starts_at: string; status: LessonStatus; teachers: string[] | null; joined_at: string | null; left_at: string | null; held_ms: number; live_ms: number; made_up_ms: number; corrected_ms: number; taken_back_ms: number; offline_ms: number;
  units: LedgerUnit[]; asked: number; answered: number; correct: number; checks_asked: number; matched: number; failed: number; missed: number; pending: number; unsettled: number; rule_pack: string; reckoned_at: string;
}
const instant = (at: string | null): string | null => at && new Date(at).toISOString();

function lessonOf(row: Row): LedgerLesson {
  const { attendanceLowBelowPercent, accuracyLowBelowPercent } = packByName(row.rule_pack).attendance;
  const togetherMs = row.live_ms + row.made_up_ms;
  return {
    lessonId: row.lesson_id, title: row.title, startsAt: new Date(row.starts_at).toISOString(), status: row.status, teachers: row.teachers ?? [], joinedAt: instant(row.joined_at), leftAt: instant(row.left_at),
    heldMinutes: minutesOf(row.held_ms), creditedMinutes: minutesOf(row.live_ms), madeUpMinutes: minutesOf(row.made_up_ms), correctedMinutes: minutesOf(row.corrected_ms), takenBackMinutes: minutesOf(row.taken_back_ms), offlineMinutes: minutesOf(row.offline_ms), attendance: share(togetherMs, row.held_ms),
    attendanceLow: isLow(togetherMs, row.held_ms, attendanceLowBelowPercent),
    asked: row.asked, answered: row.answered, correct: row.correct, accuracy: share(row.correct, row.asked), accuracyLow: isLow(row.correct, row.asked, accuracyLowBelowPercent),
    checks: { asked: row.checks_asked, matched: row.matched, failed: row.failed, missed: row.missed, pending: row.pending }, unsettled: row.unsettled, rulePack: row.rule_pack,
    asOf: new Date(row.reckoned_at).toISOString(),
    units: row.units.map(({ unitId, ordinal, startedAt, heldMs, liveMs, madeUpMs }) => ({
      unitId, ordinal, startedAt, heldMinutes: minutesOf(heldMs), creditedMinutes: minutesOf(liveMs), madeUpMinutes: minutesOf(madeUpMs), attendance: share(liveMs + madeUpMs, heldMs),
    })),
  };
}

/** For whoever may see it, which was asked before. Throws not_found. */
export async function learnerLedger(em: EntityManager, { cohortId, personId }: { cohortId: string; personId: string }, now: Date): Promise<LearnerLedger> {
  const [learner] = await ledgerOfPerson(em, personId, cohortId);
  if (!learner) throw new DomainError('not_found', 'no such learner in this cohort');
  const [institution] = await em.execute<{ name: string }[]>('select i.name from cohort c join institution i on i.id = c.institution_id where c.id = ?', [cohortId]);
  const rows = await em.execute<Row[]>(
    `select r.*, l.title, l.starts_at, l.status,
       (select json_agg(p.name order by p.name) from lesson_staff s join person p on p.id = s.person_id where s.lesson_id = l.id and s.role = 'teacher') as teachers
     from ledger_row r join lesson l on l.id = r.lesson_id where r.cohort_id = ? and r.person_id = ? order by l.starts_at, l.id`, [cohortId, personId]);
  const { attendanceLowBelowPercent, accuracyLowBelowPercent } = packByName(learner.rulePack).attendance;
  return { institutionName: institution?.name ?? '', learner, lessons: rows.map(lessonOf), attendanceLowBelowPercent, accuracyLowBelowPercent, generatedAt: now.toISOString() };
}
