// What the rows of one institution say of each technical condition, and the courses it teaches: facts of the platform information form.
import type { ConditionFacts } from '#domain/paper/conditions.ts';
import { shanghaiDay } from '#domain/day.ts';
import type { PaperCourse, PlatformPaperFacts } from '#domain/paper/platform-paper.ts';
import { packFor } from '#domain/rules/packs.ts';
import { regionNameZh } from '#runtime/region-names.ts';
import { Instructor } from '../entities/course.ts';
import { Institution } from '../entities/people.ts';
import type { EntityManager } from '../orm.ts';
import { standingAttachments } from './attachments.ts';
import { newestDossiers } from './course-dossiers.ts';
import { CourseDossier } from '../entities/course.ts';
import { statedFacts } from './institution-profiles.ts';

/** One figure each, of institution `$`. */
const figures = {
  learners: 'select count(distinct e.person_id) from enrolment e where e.institution_id = $', named: 'select count(distinct e.person_id) from enrolment e join identity i on i.person_id = e.person_id where e.institution_id = $ and i.authority_status <> \'denied\'',
  lessonsHeld: `select count(*) from lesson where institution_id = $ and status = 'ended' and kind = 'live'`, lessonsAtPlace: `select count(*) from lesson where institution_id = $ and status = 'ended' and kind = 'offline'`, lessonsRecorded: `select count(*) from lesson l where l.institution_id = $ and l.status = 'ended' and l.kind = 'live' and exists (select from recording r where r.lesson_id = l.id)`,
  unitsFilmed: `select count(*) from replay where institution_id = $ and status = 'ready'`, films: `select count(*) from film where institution_id = $ and status = 'ready' and removed_at is null`, courseware: 'select count(*) from courseware where institution_id = $',
  signIns: `select count(*) from face_check where institution_id = $ and kind = 'sign_in' and status = 'settled'`, spotChecks: `select count(*) from face_check where institution_id = $ and kind = 'spot' and status = 'settled'`,
  faces: `select count(distinct f.person_id) from face_enrolment f where f.status = 'active' and exists (select from enrolment e where e.person_id = f.person_id and e.institution_id = $)`,
  answers: 'select count(*) from answer where institution_id = $', attempts: `select count(*) from exam_attempt where institution_id = $ and status = 'submitted'`, threads: 'select count(*) from qa_thread where institution_id = $',
  chats: 'select count(*) from chat_message where institution_id = $', ledgerRows: 'select count(*) from ledger_learner where institution_id = $', attendanceLow: 'select count(*) from ledger_learner where institution_id = $ and attendance_low',
  accuracyLow: 'select count(*) from ledger_learner where institution_id = $ and accuracy_low', certificates: 'select count(*) from certificate where institution_id = $ and revoked_at is null',
  regulators: `select count(distinct person_id) from membership where institution_id = $ and role = 'regulator'`, clientLookers: 'select count(distinct person_id) from client_member where institution_id = $',
  tickets: 'select count(*) from help_ticket where institution_id = $', incidents: 'select count(*) from incident where institution_id = $',
  phones: 'select count(distinct i.person_id) from identity i join enrolment e on e.person_id = i.person_id where e.institution_id = $ and i.phone_hash is not null',
  measured: `select count(*) from observation where institution_id = $ and type = 'rtt'`, within25Ms: `select count(*) from observation where institution_id = $ and type = 'rtt' and value <= 25`,
  commitments: 'select count(*) from content_review where institution_id = $', idleLeft: `select count(*) from connection where institution_id = $ and left_reason = 'idle'`,
} as const satisfies Partial<Record<keyof ConditionFacts, string>>;

async function conditionFacts(em: EntityManager, { id: institutionId, rulePack }: { id: string; rulePack?: string | null | undefined }, hotline: string): Promise<ConditionFacts> {
  const [counted] = await em.execute<Record<keyof typeof figures, number>[]>(
    `select ${Object.entries(figures).map(([name, sql]) => `(${sql.replace('$', 'k.id')})::int as "${name}"`).join(', ')} from (select ?::uuid as id) k`, [institutionId]);
  const [first] = await em.execute<{ at: string | null }[]>('select min(connected_at) as at from connection where institution_id = ?', [institutionId]);
  return { ...counted!, pack: packFor({ cohort: null, institution: rulePack ?? null }), hotline, keptFromDay: first?.at ? shanghaiDay(new Date(first.at)) : null };
}

async function coursesOf(em: EntityManager, institutionId: string): Promise<PaperCourse[]> {
  const rows = await em.execute<{ id: string; title: string }[]>('select id, title from course where institution_id = ? order by created_at, id', [institutionId]);
  const newest = await newestDossiers(em, rows.map(({ id, title }) => ({ courseId: id, institutionId, title })));
  const submitted = await em.find(CourseDossier, { institutionId, submittedAt: { $ne: null } }, { orderBy: { version: 'desc' }, disableIdentityMap: true });
  const staff = new Map((await em.find(Instructor, { institutionId }, { disableIdentityMap: true })).map(({ id, name }) => [id, name]));
  return newest.map(({ courseId, content: draft }) => {
    const handedIn = submitted.find((one) => one.courseId === courseId);
    const content = handedIn?.content ?? draft;
    return { courseId, content, submitted: handedIn !== undefined, instructors: content.instructorIds.flatMap((id) => staff.get(id) ?? []) };
  });
}

/** `platformName`, `platformAddress`: of where the platform runs. */
export async function platformPaperFacts(em: EntityManager, institutionId: string, platform: { name: string; address: string }): Promise<PlatformPaperFacts> {
  const institution = await em.findOneOrFail(Institution, { id: institutionId }, { disableIdentityMap: true });
  const { facts } = await statedFacts(em, institutionId);
  return {
    institutionName: institution.name, platformName: platform.name, platformAddress: platform.address, facts, seatName: regionNameZh(facts.seatRegion), regionNames: facts.trainingRegions.flatMap((code) => regionNameZh(code) ?? []),
    papers: await standingAttachments(em, { institutionId, subjectType: 'institution', subjectId: institutionId }), conditions: await conditionFacts(em, institution, facts.hotline), courses: await coursesOf(em, institutionId),
  };
}
