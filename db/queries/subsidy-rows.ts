// Rows of a cohort's subsidy file, as evidence: each lesson of each learner, each check with what people decided, each question and answer, each attempt, each certificate (R53, R155).
import type { AttachmentType } from '#domain/attachment.ts';
import type { CheckKind, Verdict } from '#domain/check.ts';
import type { AttemptResult } from '#domain/exam.ts';
import type { LessonKind } from '#domain/lesson-kind.ts';
import { countedVerdict, type ReviewOutcome } from '#domain/review.ts';
import { attemptBrief, attemptRows } from './exam-attempts.ts';
import type { EntityManager } from '../orm.ts';
import { lastAttemptSql, lastOutcomeSql } from './decisions.ts';

const instant = (at: string | null): string | null => at && new Date(at).toISOString();

export interface AttendanceRow { name: string; lesson: string; startsAt: string; kind: LessonKind; place: string | null; joinedAt: string | null; leftAt: string | null; heldMs: number; liveMs: number; madeUpMs: number; correctedMs: number; takenBackMs: number; offlineMs: number; rulePack: string; asOf: string }
/** By lesson, then by name. */
export async function attendanceOf(em: EntityManager, cohortId: string): Promise<AttendanceRow[]> {
  const rows = await em.execute<{ name: string; title: string; starts_at: string; kind: LessonKind; place: string | null; joined_at: string | null; left_at: string | null; held_ms: number; live_ms: number; made_up_ms: number; corrected_ms: number; taken_back_ms: number; offline_ms: number; rule_pack: string; reckoned_at: string }[]>(
    `select p.name, l.title, l.starts_at, l.kind, w.name as place, r.* from ledger_row r join lesson l on l.id = r.lesson_id left join place w on w.id = l.place_id join person p on p.id = r.person_id where r.cohort_id = ? order by l.starts_at, l.id, p.name, p.id`, [cohortId]);
  return rows.map((row) => ({
    name: row.name, lesson: row.title, startsAt: instant(row.starts_at)!, kind: row.kind, place: row.place, joinedAt: instant(row.joined_at), leftAt: instant(row.left_at), heldMs: row.held_ms, liveMs: row.live_ms, madeUpMs: row.made_up_ms,
    correctedMs: row.corrected_ms, takenBackMs: row.taken_back_ms, offlineMs: row.offline_ms, rulePack: row.rule_pack, asOf: instant(row.reckoned_at)!,
  }));
}

/** `where`: `class`, `replay` or `exam`. `verdict`: of the machine; `counted`: after what people decided, null while it waits. `last`: of attempts the one that counts. */
export interface CheckRow { name: string; what: string; where: 'class' | 'replay' | 'exam'; kind: CheckKind; way: string; attempt: number; askedAt: string; answeredAt: string | null; verdict: Verdict | null; counted: Verdict | null; decided: boolean; last: boolean }
export async function checksOfCohort(em: EntityManager, cohortId: string): Promise<CheckRow[]> {
  const rows = await em.execute<{ name: string; what: string; viewing: boolean; exam: boolean; kind: CheckKind; way: string; attempt: number; asked_at: string; answered_at: string | null; verdict: Verdict | null; outcome: ReviewOutcome | null; last: boolean }[]>(
    `select p.name, coalesce(l.title, x.title) as what, f.viewing_id is not null as viewing, f.attempt_id is not null as exam, f.kind, f.way, f.attempt, coalesce(f.asked_at, f.due_at) as asked_at, f.answered_at, f.verdict, ${lastOutcomeSql('f.id')} as outcome, ${lastAttemptSql('f')} as last
     from face_check f join person p on p.id = f.person_id left join lesson l on l.id = f.lesson_id left join exam_attempt a on a.id = f.attempt_id left join exam x on x.id = a.exam_id
     where coalesce(l.cohort_id, a.cohort_id) = ? and f.status in ('asked', 'verifying', 'settled') order by 8, f.id`, [cohortId]);
  return rows.map((row) => ({
    name: row.name, what: row.what, where: row.exam ? 'exam' : row.viewing ? 'replay' : 'class', kind: row.kind, way: row.way, attempt: row.attempt, askedAt: instant(row.asked_at)!, answeredAt: instant(row.answered_at), verdict: row.verdict,
    counted: countedVerdict(row.verdict, row.outcome), decided: row.outcome !== null, last: row.last,
  }));
}

/** `correct` null: asked and not answered. */
export interface AnswerRow { name: string; lesson: string; where: 'class' | 'replay'; question: string; askedAt: string; answeredAt: string | null; correct: boolean | null }
export async function answersOfCohort(em: EntityManager, cohortId: string): Promise<AnswerRow[]> {
  const rows = await em.execute<{ name: string; title: string; replay: boolean; question: string; asked_at: string; answered_at: string | null; correct: boolean | null }[]>(
    `select p.name, l.title, k.* from (
       select z.lesson_id, q.person_id, false as replay, u.prompt as question, q.asked_at, a.answered_at, a.correct from lesson l join quiz z on z.lesson_id = l.id join quiz_asked q on q.quiz_id = z.id join question u on u.id = z.question_id
         left join answer a on a.quiz_id = z.id and a.person_id = q.person_id where l.cohort_id = ?
       union all
       select s.lesson_id, s.person_id, true, coalesce(u.prompt, v.stem), s.shown_at, a.answered_at, a.correct from lesson l join film_showing s on s.lesson_id = l.id left join film_answer a on a.showing_id = s.id
         left join quiz z on z.id = s.quiz_id left join question u on u.id = z.question_id left join film_question w on w.id = s.film_question_id left join question_version v on v.id = w.version_id where l.cohort_id = ?) k
     join person p on p.id = k.person_id join lesson l on l.id = k.lesson_id order by k.asked_at, p.name, p.id`, [cohortId, cohortId]);
  return rows.map((row) => ({ name: row.name, lesson: row.title, where: row.replay ? 'replay' : 'class', question: row.question, askedAt: instant(row.asked_at)!, answeredAt: instant(row.answered_at), correct: row.correct }));
}

export interface AttemptLine { name: string; exam: string; number: number; startedAt: string | null; submittedAt: string | null; points: number | null; maxPoints: number; result: AttemptResult }
export async function attemptsOfCohort(em: EntityManager, cohortId: string): Promise<AttemptLine[]> {
  const rows = await attemptRows(em, 'a.cohort_id = ?', [cohortId]);
  const names = new Map((await em.execute<{ id: string; name: string }[]>('select distinct p.id, p.name from exam_attempt a join person p on p.id = a.person_id where a.cohort_id = ?', [cohortId])).map(({ id, name }) => [id, name]));
  const exams = new Map((await em.execute<{ id: string; title: string }[]>('select distinct x.id, x.title from exam_attempt a join exam x on x.id = a.exam_id where a.cohort_id = ?', [cohortId])).map(({ id, title }) => [id, title]));
  return rows.map((row) => {
    const { number, startedAt, submittedAt, points, maxPoints, result } = attemptBrief(row);
    return { name: names.get(row.person_id) ?? '', exam: exams.get(row.exam_id) ?? '', number, startedAt, submittedAt, points, maxPoints, result };
  }).toSorted((one, other) => one.name.localeCompare(other.name, 'zh') || one.exam.localeCompare(other.exam, 'zh') || one.number - other.number);
}

/** Who was at the place by the sheet; `sheet`: its file's hash, the same as in the manifest; empty where all signed by phone. First and last sign on the phone; null without. */
export interface OnSiteRow { lesson: string; place: string; name: string; from: string; to: string; keptBy: string; keptAt: string; sheet: string; signedIn: string | null; signedOut: string | null }
export async function onSiteOfCohort(em: EntityManager, cohortId: string): Promise<OnSiteRow[]> {
  const rows = await em.execute<{ lesson: string; place: string; name: string; from_at: string; to_at: string; keeper: string; kept_at: string; sha256: string | null; signed_in: string | null; signed_out: string | null }[]>(
    `select l.title as lesson, w.name as place, p.name, o.from_at, o.to_at, k.name as keeper, s.kept_at, a.sha256, g.signed_in, g.signed_out from lesson l join offline_sheet s on s.lesson_id = l.id join offline_presence o on o.lesson_id = l.id
       join place w on w.id = l.place_id join person p on p.id = o.person_id join person k on k.id = s.kept_by left join attachment a on a.id = s.attachment_id
       cross join lateral (select min(at) as signed_in, case when count(*) > 1 then max(at) end as signed_out from site_sign g where g.lesson_id = l.id and g.person_id = o.person_id) g
     where l.cohort_id = ? order by l.starts_at, l.id, p.name, p.id, o.from_at`, [cohortId]);
  return rows.map((row) => ({ lesson: row.lesson, place: row.place, name: row.name, from: instant(row.from_at)!, to: instant(row.to_at)!, keptBy: row.keeper, keptAt: instant(row.kept_at)!, sheet: row.sha256 ?? '', signedIn: instant(row.signed_in), signedOut: instant(row.signed_out) }));
}
/** Files of the sheets, in the order of their lessons. */
export const signedSheetsOf = (em: EntityManager, cohortId: string): Promise<{ attachmentId: string; contentType: AttachmentType }[]> => em.execute(
  `select a.id as "attachmentId", a.content_type as "contentType" from lesson l join offline_sheet s on s.lesson_id = l.id join attachment a on a.id = s.attachment_id where l.cohort_id = ? order by l.starts_at, l.id`, [cohortId]);
