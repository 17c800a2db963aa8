// What the gate of certificates looks at: the ledger's figures of a cohort's learners, and everything beside them that can still take something away (R25, R27, R43; decision 074).
import { missingFor, type CertificateFacts, type CertificateLack } from '#domain/certificate.ts';
import { lastInstantSql } from '#domain/lesson-kind.ts';
import { planTotals } from '#domain/course/hours-plan.ts';
import type { DossierContent } from '#domain/course/dossier.ts';
import type { AuthorityStatus } from '#domain/identity/authority.ts';
import type { Programme } from '#domain/cohort.ts';
import type { LedgerExamState } from '#domain/ledger.ts';
import { packByName, packFor } from '#domain/rules/packs.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import { unitOfWork, type EntityManager, type Orm } from '../orm.ts';
import { dossierOfCohort } from './course-dossiers.ts';
import { reckonLedger } from './ledger-reckon.ts';
import { refreshDue } from './ledger-sums.ts';
import { arrayOf } from './lesson-access.ts';
import { offlineHeldOf, type OfflineHeld } from './offline.ts';

/** Makes the figures of a cohort true as of now: lessons something is due of, and ended ones that were never reckoned. What cannot be reckoned yet stays due, and keeps certificates back. */
export async function freshenCohort(orm: Orm, { cohortId, institutionId }: { cohortId: string; institutionId: string }, now: Date): Promise<void> {
  const lessons = await orm.em.fork().execute<{ id: string; never: boolean }[]>(
    `select l.id, not exists (select from ledger_lesson k where k.lesson_id = l.id) as never from lesson l where l.cohort_id = ? and
       (exists (select from ledger_due d where d.lesson_id = l.id and d.due_at <= now()) or l.status = 'ended' and not exists (select from ledger_lesson k where k.lesson_id = l.id)) order by l.id`, [cohortId]);
  for (const { id, never } of lessons) await reckonLedger(orm, id, now, { all: never });
  while (await unitOfWork(orm, { personId: null, institutionId }, (em) => refreshDue(em, cohortId, now)) > 0) { /* 2000 marks at a time */ }
}

export interface CohortForCertificates {
  cohortId: string; institutionId: string; courseId: string; title: string; programme: Programme | null; courseTitle: string; institutionName: string; packOfCohort: string;
  dossier: { content: DossierContent; sha256: string } | null; lessonsOpen: number; lessonsHeld: number; neverReckoned: number; firstAt: Date | null; lastAt: Date | null;
}
interface CohortRow {
  institution_id: string; course_id: string; title: string; programme: Programme | null; course_title: string; institution_name: string; cohort_pack: string | null; institution_pack: string | null;
  lessons_open: number; lessons_held: number; never_reckoned: number; first_at: string | null; last_at: string | null;
}

/** For whoever was asked for the right before. Null where there is none such. */
export async function cohortForCertificates(em: EntityManager, cohortId: string, now: Date): Promise<CohortForCertificates | null> {
  const [row] = await em.execute<CohortRow[]>(
    `select c.institution_id, c.course_id, c.title, c.programme, k.title as course_title, i.name as institution_name, c.rule_pack as cohort_pack, i.rule_pack as institution_pack, l.*
     from cohort c join course k on k.id = c.course_id join institution i on i.id = c.institution_id cross join lateral (
       select (count(*) filter (where status in ('scheduled', 'open', 'live') or (status = 'ended' and closes_at > ?)))::int as lessons_open, (count(*) filter (where status = 'ended'))::int as lessons_held,
         (count(*) filter (where status = 'ended' and not exists (select from ledger_lesson g where g.lesson_id = lesson.id)))::int as never_reckoned,
         min(starts_at) filter (where status = 'ended') as first_at, max(${lastInstantSql('lesson')}) filter (where status = 'ended') as last_at from lesson where cohort_id = c.id) l
     where c.id = ?`, [now, cohortId]);
  if (!row) return null;
  const dossier = await dossierOfCohort(em, { cohortId, institutionId: row.institution_id, courseId: row.course_id });
  return {
    cohortId, institutionId: row.institution_id, courseId: row.course_id, title: row.title, programme: row.programme, courseTitle: row.course_title, institutionName: row.institution_name,
    packOfCohort: packName(packFor({ cohort: row.cohort_pack, institution: row.institution_pack })), dossier: dossier && { content: dossier.content, sha256: dossier.sha256! },
    lessonsOpen: row.lessons_open, lessonsHeld: row.lessons_held, neverReckoned: row.never_reckoned, firstAt: row.first_at === null ? null : new Date(row.first_at), lastAt: row.last_at === null ? null : new Date(row.last_at),
  };
}

export interface Candidate {
  personId: string; enrolmentId: string; name: string; numberMask: string | null; facts: CertificateFacts; missing: CertificateLack[];
  /** Thousandths, cut. */
  attendance: number | null; accuracy: number | null; examShare: number | null; rulePack: string; asOf: Date | null;
  /** The one that is valid now. */
  certificate: { certificateId: string; serial: string; issuedAt: Date } | null;
}
interface Row {
  enrolment_id: string; person_id: string; name: string; number_mask: string | null; authority: AuthorityStatus | null; enrolled: boolean; due: boolean; waiting: number; units: number | null; held_ms: number | null; credited_ms: number | null;
  asked: number | null; correct: number | null; attendance: number | null; accuracy: number | null; exams: number | null; exams_passed: number | null; exam_state: LedgerExamState | null; exam_share: number | null; unsettled: number | null;
  rule_pack: string | null; as_of: string | null; certificate_id: string | null; serial: string | null; issued_at: string | null;
}
/** Beside what the ledger counts: appeals about attempts at exams, and pictures of a face that nobody has approved yet. */
const waitingSql = `(select count(*) from appeal a join exam_attempt t on t.id = a.attempt_id where t.cohort_id = e.cohort_id and t.person_id = e.person_id and a.decided_at is null)
  + (select count(*) from face_enrolment f where f.person_id = e.person_id and f.status in ('verifying', 'awaiting_approval'))`;
/** Also what is due a little later: it has happened already. */
const dueSql = `(exists (select from ledger_due d where d.cohort_id = e.cohort_id and d.person_id = e.person_id)
  or exists (select from ledger_due d join lesson dl on dl.id = d.lesson_id where dl.cohort_id = e.cohort_id and (d.person_id is null or d.person_id = e.person_id)))`;

function candidateOf(row: Row, cohort: CohortForCertificates, offline: OfflineHeld | undefined): Candidate {
  const rulePack = row.rule_pack ?? cohort.packOfCohort;
  const { attendanceLowBelowPercent, accuracyLowBelowPercent } = packByName(rulePack).attendance;
  const plan = cohort.dossier && planTotals(cohort.dossier.content.plan);
  const facts: CertificateFacts = {
    enrolled: row.enrolled, identity: row.authority ?? 'none', plan: plan && { online: plan.online, offline: plan.offline }, unitsHeld: row.units === null ? null : row.units - (offline?.units ?? 0), offlineHeld: row.units === null ? null : offline?.units ?? 0,
    lessonsOpen: cohort.lessonsOpen, lessonsHeld: cohort.lessonsHeld, figuresDue: row.as_of === null || row.due || cohort.neverReckoned > 0, heldMs: row.held_ms, creditedMs: row.credited_ms, asked: row.asked, correct: row.correct,
    exams: row.exams, examsPassed: row.exams_passed, examState: row.exam_state, unsettled: row.unsettled === null ? null : row.unsettled + row.waiting,
    attendanceAtLeast: attendanceLowBelowPercent, accuracyAtLeast: accuracyLowBelowPercent,
  };
  return {
    personId: row.person_id, enrolmentId: row.enrolment_id, name: row.name, numberMask: row.number_mask, facts, missing: missingFor(facts), attendance: row.attendance, accuracy: row.accuracy, examShare: row.exam_share, rulePack,
    asOf: row.as_of === null ? null : new Date(row.as_of), certificate: row.certificate_id && row.serial && row.issued_at ? { certificateId: row.certificate_id, serial: row.serial, issuedAt: new Date(row.issued_at) } : null,
  };
}

/** All learners of a cohort that have one or are enrolled now, or those named; by name. */
export async function candidatesOf(em: EntityManager, cohort: CohortForCertificates, now: Date, personIds: readonly string[] | null): Promise<Candidate[]> {
  const rows = await em.execute<Row[]>(
    `select e.id as enrolment_id, e.person_id, p.name, i.number_mask, i.authority_status as authority, (e.ended_at is null or e.ended_at > ?) as enrolled, ${dueSql} as due, (${waitingSql})::int as waiting,
       l.units, l.held_ms, l.live_ms + l.made_up_ms as credited_ms, l.asked, l.correct, l.attendance, l.accuracy, l.exams, l.exams_passed, l.exam_state, l.exam_share, l.unsettled, l.rule_pack, l.as_of,
       k.id as certificate_id, k.serial, k.issued_at
     from enrolment e join person p on p.id = e.person_id left join identity i on i.person_id = e.person_id left join ledger_learner l on l.cohort_id = e.cohort_id and l.person_id = e.person_id
       left join certificate k on k.enrolment_id = e.id and k.revoked_at is null
     where e.cohort_id = ? and ${personIds ? 'e.person_id = any(?::uuid[])' : '(k.id is not null or e.ended_at is null or e.ended_at > ?)'} order by p.name, e.person_id`,
    [now, cohort.cohortId, personIds ? arrayOf(personIds) : now]);
  const offline = await offlineHeldOf(em, cohort.cohortId);
  return rows.map((row) => candidateOf(row, cohort, offline.get(row.person_id)));
}
