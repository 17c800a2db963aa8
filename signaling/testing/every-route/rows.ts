// Something of one school for every parameter a route can name: what strangers must not reach. A feature adds its own maker to the list at the end.
import type { Attachment } from '#contracts/attachment-routes.ts';
import type { ClientLearners, ClientList } from '#contracts/client-routes.ts';
import type { InstitutionChanges } from '#contracts/institution-routes.ts';
import type { ViewingStart } from '#contracts/replay.ts';
import { FaceEnrolment } from '#db/entities/check.ts';
import { RosterImport } from '#db/entities/cohort.ts';
import { Correction } from '#db/entities/correction.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { Membership } from '#db/entities/people.ts';
import { QaPost, QaThread } from '#db/entities/qa.ts';
import { QuestionPicture } from '#db/entities/question.ts';
import { Appeal } from '#db/entities/review.ts';
import { CalendarFeed, LessonSeries, Place } from '#db/entities/timetable.ts';
import type { EntityManager } from '#db/orm.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { detectorFile } from '#domain/face-detector.ts';
import { newId } from '#domain/id.ts';
import { sealLink } from '../../replay/link-token.ts';
import { addAttachment } from '../attachment.ts';
import { addCertificate } from '../certificate.ts';
import { addTestInstructor } from '../course.ts';
import { addCourseware } from '../courseware.ts';
import { addCorner } from '../corner.ts';
import { addHelp } from '../help.ts';
import { addInspection } from '../inspection.ts';
import { addInvitation } from '../invitation.ts';
import { addMadeFilm } from '../film.ts';
import { freeTextTask, onePart, publishedExam } from '../exam.ts';
import type { HttpWorld, Known } from '../http-world.ts';
import { filedIn } from '../region.ts';
import { addCheck, addSession, type School } from '../school.ts';
import { clientBody, questionBody } from './bodies.ts';

/** The school all of it belongs to, and its admin. */
export interface Owner { world: HttpWorld; school: School; admin: Known; em: EntityManager; at: Date }
type Params = Record<string, string>;

/** `clientEnrolmentId`: what a client's route means by :enrolmentId, which in others is the enrolment of a face. */
export interface RouteRows { params: Params; clientEnrolmentId: string }

async function lessonRows({ world, school, em, at }: Owner): Promise<Params> {
  const { institutionId, lessonId } = school;
  const sessionId = await addSession(world.deps.orm, school, at);
  const enrolmentId = newId();
  await em.insert(FaceEnrolment, { id: enrolmentId, personId: school.learner.personId, status: 'awaiting_approval', pictureIds: [], createdAt: at });
  const checkId = await addCheck(world.deps.orm, school, sessionId, school.learner.personId, at);
  const appealId = newId();
  await em.insert(Appeal, {
    id: appealId, institutionId, lessonId, personId: school.learner.personId, checkId, unitId: null, fromAt: null, toAt: null, text: 'a text of ten signs', attemptId: null, createdAt: at, decidedAt: null,
  });
  const threadId = newId();
  const byLearner = { institutionId, lessonId, personId: school.learner.personId };
  await em.insert(QaThread, { id: threadId, ...byLearner, askedAt: at, lastAt: at, lastByStaff: false, solvedAt: null, solvedBy: null });
  await em.insert(QaPost, { id: threadId, ...byLearner, threadId, byStaff: false, text: 'why', at });
  const recordingId = await addRecording(world.deps.orm, { institutionId, lessonId, sessionId, at });
  const replayId = await addReplay(world.deps.orm, { institutionId, lessonId, recordingId, unitId: school.unitIds[0]!, startsAt: at, durationMs: 60_000 }, { status: 'held' });
  const { viewingId } = (await world.call(`POST /api/replays/${replayId}/viewings`, school.teacher)).json<ViewingStart>();
  const link = { viewingId, replayId, rendition: 'main', number: '0', personId: school.teacher.personId, start: 0, end: 9, expiresMs: at.getTime() + 60_000 } as const;
  return {
    lessonId, enrolmentId, checkId, appealId, threadId, replayId, viewingId, coursewareId: await addCourseware(world.deps.orm, school, at),
    token: sealLink(world.deps.vault.platformKey('replay links'), link),
  };
}

async function questionRows({ world, school, em, at }: Owner): Promise<Params> {
  const { questionId } = (await world.call(`POST /api/courses/${school.courseId}/questions`, school.teacher, { payload: questionBody })).json<{ questionId: string }>();
  const set = { name: 'x', secondsEach: 60, questionIds: [questionId] };
  const { setId } = (await world.call(`POST /api/courses/${school.courseId}/question-sets`, school.teacher, { payload: set })).json<{ setId: string }>();
  const pictureId = newId();
  await em.insert(QuestionPicture, {
    id: pictureId, institutionId: school.institutionId, courseId: school.courseId, storageKey: 'questions/none', contentType: 'image/png', sizeBytes: 1, createdBy: school.teacher.personId, createdAt: at,
  });
  const { examId } = await publishedExam(world, school, { parts: [onePart(school.courseId, { count: 1 })], freeText: [freeTextTask()] });
  const { attemptId } = (await world.call(`POST /api/exams/${examId}/attempts`, school.learner, { payload: { deviceId: newId() } })).json<{ attemptId: string }>();
  return { questionId, setId, pictureId, examId, attemptId };
}

async function institutionRows({ world, school, em }: Owner): Promise<Params> {
  const { institutionId } = school;
  const { attachmentId } = (await addAttachment(world, school.scheduler, institutionId)).json<Attachment>();
  await filedIn(world, school, '130300');
  const { changeId } = (await world.call(`GET /api/institutions/${institutionId}/changes`, school.scheduler)).json<InstitutionChanges>().changes[0]!;
  const { id: membershipId } = await em.findOneOrFail(Membership, { personId: school.teacher.personId });
  const { clients } = (await world.call(`POST /api/institutions/${institutionId}/clients`, school.scheduler, { payload: clientBody })).json<ClientList>();
  return { attachmentId, changeId, membershipId, clientId: clients[0]!.clientId, instructorId: (await addTestInstructor(world, school)).instructorId };
}

async function timetableRows({ school, admin, em, at }: Owner): Promise<Params> {
  const { institutionId } = school;
  const [placeId, seriesId, feedId] = [newId(), newId(), newId()];
  await em.insert(Place, { id: placeId, institutionId, name: 'x', createdAt: at, retiredAt: null });
  await em.insert(LessonSeries, { id: seriesId, institutionId, cohortId: school.cohortId, title: 'x', rrule: '', createdBy: admin.personId, createdAt: at });
  // Held at the place too, so that its sheet is there to be reached.
  await em.nativeUpdate(Lesson, { id: school.lessonId }, { seriesId, placeId, kind: 'offline' });
  await em.insert(CalendarFeed, { id: feedId, personId: admin.personId, part: 'overseeing', tokenHash: 'x', createdAt: at, revokedAt: null, lastReadAt: null });
  return { placeId, seriesId, feedId, day: '2026-05-01' };
}

async function batchRows({ world, school, em, at }: Owner): Promise<Params> {
  const { exportId } = (await world.call('POST /api/ledger/exports', school.scheduler, { payload: { format: 'csv', locale: 'zh' } })).json<{ exportId: string }>();
  const importId = newId();
  await em.insert(RosterImport, {
    id: importId, institutionId: school.institutionId, cohortId: school.cohortId, createdBy: school.scheduler.personId, createdAt: at, fileSha256: '0', fileBytes: 1,
    sealedFile: world.deps.vault.sealField({ personId: importId, field: 'roster' }, 'x'), status: 'clean', beatAt: at, settledAt: at,
    refusal: null, refusalColumns: [], problems: [], mended: { spaces: 0, fullWidth: 0, smallX: 0 }, rows: 1, badRows: 0, doneRows: 0, added: 0, known: 0, returned: 0,
  });
  return { exportId, importId };
}

async function correctionRows({ school, em, at }: Owner, { attachmentId = '' }: Params): Promise<Params> {
  const correctionId = newId();
  const { institutionId, lessonId, learner: { personId } } = school;
  await em.insert(Correction, {
    id: correctionId, institutionId, lessonId, unitId: school.unitIds[0]!, personId, way: 'credit', fromAt: at, toAt: new Date(at.getTime() + 60_000), changesMs: 60_000, reason: 'other', words: 'xx',
    attachmentId, madeBy: school.scheduler.personId, madeAt: at,
  });
  return { correctionId };
}

async function retentionRows({ school, em, at }: Owner): Promise<Params> {
  const [holdId, requestId] = [newId(), newId()];
  const { institutionId, cohortId, scheduler, learner } = school;
  await em.execute(`insert into legal_hold (id, institution_id, scope, subject_id, reason, set_by, from_at) values (?, ?, 'cohort', ?, 'Quillfish', ?, ?)`, [holdId, institutionId, cohortId, scheduler.personId, at]);
  await em.execute(`insert into deletion_request (id, institution_id, person_id, words, asked_at) values (?, ?, ?, 'Quillfish', ?)`, [requestId, institutionId, learner.personId, at]);
  return { holdId, requestId };
}

/** It takes nothing, so that no fact of another test comes into its outbox. */
async function connectorRows({ school, em, at }: Owner): Promise<Params> {
  const [connectorId, reconciliationId] = [newId(), newId()];
  await em.execute(`insert into connector (id, institution_id, name, address, mapping, takes, sealed_secret, key_version, created_at) values (?, ?, 'Quillfish', 'https://jg.example.gov.cn', 'example-province', '{}', ?, 'x', ?)`, [connectorId, school.institutionId, Buffer.from('x'), at]);
  await em.execute(`insert into connector_reconciliation (id, connector_id, institution_id, day, asked_at, outcome) values (?, ?, ?, '2026-01-01', ?, 'same')`, [reconciliationId, connectorId, school.institutionId, at]);
  return { connectorId, reconciliationId };
}

async function apiClientRows({ world, school }: Owner): Promise<Params> {
  const made = await world.call(`POST /api/institutions/${school.institutionId}/api-clients`, school.scheduler, { payload: { name: 'Quillfish', scopes: ['lessons:read'], perMinute: 1 } });
  return { apiClientId: made.json<{ apiClientId: string }>().apiClientId };
}

async function webhookRows({ school, em, at }: Owner): Promise<Params> {
  const webhookId = newId();
  await em.execute(`insert into connector (id, institution_id, name, address, mapping, takes, sealed_secret, key_version, created_at) values (?, ?, 'Quillfish', 'https://jg.example.gov.cn', 'webhook', '{}', ?, 'x', ?)`, [webhookId, school.institutionId, Buffer.from('x'), at]);
  return { webhookId };
}

/** Each may use what the ones before it made. */
const makers: readonly ((owner: Owner, made: Params) => Promise<Params>)[] = [
  lessonRows,
  questionRows,
  institutionRows,
  timetableRows,
  batchRows,
  correctionRows,
  retentionRows,
  connectorRows,
  apiClientRows,
  webhookRows,
  ({ world, school }) => addCertificate(world, school),
  ({ world, school }) => addHelp(world, { asker: school.learner, office: school.scheduler, institutionId: school.institutionId, text: 'Quillfish' }),
  ({ world, school }) => addCorner(world, school),
  ({ world, school }) => addInvitation(world, school),
  ({ world, school }) => addInspection(world, school),
  async ({ world, school }) => ({ subsidyFileId: (await world.call(`POST /api/cohorts/${school.cohortId}/subsidy-files`, school.scheduler)).json<{ fileId: string }>().fileId }),
  async ({ world, school, at }) => ({ filmId: await addMadeFilm(world.deps.orm, school, at, { status: 'review' }) }),
];
/** What is nobody's, or the same in every school. */
const plain = { ordinal: '1', version: '1', picture: 'new-1', page: '1', size: 'page', piece: '0', sha256: detectorFile.sha256, name: 'unit.mp4', rendition: 'main', number: '0', locale: 'zh', nodeId: 'sfu-1' };

export async function addRouteRows(world: HttpWorld, school: School, admin: Known): Promise<RouteRows> {
  const { institutionId, courseId, cohortId, learner: { personId } } = school;
  const owner = { world, school, admin, em: world.deps.orm.em.fork(), at: world.clock.now() };
  const params: Params = { ...plain, institutionId, courseId, cohortId, personId };
  for (const make of makers) Object.assign(params, await make(owner, params));
  const { learners } = (await world.call(`GET /api/institutions/${institutionId}/client-learners`, school.scheduler)).json<ClientLearners>();
  return { params, clientEnrolmentId: learners[0]!.enrolmentId };
}
