// The table of routes, all of it: nobody and strangers are refused, unknown addresses and broken requests get their code.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ViewingStart } from '#contracts/replay.ts';
import { restRoutes, type RouteName, type RouteSpec } from '#contracts/rest.ts';
import { everyRow, type Fingerprints } from '#db/testing/every-row.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { FaceEnrolment } from '#db/entities/check.ts';
import { RosterImport } from '#db/entities/cohort.ts';
import { QuestionPicture } from '#db/entities/question.ts';
import { QaPost, QaThread } from '#db/entities/qa.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { Appeal } from '#db/entities/review.ts';
import { emptyDossier } from '#domain/course/dossier.ts';
import { CalendarFeed, LessonSeries, Place } from '#db/entities/timetable.ts';
import { detectorFile } from '#domain/face-detector.ts';
import { newId } from '#domain/id.ts';
import { errorStatus } from '#domain/errors.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { sealLink } from '../replay/link-token.ts';
import { examBody, freeTextTask, onePart, publishedExam } from '../testing/exam.ts';
import type { ClientLearners, ClientList } from '#contracts/client-routes.ts';
import type { InstitutionChanges } from '#contracts/institution-routes.ts';
import { addTestInstructor, cleanFindings, instructorBody, instructorContent } from '../testing/course.ts';
import type { Attachment } from '#contracts/attachment-routes.ts';
import { Membership } from '#db/entities/people.ts';
import { noFacts } from '#domain/institution.ts';
import { addAttachment } from '../testing/attachment.ts';
import { addCertificate } from '../testing/certificate.ts';
import { addCourseware } from '../testing/courseware.ts';
import { addCheck, addPerson, addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let admin: Known;
let params: Record<string, string>;
let strangers: Record<'admin' | 'institution' | 'teacher' | 'student' | 'regulator', Known>;

beforeAll(async () => {
  world = await openHttpWorld();
  // Its name stands in everything that is its own.
  school = await addSchool(world.deps.orm, world.clock.now(), 'Quillfish');
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  admin = await addPerson(world.deps.orm, world.clock.now(), 'Admin', school.institutionId, 'admin');
  strangers = {
    admin: await addPerson(world.deps.orm, world.clock.now(), 'Foreign admin', foreign.institutionId, 'admin'),
    institution: foreign.scheduler, teacher: foreign.teacher, student: foreign.learner, regulator: foreign.regulator,
  };
  const sessionId = await addSession(world.deps.orm, school, world.clock.now());
  const enrolmentId = newId();
  await world.deps.orm.em.fork().insert(FaceEnrolment, { id: enrolmentId, personId: school.learner.personId, status: 'awaiting_approval', pictureIds: [], createdAt: world.clock.now() });
  const checkId = await addCheck(world.deps.orm, school, sessionId, school.learner.personId, world.clock.now());
  const { institutionId, lessonId } = school;
  const appealId = newId();
  await world.deps.orm.em.fork().insert(Appeal, {
    id: appealId, institutionId, lessonId, personId: school.learner.personId, checkId, unitId: null, fromAt: null, toAt: null, text: 'a text of ten signs', attemptId: null, createdAt: world.clock.now(), decidedAt: null,
  });
  const at = world.clock.now();
  const threadId = newId();
  const byLearner = { institutionId, lessonId, personId: school.learner.personId };
  await world.deps.orm.em.fork().insert(QaThread, { id: threadId, ...byLearner, askedAt: at, lastAt: at, lastByStaff: false, solvedAt: null, solvedBy: null });
  await world.deps.orm.em.fork().insert(QaPost, { id: threadId, ...byLearner, threadId, byStaff: false, text: 'why', at });
  const recordingId = await addRecording(world.deps.orm, { institutionId, lessonId, sessionId, at });
  const replayId = await addReplay(world.deps.orm, { institutionId, lessonId, recordingId, unitId: school.unitIds[0]!, startsAt: at, durationMs: 60_000 }, { status: 'held' });
  const { viewingId } = (await world.call(`POST /api/replays/${replayId}/viewings`, school.teacher)).json<ViewingStart>();
  const coursewareId = await addCourseware(world.deps.orm, school, at);
  const link = { viewingId, replayId, rendition: 'main', number: '0', personId: school.teacher.personId, start: 0, end: 9, expiresMs: at.getTime() + 60_000 } as const;
  const questionId = (await world.call(`POST /api/courses/${school.courseId}/questions`, school.teacher, { payload: question })).json<{ questionId: string }>().questionId;
  const setId = (await world.call(`POST /api/courses/${school.courseId}/question-sets`, school.teacher, { payload: { name: 'x', secondsEach: 60, questionIds: [questionId] } })).json<{ setId: string }>().setId;
  const pictureId = newId();
  await world.deps.orm.em.fork().insert(QuestionPicture, {
    id: pictureId, institutionId, courseId: school.courseId, storageKey: 'questions/none', contentType: 'image/png', sizeBytes: 1, createdBy: school.teacher.personId, createdAt: at,
  });
  const { examId } = await publishedExam(world, school, { parts: [onePart(school.courseId, { count: 1 })], freeText: [freeTextTask()] });
  const { attemptId } = (await world.call(`POST /api/exams/${examId}/attempts`, school.learner, { payload: { deviceId: newId() } })).json<{ attemptId: string }>();
  const { attachmentId } = (await addAttachment(world, school.scheduler, institutionId)).json<Attachment>();
  await world.call(`PUT /api/institutions/${institutionId}/profile`, school.scheduler, { payload: { revision: 0, facts: { ...noFacts, phone: '12345' } } });
  const { changeId } = (await world.call(`GET /api/institutions/${institutionId}/changes`, school.scheduler)).json<InstitutionChanges>().changes[0]!;
  const { id: membershipId } = await world.deps.orm.em.fork().findOneOrFail(Membership, { personId: school.teacher.personId });
  const placeId = newId();
  await world.deps.orm.em.fork().insert(Place, { id: placeId, institutionId, name: 'x', createdAt: at, retiredAt: null });
  const seriesId = newId();
  await world.deps.orm.em.fork().insert(LessonSeries, { id: seriesId, institutionId, cohortId: school.cohortId, title: 'x', rrule: '', createdBy: admin.personId, createdAt: at });
  await world.deps.orm.em.fork().nativeUpdate(Lesson, { id: lessonId }, { seriesId });
  const { exportId } = (await world.call('POST /api/ledger/exports', school.scheduler, { payload: { format: 'csv', locale: 'zh' } })).json<{ exportId: string }>();
  const feedId = newId();
  await world.deps.orm.em.fork().insert(CalendarFeed, { id: feedId, personId: admin.personId, part: 'overseeing', tokenHash: 'x', createdAt: at, revokedAt: null, lastReadAt: null });
  const importId = newId();
  const sealedFile = world.deps.vault.sealField({ personId: importId, field: 'roster' }, 'x');
  await world.deps.orm.em.fork().insert(RosterImport, {
    id: importId, institutionId, cohortId: school.cohortId, createdBy: school.scheduler.personId, createdAt: at, fileSha256: '0', fileBytes: 1, sealedFile, status: 'clean', beatAt: at, settledAt: at,
    refusal: null, refusalColumns: [], problems: [], mended: { spaces: 0, fullWidth: 0, smallX: 0 }, rows: 1, badRows: 0, doneRows: 0, added: 0, known: 0, returned: 0,
  });
  const { clients } = (await world.call(`POST /api/institutions/${institutionId}/clients`, school.scheduler, { payload: clientBody })).json<ClientList>();
  const { clientId } = clients[0]!;
  const { learners } = (await world.call(`GET /api/institutions/${institutionId}/client-learners`, school.scheduler)).json<ClientLearners>();
  ownParams['PUT /api/institutions/:institutionId/enrolments/:enrolmentId/client'] = { enrolmentId: learners[0]!.enrolmentId };
  params = {
    attachmentId, changeId, membershipId, ...await addCertificate(world, school),
    feedId, placeId, seriesId, day: '2026-05-01', clientId,
    examId, attemptId, ordinal: '1', version: '1', instructorId: (await addTestInstructor(world, school)).instructorId, exportId, importId,
    courseId: school.courseId, questionId, setId, pictureId, institutionId, cohortId: school.cohortId, lessonId, personId: school.learner.personId, checkId, appealId, threadId, replayId, viewingId, enrolmentId, picture: 'new-1', coursewareId, page: '1', size: 'page', piece: '0', sha256: detectorFile.sha256, name: 'unit.mp4', rendition: 'main', number: '0', locale: 'zh', nodeId: 'sfu-1',
    token: sealLink(world.deps.vault.platformKey('replay links'), link),
  };
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const names = Object.keys(restRoutes) as RouteName[];
const specOf = (name: RouteName): RouteSpec => restRoutes[name];

/** Routes of an account that show or change only what is the asker's own: nobody else's row can be named in them. */
const ownOnly: readonly RouteName[] = ['GET /api/me/certificates', 'GET /api/calendar-feeds', 'POST /api/calendar-feeds', 'GET /api/notices', 'POST /api/notices/reading', 'GET /api/my-exams', 'GET /api/my-clients', 'GET /api/me', 'PUT /api/me/locale', 'GET /api/lessons', 'GET /api/consents', 'POST /api/consents', 'POST /api/check-way', 'POST /api/face-enrolment',
  'GET /api/hours', 'GET /api/me/ledger', 'GET /api/consents/history', 'POST /api/consents/withdrawal', 'GET /api/me/identity', 'POST /api/me/identity', 'POST /api/me/phone-code', 'PUT /api/me/phone', 'PUT /api/me/password', 'POST /api/me/closing'];
/** Well-formed bodies and queries, so that a refusal is about the right and not about the form. */
const decision = { outcome: 'upheld', reason: 'x', replaces: null };
const question = { kind: 'trueFalse', stem: 'x', options: ['a', 'b'], right: [0], accepted: [], knowledgePoint: '', difficulty: 1, explanation: '', pictureId: null };
const instructorEdit = { ...instructorContent, revision: 1, retired: false };
const clientBody = { name: 'x', creditCode: '', region: null, contact: '', phone: '', switchedOff: [] };
const bodies: Partial<Record<RouteName, object>> = {
  'POST /api/cohorts': { courseId: newId(), title: 'x', programme: 'other' }, 'POST /api/cohorts/:cohortId/roster/:personId/ending': { reason: 'xx' }, 'PUT /api/cohorts/:cohortId/roster/:personId/statement': { name: '李雷', phone: '13800000000' },
  'POST /api/courses/:courseId/questions': { ...question, stem: 'y' }, 'PUT /api/questions/:questionId': { ...question, version: 1 }, 'PUT /api/questions/:questionId/retirement': { retired: true },
  'POST /api/courses/:courseId/question-sets': { name: 'x', secondsEach: 60, questionIds: [newId()] }, 'PUT /api/question-sets/:setId': { name: 'x', secondsEach: 60, questionIds: [newId()] },
  'POST /api/exam-attempts/:attemptId/checks/:checkId/decisions': decision, 'POST /api/exam-attempts/:attemptId/appeals': { checkId: newId(), text: 'a text of ten signs' },
  'POST /api/lessons/:lessonId/review/:personId/decisions': decision, 'POST /api/checks/:checkId/decisions': decision, 'POST /api/appeals/:appealId/decisions': decision,
  'POST /api/lessons/:lessonId/appeals': { checkId: newId(), text: 'a text of ten signs' },
  'POST /api/lessons/:lessonId/cancel': { reason: 'x' }, 'POST /api/lessons/:lessonId/courseware': { title: 'a.pdf', sizeBytes: 9, mark: '0'.repeat(64) }, 'PUT /api/replays/:replayId/captions': { locale: 'zh', text: 'WEBVTT' },
  'POST /api/viewings/:viewingId/heartbeats': { nonce: 'n', positionMs: 0, played: [], leaving: false, signature: 's' },
  'POST /api/replays/:replayId/review': { watermark: 'none', note: '', publish: true }, 'PUT /api/operator/nodes/:nodeId': { draining: true },
  'PUT /api/institutions/:institutionId/rule-pack': { rulePack: null }, 'PUT /api/cohorts/:cohortId/rule-pack': { rulePack: null }, 'POST /api/viewings/:viewingId/phone-answer': { code: '123456' },
  'POST /api/face-enrolments/:enrolmentId/decision': { approve: true, reason: '' },
  'POST /api/replays/:replayId/questions': { versionId: newId(), atMs: 0, seconds: 60 }, 'PUT /api/replays/:replayId/questions/:questionId': { atMs: 0 },
  'POST /api/viewings/:viewingId/questions/:questionId/answer': { choices: [0] },
  'POST /api/persons/:personId/identity/reveal': { fields: ['number'], reason: 'a reason of ten signs' },
  'POST /api/courses': { institutionId: newId(), title: 'x' }, 'PUT /api/courses/:courseId/dossier': { revision: 0, content: emptyDossier('x') }, 'POST /api/courses/:courseId/dossier/submission': { revision: 1 },
  'POST /api/courses/:courseId/content-reviews': { contentSha256: '0'.repeat(64), findings: cleanFindings(), note: '', commitmentVersion: 1, signature: 'x' },
  'POST /api/instructors': instructorBody({ institutionId: newId() }), 'PUT /api/instructors/:instructorId': instructorEdit,
  'POST /api/institutions/:institutionId/attachments/:attachmentId/withdrawal': { reason: 'xx' }, 'PUT /api/institutions/:institutionId/profile': { revision: 0, facts: noFacts }, 'PUT /api/institutions/:institutionId/changes/:changeId/report': { on: null },
  'POST /api/institutions/:institutionId/clients': { ...clientBody, name: 'y' }, 'PUT /api/institutions/:institutionId/clients/:clientId': clientBody, 'POST /api/institutions/:institutionId/clients/:clientId/members': { who: 'x', name: 'x' },
  'PUT /api/institutions/:institutionId/enrolments/:enrolmentId/client': { clientId: null },
  'POST /api/institutions/:institutionId/staff': { who: 'login', name: 'x', role: 'teacher' }, 'POST /api/institutions/:institutionId/staff/:membershipId/ending': { reason: 'xx' },
  'POST /api/lessons/:lessonId/moves': { startsAt: '2026-03-05T01:00:00Z', placeId: null, reason: 'x' }, 'POST /api/lessons/:lessonId/substitutions': { fromPersonId: newId(), toPersonId: newId(), reason: 'x' },
  'POST /api/lesson-series/:seriesId/cancellation': { from: '2026-03-01T00:00:00Z', reason: 'x' }, 'PUT /api/institutions/:institutionId/travel-gap': { minutes: 5 },
  'POST /api/institutions/:institutionId/holidays': { from: '2026-05-01', to: '2026-05-01', kind: 'off', name: 'x' },
  'POST /api/ledger/exports': { format: 'csv', locale: 'zh' },
  'POST /api/cohorts/:cohortId/certificates': { personIds: null }, 'POST /api/certificates/:certificateId/revocation': { revocation: 'fraud', reason: 'xx' }, 'POST /api/certificates/:certificateId/reissue': { reason: 'xx' },
  'POST /api/lessons/:lessonId/qa': { postId: newId(), text: 'x' }, 'POST /api/qa/:threadId/posts': { postId: newId(), text: 'x' }, 'PUT /api/qa/:threadId/solved': { solved: true },
};
/** Filled when there is a school: an exam names its course. */
const examBodies = (): Partial<Record<RouteName, object>> => {
  const body = examBody(world, school);
  return {
    'POST /api/calendar-feeds': { part: 'overseeing' }, 'POST /api/places': { institutionId: school.institutionId, name: 'y' }, 'POST /api/timetable/preview': { cohortId: school.cohortId, plannedMinutes: 45, teacherIds: [school.teacher.personId], starts: ['2026-03-05T01:00:00Z'] },
    'POST /api/timetable': { cohortId: school.cohortId, title: 'x', plannedMinutes: 45, teacherIds: [school.teacher.personId], starts: ['2026-03-05T01:00:00Z'] },
    'POST /api/exams': body, 'PUT /api/exams/:examId': { ...body, revision: 1 }, 'PUT /api/exams/:examId/window': { closesAt: '2027-01-01T00:00:00.000Z' }, 'POST /api/exams/:examId/ending': { withdraw: true, reason: 'xx' },
    'POST /api/exams/:examId/attempts': { deviceId: newId() }, 'POST /api/exam-attempts/:attemptId/pulses': { turn: 1 }, 'POST /api/exam-attempts/:attemptId/check': { turn: 1 }, 'POST /api/exam-attempts/:attemptId/phone-code': { turn: 1 }, 'POST /api/exam-attempts/:attemptId/phone-answer': { code: '123456' }, 'PUT /api/exam-attempts/:attemptId/answers': { turn: 1, answers: [] },
    'POST /api/exam-attempts/:attemptId/submission': { turn: 1, answers: [] }, 'POST /api/exam-attempts/:attemptId/marks': { ordinal: 2, points: 1, comment: '', replaces: null },
    'POST /api/exam-attempts/:attemptId/decisions': { outcome: 'counts', reason: 'xx', replaces: null },
  };
};
/** What a parameter is in one route where it means something else in others. */
const ownParams: Partial<Record<RouteName, Record<string, string>>> = { 'GET /api/lessons/:lessonId/live-stream/segments/:name': { name: '0.ts' } };
const queries: Partial<Record<RouteName, string>> = { 'POST /api/courses/:courseId/question-import': '?mode=import', 'POST /api/checks/:checkId/snapshot': '?nonce=nonce-of-check', 'GET /api/exams/:examId/preview': '?draw=1',
  'GET /api/institutions/:institutionId/attachments': `?subjectType=institution&subjectId=${newId()}`, 'POST /api/institutions/:institutionId/attachments': `?subjectType=institution&subjectId=${newId()}&kind=other&fileName=x&sizeBytes=1` };

function address(name: RouteName): string {
  const filled = name.replace(/:([A-Za-z0-9]+)/g, (_match, param: string) => {
    const value = ownParams[name]?.[param] ?? params[param];
    if (!value) throw new Error(`give this test a value of another institution for :${param}`);
    return value;
  });
  return filled + (queries[name] ?? '');
}
const options = (name: RouteName) => (specOf(name).body === 'picture' || specOf(name).body === 'workbook' || specOf(name).body === 'bytes'
  ? { payload: Buffer.from('x'), headers: { 'content-type': 'image/jpeg' } }
  : (examBodies()[name] ?? bodies[name]) ? { payload: examBodies()[name] ?? bodies[name]! } : {});

/** Somebody whom the route is for. */
const personFor = (name: RouteName): Known | null => {
  const { by } = specOf(name);
  if (by === 'anyone') return null;
  return by === 'account' || by.includes('institution') ? school.scheduler : admin;
};

const rowsOf = (): Promise<Fingerprints> => everyRow(world.deps.orm);

describe.each(names)('%s', (name) => {
  it('is refused to nobody, unless it is for anyone', async () => {
    const before = await rowsOf();
    const response = await world.call(address(name), null, options(name));
    if (specOf(name).by === 'anyone') expect(response.statusCode).not.toBe(403);
    else expect([response.statusCode, codeOf(response)]).toEqual([401, 'unauthenticated']);
    expect(await rowsOf()).toEqual(before);
  });

  it.each(['admin', 'institution', 'teacher', 'student', 'regulator'] as const)('is refused to whoever is %s of another institution, or shows only the own', async (who) => {
    const { by, across, params: named } = specOf(name);
    if (by === 'anyone' || (across && who === 'admin')) return;
    if (by === 'account' && !named) expect(ownOnly, 'a route for any account without parameters shows only the own').toContain(name);
    const mine = by === 'account' || by.includes(who);
    // What is asked without naming anything may make rows of the asker's own.
    const part = named || !mine ? {} : { of: school.institutionId };
    const before = await everyRow(world.deps.orm, part);
    const response = await world.call(address(name), strangers[who], options(name));
    if (named || !mine) {
      expect([403, 404]).toContain(response.statusCode);
      expect(['forbidden', 'not_found']).toContain(codeOf(response));
    }
    for (const secret of [...Object.values(params).filter((value) => value.length > 30), 'Quillfish']) expect(response.body).not.toContain(secret);
    if (!ownOnly.includes(name)) expect(await everyRow(world.deps.orm, part)).toEqual(before);
  });

  it('refuses a write from another site', async () => {
    if (name.startsWith('GET')) return;
    const before = await rowsOf();
    for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'https://evil.example' }, { origin: 'null' }]) {
      const response = await world.call(address(name), personFor(name), { ...options(name), headers: { ...options(name).headers, ...headers } });
      expect([response.statusCode, codeOf(response)]).toEqual([403, 'forbidden']);
    }
    expect(await rowsOf()).toEqual(before);
  });

  it('refuses a query it does not know', async () => {
    const known = address(name);
    const person = personFor(name);
    const response = await world.call(`${known}${known.includes('?') ? '&' : '?'}surprise=1`, person, options(name));
    expect([response.statusCode, codeOf(response)]).toEqual([400, 'bad_request']);
  });

  it('refuses body fields it does not know', async () => {
    const { body } = specOf(name);
    if (name.startsWith('GET') || typeof body === 'string') return;
    const response = await world.call(address(name), personFor(name), { payload: { ...(examBodies()[name] ?? bodies[name]), surprise: 1 } });
    expect([response.statusCode, codeOf(response)]).toEqual([400, 'bad_request']);
  });
});

it('takes writes from its own pages', async () => {
  for (const headers of [{ 'sec-fetch-site': 'same-origin', origin: 'http://localhost:5173' }, { origin: 'http://localhost:3000', host: 'localhost:3000' }, {}]) {
    expect((await world.call('PUT /api/me/locale', school.learner, { payload: { locale: 'en' }, headers })).statusCode).toBe(200);
  }
});

it('answers unknown addresses, methods and ids in its own shape', async () => {
  for (const route of ['GET /api', 'GET /api/secrets', 'PATCH /api/me', 'POST /api/lessons/x/y/z', 'POST /', 'DELETE /api/lessons']) {
    const response = await world.call(route, school.scheduler);
    expect([response.statusCode, codeOf(response)], route).toEqual([404, 'not_found']);
  }
  expect(codeOf(await world.call(`GET /api/lessons/${newId()}`, school.scheduler))).toBe('not_found');
  expect(codeOf(await world.call(`GET /api/lessons/${school.lessonId.toUpperCase()}`, school.scheduler))).toBe('bad_request');
  const broken = await world.call('GET /api/%E0%A4%A', null);
  expect([broken.statusCode, codeOf(broken)]).toEqual([400, 'bad_request']);
});

it.each([
  ['unreadable JSON', '{"login":', 'application/json'], ['another type', 'login=a&password=b', 'application/x-www-form-urlencoded'],
  ['a text', 'hello', 'text/plain'], ['a prototype', '{"__proto__":{"admin":true},"login":"a","password":"b"}', 'application/json'],
  ['100 KB', JSON.stringify({ login: 'a', password: 'b'.repeat(100_000) }), 'application/json'],
])('answers %s with bad_request', async (_what, payload, type) => {
  const response = await world.call('POST /api/session', null, { payload, headers: { 'content-type': type } });
  expect([response.statusCode, codeOf(response)]).toEqual([errorStatus.bad_request, 'bad_request']);
});

it('hides what went wrong inside behind a request id', async () => {
  const { orm } = world.deps;
  const fork = orm.em.fork;
  orm.em.fork = () => { throw new Error('connection to 10.0.0.7 lost, password secret'); };
  const response = await world.call('GET /api/me', null, { headers: { cookie: `keshi_session=${'a'.repeat(43)}` } }).finally(() => { orm.em.fork = fork; });
  const { error } = response.json<{ error: { code: string; message: string; requestId: string } }>();
  expect([response.statusCode, error.code, error.message]).toEqual([500, 'internal', 'internal error']);
  expect(error.requestId).toMatch(/^[0-9a-f-]{36}$/);
});

it('tells browsers what its pages may do, and to keep no answers', async () => {
  const { headers } = await world.call('GET /api/health', null);
  const policy = String(headers['content-security-policy']);
  for (const part of ["default-src 'self'", "script-src 'self' 'wasm-unsafe-eval'", "media-src 'self' blob: mediastream:", "connect-src 'self' ws://localhost:*", "frame-ancestors 'none'"]) expect(policy).toContain(part);
  // WebAssembly may be compiled; text is never run.
  expect(policy).not.toMatch(/script-src[^;]*'unsafe-/);
  expect(String(headers['permissions-policy'])).toContain('camera=(self), microphone=(self), display-capture=(self)');
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['strict-transport-security']).toBeUndefined();
});

it('says whether the database answers', async () => {
  expect((await world.call('GET /api/health', null)).json()).toEqual({ ok: true });
  const { orm } = world.deps;
  const fork = orm.em.fork;
  const away = fork.call(orm.em);
  away.execute = () => Promise.reject(new Error('connection refused'));
  orm.em.fork = () => away;
  const response = await world.call('GET /api/health', null).finally(() => { orm.em.fork = fork; });
  expect([response.statusCode, response.json()]).toEqual([200, { ok: false }]);
});
