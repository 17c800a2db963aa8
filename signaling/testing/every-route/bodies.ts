// What every route is asked with: well-formed bodies and queries, so that a refusal is about the right and not about the form. Sorted by address.
import type { RouteName } from '#contracts/rest.ts';
import { emptyDossier } from '#domain/course/dossier.ts';
import { newId } from '#domain/id.ts';
import { noFacts } from '#domain/institution.ts';
import { emptyOpening } from '#domain/opening.ts';
import { cleanFindings, instructorBody, instructorContent } from '../course.ts';
import { examBody } from '../exam.ts';
import { newsBody } from '../corner.ts';
import { incidentChange } from '../help.ts';
import type { HttpWorld } from '../http-world.ts';
import { inspectionBody } from '../inspection.ts';
import type { School } from '../school.ts';

export type RouteBodies = Partial<Record<RouteName, object>>;

export const questionBody = { kind: 'trueFalse', stem: 'x', options: ['a', 'b'], right: [0], accepted: [], knowledgePoint: '', difficulty: 1, explanation: '', pictureId: null };
export const clientBody = { name: 'x', creditCode: '', region: null, contact: '', phone: '', switchedOff: [] };
const decision = { outcome: 'upheld', reason: 'x', replaces: null };
const instructorEdit = { ...instructorContent, revision: 1, retired: false };

const fixedBodies: RouteBodies = {
  'POST /api/appeals/:appealId/decisions': decision,
  'POST /api/calendar-feeds': { part: 'overseeing' },
  'POST /api/certificates/:certificateId/reissue': { reason: 'xx' },
  'POST /api/certificates/:certificateId/revocation': { revocation: 'fraud', reason: 'xx' },
  'POST /api/checks/:checkId/decisions': decision,
  'POST /api/cohorts': { courseId: newId(), title: 'x', programme: 'other' },
  'POST /api/cohorts/:cohortId/certificates': { personIds: null },
  'POST /api/cohorts/:cohortId/invitations': { admits: 'waiting', days: 7, most: 5 },
  'POST /api/cohorts/:cohortId/joinings/:joiningId/decision': { accept: true },
  'PUT /api/cohorts/:cohortId/opening': { revision: 0, application: emptyOpening },
  'POST /api/cohorts/:cohortId/opening/moves': { move: 'close', revision: 0, reason: 'xx' },
  'POST /api/cohorts/:cohortId/roster/:personId/ending': { reason: 'xx' },
  'PUT /api/cohorts/:cohortId/roster/:personId/statement': { name: '李雷', phone: '13800000000' },
  'PUT /api/cohorts/:cohortId/rule-pack': { rulePack: null },
  'POST /api/connectors': { name: 'x', address: 'https://jg.example.gov.cn', mapping: 'example-province', institutionId: null, from: null, secret: null },
  'PUT /api/connectors/:connectorId/pausing': { paused: true },
  'POST /api/connectors/:connectorId/sending': { factIds: null },
  'POST /api/connectors/:connectorId/replays': { from: '2026-01-01' },
  'POST /api/connectors/:connectorId/reconciliations': { day: '2026-01-01' },
  'POST /api/corner/posts/:postId/decision': { publish: true, reason: '' },
  'POST /api/corner/posts/:postId/taking-down': { reason: 'xx' },
  'POST /api/corner/resources/:resourceId/withdrawal': { reason: 'xx' },
  'POST /api/corrections/:correctionId/decision': { outcome: 'approved', words: '' },
  'POST /api/courses': { institutionId: newId(), title: 'x' },
  'POST /api/courses/:courseId/content-reviews': { contentSha256: '0'.repeat(64), findings: cleanFindings(), note: '', commitmentVersion: 1, signature: 'x' },
  'PUT /api/courses/:courseId/dossier': { revision: 0, content: emptyDossier('x') },
  'POST /api/courses/:courseId/dossier/submission': { revision: 1 },
  'POST /api/courses/:courseId/films': { title: 'x', sizeBytes: 9, mark: '0'.repeat(64) },
  'POST /api/courses/:courseId/question-sets': { name: 'x', secondsEach: 60, questionIds: [newId()] },
  'POST /api/courses/:courseId/questions': { ...questionBody, stem: 'y' },
  'PUT /api/exam-attempts/:attemptId/answers': { turn: 1, answers: [] },
  'POST /api/exam-attempts/:attemptId/appeals': { checkId: newId(), text: 'a text of ten signs' },
  'POST /api/exam-attempts/:attemptId/check': { turn: 1 },
  'POST /api/exam-attempts/:attemptId/checks/:checkId/decisions': decision,
  'POST /api/exam-attempts/:attemptId/decisions': { outcome: 'counts', reason: 'xx', replaces: null },
  'POST /api/exam-attempts/:attemptId/marks': { ordinal: 2, points: 1, comment: '', replaces: null },
  'POST /api/exam-attempts/:attemptId/phone-answer': { code: '123456' },
  'POST /api/exam-attempts/:attemptId/phone-code': { turn: 1 },
  'POST /api/exam-attempts/:attemptId/pulses': { turn: 1 },
  'POST /api/exam-attempts/:attemptId/submission': { turn: 1, answers: [] },
  'POST /api/exams/:examId/attempts': { deviceId: newId() },
  'POST /api/exams/:examId/ending': { withdraw: true, reason: 'xx' },
  'PUT /api/exams/:examId/window': { closesAt: '2027-01-01T00:00:00.000Z' },
  'POST /api/face-enrolments/:enrolmentId/decision': { approve: true, reason: '' },
  'POST /api/films/:filmId/review': { watermark: 'none', rights: 'own', note: '', publish: true },
  'PUT /api/help/tickets/:ticketId/assignment': { mine: true },
  'POST /api/help/tickets/:ticketId/posts': { postId: newId(), text: 'x' },
  'PUT /api/help/tickets/:ticketId/solved': { solved: true },
  'PUT /api/incidents/:incidentId': incidentChange(),
  'POST /api/inspection-findings/:findingId/answers': { words: 'xx' },
  'POST /api/inspection-findings/:findingId/decisions': { outcome: 'accepted', words: '', days: null },
  'POST /api/inspection-findings/:findingId/withdrawal': { words: 'xx' },
  'POST /api/inspections': inspectionBody({ institutionId: newId() }, new Date('2026-03-02T01:00:00Z')),
  'POST /api/inspections/:inspectionId/closing': { words: '' },
  'POST /api/inspections/:inspectionId/draw': { words: '' },
  'POST /api/inspections/:inspectionId/handing-over': { days: 15 },
  'POST /api/inspections/:inspectionId/units/:drawnId/findings': { atMs: 0, severity: 'minor', evidence: ['gap'], words: 'xx' },
  'POST /api/inspections/:inspectionId/units/:drawnId/looks': { checkId: newId(), purpose: 'xxxx' },
  'POST /api/institutions/:institutionId/attachments/:attachmentId/withdrawal': { reason: 'xx' },
  'PUT /api/institutions/:institutionId/changes/:changeId/report': { on: null },
  'POST /api/institutions/:institutionId/clients': { ...clientBody, name: 'y' },
  'PUT /api/institutions/:institutionId/clients/:clientId': clientBody,
  'POST /api/institutions/:institutionId/clients/:clientId/members': { who: 'x', name: 'x' },
  'POST /api/institutions/:institutionId/corner-posts': newsBody(),
  'PUT /api/institutions/:institutionId/enrolments/:enrolmentId/client': { clientId: null },
  'POST /api/institutions/:institutionId/holidays': { from: '2026-05-01', to: '2026-05-01', kind: 'off', name: 'x' },
  'POST /api/institutions/:institutionId/paper-files': { paper: 'platform', format: 'docx', full: false },
  'PUT /api/institutions/:institutionId/profile': { revision: 0, facts: noFacts },
  'PUT /api/institutions/:institutionId/rule-pack': { rulePack: null },
  'POST /api/institutions/:institutionId/staff': { who: 'login', name: 'x', role: 'teacher' },
  'POST /api/institutions/:institutionId/staff/:membershipId/ending': { reason: 'xx' },
  'PUT /api/institutions/:institutionId/travel-gap': { minutes: 5 },
  'POST /api/instructors': instructorBody({ institutionId: newId() }),
  'PUT /api/instructors/:instructorId': instructorEdit,
  'POST /api/ledger/exports': { format: 'csv', locale: 'zh' },
  'POST /api/lesson-series/:seriesId/cancellation': { from: '2026-03-01T00:00:00Z', reason: 'x' },
  'POST /api/lessons/:lessonId/appeals': { checkId: newId(), text: 'a text of ten signs' },
  'POST /api/lessons/:lessonId/cancel': { reason: 'x' },
  'POST /api/lessons/:lessonId/courseware': { title: 'a.pdf', sizeBytes: 9, mark: '0'.repeat(64) },
  'POST /api/lessons/:lessonId/hours/:personId/corrections': { unitId: newId(), way: 'credit', from: '2026-03-02T02:00:00Z', to: '2026-03-02T02:10:00Z', reason: 'other', words: 'xx', attachmentId: newId() },
  'POST /api/lessons/:lessonId/moves': { startsAt: '2026-03-05T01:00:00Z', placeId: null, reason: 'x' },
  'POST /api/lessons/:lessonId/qa': { postId: newId(), text: 'x' },
  'POST /api/lessons/:lessonId/review/:personId/decisions': decision,
  'POST /api/lessons/:lessonId/sheet': { units: [{ unitId: newId(), from: '2026-03-02T02:00:00Z', to: '2026-03-02T02:10:00Z' }], present: [], attachmentId: newId() },
  'POST /api/lessons/:lessonId/site-signs': { code: '123456', deviceId: 'device-1' },
  'POST /api/lessons/:lessonId/substitutions': { fromPersonId: newId(), toPersonId: newId(), reason: 'x' },
  'PUT /api/operator/nodes/:nodeId': { draining: true },
  'POST /api/me/joinings': { code: 'A'.repeat(22) },
  'POST /api/persons/:personId/identity/reveal': { fields: ['number'], reason: 'a reason of ten signs' },
  'POST /api/qa/:threadId/posts': { postId: newId(), text: 'x' },
  'PUT /api/qa/:threadId/solved': { solved: true },
  'PUT /api/question-sets/:setId': { name: 'x', secondsEach: 60, questionIds: [newId()] },
  'PUT /api/questions/:questionId': { ...questionBody, version: 1 },
  'PUT /api/questions/:questionId/retirement': { retired: true },
  'PUT /api/recorded-lessons/:lessonId/period': { opensAt: '2026-03-05T01:00:00Z', closesAt: '2026-03-09T01:00:00Z', reason: 'xx' },
  'PUT /api/replays/:replayId/captions': { locale: 'zh', text: 'WEBVTT' },
  'POST /api/replays/:replayId/questions': { versionId: newId(), atMs: 0, seconds: 60 },
  'PUT /api/replays/:replayId/questions/:questionId': { atMs: 0 },
  'POST /api/replays/:replayId/review': { watermark: 'none', note: '', publish: true },
  'POST /api/viewings/:viewingId/heartbeats': { nonce: 'n', positionMs: 0, played: [], leaving: false, signature: 's' },
  'POST /api/viewings/:viewingId/phone-answer': { code: '123456' },
  'POST /api/viewings/:viewingId/questions/:questionId/answer': { choices: [0] },
};

/** What names something of the school: an exam its course, a lesson its teacher. */
const schoolBodies = (school: School, exam: object): RouteBodies => ({
  'POST /api/exams': exam,
  'PUT /api/exams/:examId': { ...exam, revision: 1 },
  'POST /api/places': { institutionId: school.institutionId, name: 'y' },
  'POST /api/recorded-lessons': { cohortId: school.cohortId, title: 'x', filmIds: [newId()], opensAt: '2026-03-05T01:00:00Z', closesAt: '2026-03-09T01:00:00Z', teacherIds: [school.teacher.personId] },
  'POST /api/timetable': { cohortId: school.cohortId, title: 'x', plannedMinutes: 45, teacherIds: [school.teacher.personId], starts: ['2026-03-05T01:00:00Z'] },
  'POST /api/timetable/preview': { cohortId: school.cohortId, plannedMinutes: 45, teacherIds: [school.teacher.personId], starts: ['2026-03-05T01:00:00Z'] },
});

export const bodiesOf = (world: HttpWorld, school: School): RouteBodies => ({ ...fixedBodies, ...schoolBodies(school, examBody(world, school)) });

export const queries: Partial<Record<RouteName, string>> = {
  'POST /api/checks/:checkId/snapshot': '?nonce=nonce-of-check',
  'GET /api/corner/posts': '?kind=news&page=1',
  'POST /api/corner/resources': '?title=x&words=&fileName=x&sizeBytes=1',
  'POST /api/courses/:courseId/question-import': '?mode=import',
  'GET /api/exams/:examId/preview': '?draw=1',
  'GET /api/institutions/:institutionId/attachments': `?subjectType=institution&subjectId=${newId()}`,
  'GET /api/institutions/:institutionId/paper': '?paper=platform',
  'POST /api/institutions/:institutionId/attachments': `?subjectType=institution&subjectId=${newId()}&kind=other&fileName=x&sizeBytes=1`,
};

/** Routes of an account that show or change only what is the asker's own: nobody else's row can be named in them. */
export const ownOnly: readonly RouteName[] = [
  'GET /api/calendar-feeds',
  'POST /api/calendar-feeds',
  'POST /api/check-way',
  'GET /api/consents',
  'POST /api/consents',
  'GET /api/consents/history',
  'POST /api/consents/withdrawal',
  'POST /api/face-enrolment',
  'GET /api/help',
  'POST /api/help/tickets',
  'GET /api/hours',
  'GET /api/lessons',
  'GET /api/me',
  'GET /api/me/certificates',
  'POST /api/me/closing',
  'GET /api/me/identity',
  'POST /api/me/identity',
  'POST /api/me/joinings',
  'GET /api/me/ledger',
  'PUT /api/me/locale',
  'GET /api/me/second-factor',
  'POST /api/me/second-factor',
  'POST /api/me/second-factor/confirmation',
  'POST /api/me/second-factor/ending',
  'POST /api/me/second-factor/recovery-codes',
  'PUT /api/me/password',
  'PUT /api/me/phone',
  'POST /api/me/phone-code',
  'GET /api/my-clients',
  'GET /api/my-exams',
  'GET /api/notices',
  'POST /api/notices/reading',
];
