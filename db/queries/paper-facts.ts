// Facts of statutory papers of one institution, as rows have them: course, application to open a cohort, the week of its clients.
import { isQualified } from '#domain/course/instructor.ts';
import { shanghaiDay } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import type { DocumentKind } from '#domain/identity/document.ts';
import { maskedPhone } from '#domain/identity/document.ts';
import type { LearnerCategory } from '#domain/identity/learner-category.ts';
import { openingProblems } from '#domain/opening.ts';
import type { ApplicationPaperFacts, PaperLearner } from '#domain/paper/application-paper.ts';
import type { CoursePaperFacts, PaperInstructor } from '#domain/paper/course-paper.ts';
import type { WeeklyRow } from '#domain/paper/weekly-paper.ts';
import { regionNameZh } from '#runtime/region-names.ts';
import { Cohort, Course, Institution } from '../entities/people.ts';
import type { EntityManager } from '../orm.ts';
import { openingNow, openingRow } from './cohort-opening.ts';
import { newestDossiers, submittedDossier } from './course-dossiers.ts';
import { factsOf, isPaperOf } from './course-facts.ts';
import { statedFacts } from './institution-profiles.ts';

/** A post box of which one may be told that there is one. */
const maskedEmail = (email: string): string => email.replace(/^(.).*@/, '$1***@');

/** The version handed in last; the draft where none was. Without `full` nobody's phone or address is in it. Throws not_found. */
export async function coursePaperFacts(em: EntityManager, institutionId: string, courseId: string, full: boolean, now: Date): Promise<CoursePaperFacts> {
  const course = await em.findOne(Course, { id: courseId, institutionId });
  if (!course) throw new DomainError('not_found', 'no such course');
  const [newest] = await newestDossiers(em, [{ courseId, institutionId, title: course.title }]);
  const submitted = await submittedDossier(em, institutionId, courseId);
  const content = submitted?.content ?? newest!.content;
  const [found] = await factsOf(em, [{ ...newest!, dossier: submitted ?? newest!.dossier, content }], now);
  const { facts, staff, attachments, institutionName, pack } = found!;
  const instructors = content.instructorIds.flatMap((id): PaperInstructor[] => staff.filter((one) => one.id === id).map((one) => ({
    instructorId: id, name: one.name, trade: one.trade, rank: one.rank, phone: full || !one.phone ? one.phone : maskedPhone(one.phone), email: full ? one.email : maskedEmail(one.email), history: one.history, awards: one.awards,
    credentials: one.credentials, qualified: isQualified(one.credentials, content, facts.day), copies: attachments.some((paper) => paper.kind === 'qualification' && isPaperOf(paper, one)),
  })));
  return {
    courseId, institutionName, content, submitted: submitted && { version: submitted.version, day: shanghaiDay(submitted.submittedAt!) }, sha256: submitted?.sha256 ?? null, instructors,
    proofs: facts.proofs, exams: facts.exams, questions: facts.questions, onlineAtMostPercent: pack.course.onlineAtMostPercent, publicAtLeastHours: pack.course.publicAtLeastHours,
  };
}

export interface RosterPerson { personId: string; learner: PaperLearner }
interface RosterRow { person_id: string; name: string; document_kind: DocumentKind | null; number_mask: string | null; phone_mask: string | null; category: LearnerCategory | null; employer: string | null; client: string | null; created_at: string }
/** Who is enrolled now, by name; numbers masked. */
export async function rosterOf(em: EntityManager, cohortId: string, now: Date): Promise<RosterPerson[]> {
  const rows = await em.execute<RosterRow[]>(
    `select e.person_id, p.name, i.document_kind, i.number_mask, coalesce(i.phone_mask, i.stated_phone_mask) as phone_mask, coalesce(e.learner_category, i.learner_category) as category, coalesce(nullif(e.employer, ''), i.employer) as employer,
       k.name as client, e.created_at
     from enrolment e join person p on p.id = e.person_id left join identity i on i.person_id = e.person_id left join client k on k.id = e.client_id
     where e.cohort_id = ? and (e.ended_at is null or e.ended_at > ?) order by p.name, p.id`, [cohortId, now]);
  return rows.map((row) => ({
    personId: row.person_id,
    learner: {
      name: row.name, documentKind: row.document_kind, number: row.number_mask, phoneMask: row.phone_mask, category: row.category, employer: row.employer, client: row.client, enrolledOn: shanghaiDay(new Date(row.created_at)),
    },
  }));
}

/** Lessons at a place that are planned or were held. */
async function offlinePlanned(em: EntityManager, cohortId: string): Promise<ApplicationPaperFacts['offline']> {
  const [row] = await em.execute<{ lessons: number; minutes: number; places: string[] | null }[]>(
    `select count(*)::int as lessons, coalesce(sum(l.planned_minutes), 0)::int as minutes, json_agg(distinct p.name order by p.name) filter (where p.name is not null) as places
     from lesson l left join place p on p.id = l.place_id where l.cohort_id = ? and l.kind = 'offline' and l.status <> 'cancelled'`, [cohortId]);
  return { lessons: row!.lessons, minutes: row!.minutes, places: row!.places ?? [] };
}

/** Throws not_found. `roster` may have its numbers opened. */
export async function applicationPaperFacts(em: EntityManager, institutionId: string, cohortId: string, roster: readonly RosterPerson[], now: Date): Promise<ApplicationPaperFacts> {
  const cohort = await em.findOne(Cohort, { id: cohortId, institutionId });
  if (!cohort) throw new DomainError('not_found', 'no such cohort');
  const row = await openingRow(em, cohortId);
  const { application, facts, instructors, dossier, planned } = await openingNow(em, row, now);
  const [{ name: institutionName }, { facts: own }] = [await em.findOneOrFail(Institution, { id: institutionId }), await statedFacts(em, institutionId)];
  return {
    cohortId, courseId: row.courseId, cohortTitle: cohort.title, courseTitle: row.courseTitle, institutionName, creditCode: own.creditCode, filingNumber: own.filingNumber, programme: cohort.programme ?? null, content: dossier?.content ?? null,
    application, regionName: regionNameZh(application.region), instructors, lessons: planned.lessons, plannedMinutes: planned.plannedMinutes, offline: await offlinePlanned(em, cohortId),
    firstDay: planned.firstAt && shanghaiDay(planned.firstAt), lastDay: planned.lastAt && shanghaiDay(planned.lastAt), problems: openingProblems(facts), learners: roster.map(({ learner }) => learner),
  };
}

interface ClientRow { id: string; name: string; region: string | null; enrolled: number; in_training: number }
/** Clients with people enrolled at any moment between the two. */
export async function weekOfClients(em: EntityManager, institutionId: string, from: Date, until: Date): Promise<WeeklyRow[]> {
  const rows = await em.execute<ClientRow[]>(
    `select k.id, k.name, k.region, (count(distinct e.person_id) filter (where e.created_at >= ?))::int as enrolled, count(distinct e.person_id)::int as in_training
     from client k join enrolment e on e.client_id = k.id where k.institution_id = ? and e.created_at < ? and (e.ended_at is null or e.ended_at > ?) group by k.id order by k.name, k.id`, [from, institutionId, until, from]);
  return rows.map((row) => ({ clientId: row.id, name: row.name, regionName: regionNameZh(row.region), enrolled: row.enrolled, inTraining: row.in_training }));
}
/** Staff of enterprises enrolled between the two whom nobody assigned to a client. */
export async function unassignedInWeek(em: EntityManager, institutionId: string, from: Date, until: Date): Promise<number> {
  const [row] = await em.execute<{ n: number }[]>(
    `select count(distinct e.person_id)::int as n from enrolment e left join identity i on i.person_id = e.person_id
     where e.institution_id = ? and e.client_id is null and e.created_at >= ? and e.created_at < ? and coalesce(e.learner_category, i.learner_category) = 'enterprise_staff'`, [institutionId, from, until]);
  return row!.n;
}
