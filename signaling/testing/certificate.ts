// Certificates for tests: a cohort that was taught to its end, with learners who lack nothing or one thing each; and one that is simply there.
import { randomBytes } from 'node:crypto';
import { canonicalHash } from '#db/canonical-hash.ts';
import { Certificate } from '#db/entities/certificate.ts';
import { CourseDossier, type FrozenDossier } from '#db/entities/course.ts';
import { Cohort, Enrolment } from '#db/entities/people.ts';
import type { Orm } from '#db/orm.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import { addLearners, addTaughtClass, type Story } from '#db/testing/taught-class.ts';
import type { CertificateFacts, PrintedCertificate } from '#domain/certificate.ts';
import { serialBytes, serialOf } from '#domain/certificate-serial.ts';
import { newId } from '#domain/id.ts';
import { planRow, wholeContent } from './course.ts';
import type { HttpWorld } from './http-world.ts';
import type { School } from './school.ts';

/** Valid, of the school's learner, issued without being asked for: for tests of who sees it. */
export async function addCertificate({ deps: { orm }, clock }: HttpWorld, { institutionId, cohortId, learner: { personId }, scheduler }: School): Promise<{ certificateId: string; serial: string }> {
  const em = orm.em.fork();
  const { id: enrolmentId } = await em.findOneOrFail(Enrolment, { cohortId, personId });
  const [id, serial] = [newId(), serialOf(2026, randomBytes(serialBytes))];
  const printed: PrintedCertificate = {
    serial, name: '张三', numberMask: '*******00', course: '焊工', occupation: '焊工', occupationCode: '6-18-02-04', level: '5', cohort: '一班', programme: null, units: 2, minutes: 90, firstDay: '2026-03-01', lastDay: '2026-03-02',
    attendance: 1000, accuracy: 1000, examScore: 1000, institution: '学校', creditCode: '', filingNumber: '', issuedOn: '2026-03-02',
  };
  await em.insert(Certificate, {
    id, institutionId, cohortId, personId, enrolmentId, serial, printed, sha256: canonicalHash(printed), facts: { rulePack: 'default@1', asOf: clock.now().toISOString(), dossierSha256: '', ...({} as CertificateFacts) },
    issuedAt: clock.now(), issuedBy: scheduler.personId, replaces: null, reissueReason: null, revokedAt: null, revokedBy: null, revocation: null, revocationReason: null,
  });
  return { certificateId: id, serial };
}

/** What a learner did; without anything: all of it, right. `identity` false: none is registered. `points` of two in the exam; null: not taken. */
export interface Graduate { name: string; story?: Story; points?: number | null; identity?: boolean }
export interface Graduation { cohortId: string; personIds: string[]; lessonId: string; examId: string }

/** A dossier that was handed in, with a plan of so many units online; where there is one it stays. */
export async function addHandedIn(orm: Orm, { institutionId, courseId, scheduler }: Pick<School, 'institutionId' | 'courseId' | 'scheduler'>, units: number, at: Date): Promise<void> {
  const em = orm.em.fork();
  if (await em.count(CourseDossier, { courseId }) > 0) return;
  await em.insert(CourseDossier, {
    id: newId(), institutionId, courseId, version: 1, revision: 1, content: wholeContent([], { plan: Array.from({ length: units }, () => planRow()) }), authors: [], createdAt: at, changedBy: scheduler.personId, changedAt: at,
    submittedBy: scheduler.personId, submittedAt: at, rulePack: 'default@1', frozen: {} as FrozenDossier, sha256: 'ab'.repeat(32),
  });
}

/** A plan of two units online, both held yesterday as one lesson with one question; one exam of two points, over. */
export async function addGraduation({ deps, clock }: HttpWorld, school: School, graduates: readonly Graduate[]): Promise<Graduation> {
  const { orm } = deps;
  const em = orm.em.fork();
  const { institutionId, courseId } = school;
  const [cohortId, examId, now] = [newId(), newId(), clock.now()];
  const startsAt = new Date(now.getTime() - 24 * 3_600_000);
  await em.insert(Cohort, { id: cohortId, institutionId, courseId, title: `2026年第${cohortId.slice(-4)}期`, rulePack: null, programme: 'project', createdAt: startsAt });
  await addHandedIn(deps.orm, school, 2, startsAt);
  const since = new Date(startsAt.getTime() - 3_600_000);
  const personIds = await addLearners(orm, { institutionId, cohortId }, graduates.map(({ name }) => name), since);
  await addMadeUpIdentities(em, personIds.filter((_one, index) => graduates[index]!.identity !== false), since);
  const { lessonId } = await addTaughtClass(orm, { institutionId, cohortId, courseId, teacherId: school.teacher.personId },
    personIds.map((personId, index) => ({ personId, story: { seats: [[0, 90, 'left']], answers: ['right'], ...graduates[index]!.story } })),
    { startsAt, units: [[0, 45], [45, 90]], questions: [{ at: 8, until: 9, prompt: 'a' }] });
  await em.execute(
    `insert into exam (id, institution_id, title, instructions, follows, parts, fixed, free_text, opens_at, closes_at, duration_minutes, pass_percent, attempts, wait_minutes, shuffle_questions, shuffle_options, show_right,
       status, revision, question_count, max_points, created_at, changed_by, changed_at, published_by, published_at)
     values (?, ?, '结业考核', '', ?::jsonb, '[]', '[]', '[]', ?, ?, 60, 60, 1, 0, true, true, true, 'published', 1, 1, 2, ?, ?, ?, ?, ?)`,
    [examId, institutionId, JSON.stringify({ kind: 'course', courseId }), startsAt, now, startsAt, school.teacher.personId, startsAt, school.teacher.personId, startsAt]);
  await em.execute('insert into exam_cohort (exam_id, cohort_id, institution_id) values (?, ?, ?)', [examId, cohortId, institutionId]);
  const taken = personIds.flatMap((personId, index) => (graduates[index]!.points === null ? [] : [{ id: newId(), personId, points: graduates[index]!.points ?? 2 }]));
  await em.execute(
    `insert into exam_attempt (id, institution_id, exam_id, person_id, cohort_id, number, status, device_id, turn, rule_pack, seed, seed_hash, max_points, begun_at, started_at, deadline_at, submitted_at, submit_reason, points)
     select a.id, ?, ?, a.person_id, ?, 1, 'submitted', a.id, 1, 'guangdong@1', 'seed', 'hash', 2, ?, ?, ?, ?, 'self', a.points from unnest(?::uuid[], ?::uuid[], ?::int[]) as a(id, person_id, points)`,
    [institutionId, examId, cohortId, startsAt, startsAt, now, now, arrayOf(taken.map(({ id }) => id)), arrayOf(taken.map(({ personId }) => personId)), arrayOf(taken.map(({ points }) => String(points)))]);
  return { cohortId, personIds, lessonId, examId };
}
