// Every REST route in one table: who may ask, what is sent, what comes back. A route that is not here does not exist.
import Type, { type TSchema } from 'typebox';
import type { MembershipRole } from '#domain/roles.ts';
import { AfterClass, AfterClassQuery } from './after-class.ts';
import { calendarRoutes } from './calendar.ts';
import { CheckEvidence } from './check-evidence.ts';
import { CheckWayBody, ConsentBody, ConsentState, EnrolmentQuery, FaceEnrolmentReply, SnapshotReply } from './check.ts';
import { FaceDecisionBody, FaceReplacement, FaceReplacements, replacementPictures } from './face-approval.ts';
import {
  ConsentList, OwnIdentity, OwnIdentityBody, PersonIdentity, PhoneChangeBody, PhoneCodeBody, PhoneCodeReply, RegistrationBody, RegistrationReply, RevealBody, RevealReply, WithdrawBody,
} from './identity.ts';
import { courseRoutes } from './course-routes.ts';
import { attachmentRoutes } from './attachment-routes.ts';
import { institutionRoutes } from './institution-routes.ts';
import { factorRoutes } from './factor-routes.ts';
import { staffRoutes } from './staff-routes.ts';
import { cohortRoutes } from './cohort-routes.ts';
import { certificateRoutes } from './certificate-routes.ts';
import { evidenceRoutes } from './evidence-routes.ts';
import { apiClientRoutes } from './api-client-routes.ts';
import { openApiRoutes } from './openapi-routes.ts';
import { clientRoutes } from './client-routes.ts';
import { openingRoutes } from './opening-routes.ts';
import { invitationRoutes } from './invitation-routes.ts';
import { offlineRoutes } from './offline-routes.ts';
import { siteRoutes } from './site-routes.ts';
import { correctionRoutes } from './correction-routes.ts';
import { filmRoutes } from './film-routes.ts';
import { recordedRoutes } from './recorded-routes.ts';
import { examRoutes } from './exam-routes.ts';
import { ledgerRoutes } from './ledger-routes.ts';
import { Hours, LessonHours } from './hours.ts';
import { CancelBody, LessonBody, LessonDetail, LessonList, SchedulingOptions } from './lesson.ts';
import { LiveStreamState, StreamSegmentName } from './live-stream.ts';
import { MakeUpState, PhoneAnswerBody } from './make-up.ts';
import { FilmAnswerBody, FilmQuestions, FilmResult, MovedBody, PlacedBody, ShownQuestion } from './film-question.ts';
import { operatorRoutes } from './operator.ts';
import { ClosingBody, PasswordBody, PasswordResetBody } from './account.ts';
import { LocaleBody, LoginBody, Me } from './person.ts';
import { QualityAnswer, replayFileNames, ReviewBody } from './recording.ts';
import { CaptionsBody, Heartbeat, HeartbeatReply, LessonReplay, replayLocale, replayRenditions, ViewingStart } from './replay.ts';
import { QaBody, QaCount, QaList, QaThread, SolvedBody } from './qa.ts';
import { LessonQuizzes, LessonReport } from './report.ts';
import { questionRoutes } from './question-routes.ts';
import { PackChoice, RuleChoices } from './rules.ts';
import { AppealBody, DecisionBody, ExamAppealBody, OwnAppeals, OwnExamAppeals, ReviewCase, ReviewQuery, ReviewQueue } from './review.ts';
import { Courseware, CoursewareList, ReplayCourseware, UploadBody } from './courseware.ts';
import { Closed, Empty, Instant, OneOf, Uuid } from './shapes.ts';
import { timetableRoutes } from './timetable-routes.ts';
import { helpRoutes } from './help-routes.ts';
import { cornerRoutes } from './corner-routes.ts';
import { oversightRoutes } from './oversight-routes.ts';
import { paperRoutes } from './paper-routes.ts';
import { selfTestRoutes } from './self-test-routes.ts';
import { retentionRoutes } from './retention-routes.ts';
import { subsidyRoutes } from './subsidy-routes.ts';
import { connectorRoutes } from './connector-routes.ts';
import { inspectionRoutes } from './inspection-routes.ts';
import { webhookRoutes } from './webhook-routes.ts';

/** `anyone` needs no login; `account` any login, then the service asks for the right to the row; a list names memberships. */
export type RouteAccess = 'anyone' | 'account' | readonly MembershipRole[];
export interface RouteSpec {
  by: RouteAccess;
  /** Sees rows of all institutions, not only of those the asker has to do with: for whoever runs the platform. */
  across?: true;
  /** Answers also somebody who still has to set up a second factor. */
  beforeFactor?: true;
  params?: TSchema; query?: TSchema;
  /** JSON body; `picture` is raw image bytes, `pictures` a multipart form with files named `picture`, `workbook` the raw bytes of an XLSX file, `bytes` raw bytes of any kind. */
  body?: TSchema | 'picture' | 'pictures' | 'workbook' | 'bytes';
  /** Of the JSON body; 64 KB without it. */
  bodyMaxBytes?: number;
  /** JSON reply; `file` is bytes (range requests answered for units), or the way to them. */
  reply: TSchema | 'file';
}

const schedulers = ['admin', 'institution'] as const;
const OneLesson = Closed({ lessonId: Uuid });
const OneLearner = Closed({ lessonId: Uuid, personId: Uuid });
const OneCourseware = Closed({ lessonId: Uuid, coursewareId: Uuid });
const OnePerson = Closed({ personId: Uuid });
const OneThread = Closed({ threadId: Uuid });
const OneReplay = Closed({ replayId: Uuid });
const OneViewing = Closed({ viewingId: Uuid });
const FilmQuestionOf = Closed({ replayId: Uuid, questionId: Uuid });
const ShownTo = Closed({ viewingId: Uuid, questionId: Uuid });
const Rendition = Closed({ viewingId: Uuid, rendition: OneOf(replayRenditions) });

export const restRoutes = {
  'GET /api/health': { by: 'anyone', reply: Closed({ ok: Type.Boolean() }) },
  /** Errors: wrong_credentials, too_many_attempts, second_factor_required (asked again with a code), factor_code_wrong. */
  'POST /api/session': { by: 'anyone', body: LoginBody, reply: Me },
  'DELETE /api/session': { by: 'anyone', reply: Empty },
  'GET /api/me': { by: 'account', beforeFactor: true, reply: Me },
  /** Logs out everywhere else. Errors: password_wrong, password_weak, too_many_attempts. */
  'PUT /api/me/password': { by: 'account', body: PasswordBody, reply: Empty },
  /** The same answer for every phone, registered or not. Errors: phone_invalid, too_many_attempts, phone_unavailable. */
  'POST /api/password-reset/phone-code': { by: 'anyone', body: PhoneCodeBody, reply: PhoneCodeReply },
  /** Logs out everywhere. Errors: those of the code, phone_invalid, password_weak, and to whoever proved the phone not_found (no account has it). */
  'POST /api/password-reset': { by: 'anyone', body: PasswordResetBody, reply: Empty },
  /** Ends the account: access, consents, faces, phone. Records of training stay as long as the law has them kept. Errors: password_wrong, forbidden (staff), too_many_attempts. */
  'POST /api/me/closing': { by: 'account', body: ClosingBody, reply: Empty },
  'PUT /api/me/locale': { by: 'account', beforeFactor: true, body: LocaleBody, reply: Empty },
  /** Lessons this person teaches, learns in, or oversees; default from 7 days ago to 30 days ahead, by start. */
  'GET /api/lessons': { by: 'account', query: Closed({ from: Type.Optional(Instant), to: Type.Optional(Instant) }), reply: LessonList },
  'POST /api/lessons': { by: schedulers, body: LessonBody, reply: LessonDetail },
  'GET /api/scheduling': { by: schedulers, reply: SchedulingOptions },
  'GET /api/lessons/:lessonId': { by: 'account', params: OneLesson, reply: LessonDetail },
  'POST /api/lessons/:lessonId/cancel': { by: schedulers, params: OneLesson, body: CancelBody, reply: LessonDetail },
  /** Staff of the lesson, its institution and regulators see all rows, a learner only the own one. */
  'GET /api/lessons/:lessonId/report': { by: 'account', params: OneLesson, reply: LessonReport },
  'GET /api/lessons/:lessonId/quizzes': { by: 'account', params: OneLesson, reply: LessonQuizzes },
  'GET /api/lessons/:lessonId/report.xlsx': { by: 'account', params: OneLesson, query: Closed({ locale: Type.Optional(OneOf(['zh', 'en'] as const)) }), reply: 'file' },
  /** How the moments of spot checks were drawn, for staff of the lesson and whoever oversees it; seed and moments once it is over. Errors: not_found, forbidden (learners). */
  'GET /api/lessons/:lessonId/check-evidence': { by: 'account', params: OneLesson, reply: CheckEvidence },
  /** One's own lessons in figures, those taught so far; without bounds the last three months. Errors: bad_request (over 366 days). */
  'GET /api/hours': { by: 'account', query: Closed({ from: Type.Optional(Instant), to: Type.Optional(Instant) }), reply: Hours },
  /** One's own ledger. Errors: not_found (no part in the lesson), forbidden (not as a learner). */
  'GET /api/lessons/:lessonId/hours': { by: 'account', params: OneLesson, reply: LessonHours },
  /** The ledger of one learner, for staff of the lesson, its institution and regulators. Errors: not_found, forbidden (a learner asks for another). */
  'GET /api/lessons/:lessonId/hours/:personId': { by: 'account', params: Closed({ lessonId: Uuid, personId: Uuid }), reply: LessonHours },
  /** Which rule packs bind the institutions one manages, and their cohorts. */
  'GET /api/rule-packs': { by: schedulers, reply: RuleChoices },
  /** Binds sessions that start afterwards; what runs keeps its pack. Errors: bad_request (a pack nobody knows), not_found (not one's own). */
  'PUT /api/institutions/:institutionId/rule-pack': { by: schedulers, params: Closed({ institutionId: Uuid }), body: PackChoice, reply: RuleChoices },
  'PUT /api/cohorts/:cohortId/rule-pack': { by: schedulers, params: Closed({ cohortId: Uuid }), body: PackChoice, reply: RuleChoices },
  /**
   * Asks for the delayed broadcast, for everybody in the lesson; asked again it says how far it is.
   * Errors: not_found (no part in the lesson), lesson_not_live, live_stream_unavailable (not offered here, or it failed a moment ago).
   */
  'POST /api/lessons/:lessonId/live-stream': { by: 'account', params: OneLesson, reply: LiveStreamState },
  /** Not kept by anybody; asking for it keeps the broadcast going. Errors: not_found, live_stream_unavailable (not begun, or over). */
  'GET /api/lessons/:lessonId/live-stream/playlist': { by: 'account', params: OneLesson, reply: 'file' },
  'GET /api/lessons/:lessonId/live-stream/segments/:name': { by: 'account', params: Closed({ lessonId: Uuid, name: StreamSegmentName }), reply: 'file' },
  'GET /api/lessons/:lessonId/replay': { by: 'account', params: OneLesson, reply: LessonReplay },
  /** `poster.jpg` and `thumbnails.jpg` for everybody in the lesson, the rest for its staff. */
  'GET /api/replays/:replayId/files/:name': { by: 'account', params: Closed({ replayId: Uuid, name: OneOf(replayFileNames) }), reply: 'file' },
  /** Begins to watch; what this person watched elsewhere ends. Errors: replay_not_ready. */
  'POST /api/replays/:replayId/viewings': { by: 'account', params: OneReplay, reply: ViewingStart },
  'GET /api/viewings/:viewingId/playlist': { by: 'account', params: OneViewing, reply: 'file' },
  'GET /api/viewings/:viewingId/playlist/:rendition': { by: 'account', params: Rendition, reply: 'file' },
  /** Sends on to a signed link to these 4 s. Errors: viewing_over, segment_too_early (more than 60 s ahead of the position). */
  'GET /api/viewings/:viewingId/segments/:rendition/:number': {
    by: 'account', params: Closed({ ...Rendition.properties, number: Type.String({ pattern: '^(init|\\d{1,5})$' }) }), reply: 'file',
  },
  /** The bytes behind a signed link, for whom it was signed. Errors: link_expired. */
  'GET /api/segments/:token': { by: 'account', params: Closed({ token: Type.String({ maxLength: 400 }) }), reply: 'file' },
  /** Errors: heartbeat_invalid (signature, nonce), heartbeat_late, viewing_over. */
  'POST /api/viewings/:viewingId/heartbeats': { by: 'account', params: OneViewing, body: Heartbeat, reply: HeartbeatReply },
  /**
   * Begins to make up what the learner missed of this file: plays what is open and nothing else, after a sign-in, with spot checks. What this person watched elsewhere
   * ends. Errors: replay_not_ready, forbidden (no learner), identity_missing, identity_denied, make_up_closed (the days are over, the lesson runs, or its replay is not counted), make_up_done.
   */
  'POST /api/replays/:replayId/make-up': { by: 'account', params: OneReplay, reply: ViewingStart },
  /** A check was missed or failed: asked once more, now; an open one is told again. Errors: not_found, viewing_over, check_settled (none is due), too_many_attempts. */
  'POST /api/viewings/:viewingId/check': { by: 'account', params: OneViewing, reply: MakeUpState },
  /**
   * Sends a code to the learner's phone, for the open check or a new one; of whoever is known by their face only after they chose the other way.
   * Errors: not_found, viewing_over, check_settled, forbidden, phone_missing, phone_unavailable, too_many_attempts.
   */
  'POST /api/viewings/:viewingId/phone-code': { by: 'account', params: OneViewing, reply: MakeUpState },
  /** Errors: not_found, viewing_over, check_not_asked (no code was sent for it), check_late, phone_code_wrong, phone_code_expired, too_many_attempts. */
  'POST /api/viewings/:viewingId/phone-answer': { by: 'account', params: OneViewing, body: PhoneAnswerBody, reply: MakeUpState },
  /** Questions of a film, for everybody who may watch it; what they ask is told to staff only. Errors: not_found, replay_not_ready. */
  'GET /api/replays/:replayId/questions': { by: 'account', params: OneReplay, reply: FilmQuestions },
  /** Staff: places a question of the course's bank at a moment of a published film. Errors: not_found, forbidden, replay_not_ready, bad_request (behind the end), question_retired. */
  'POST /api/replays/:replayId/questions': { by: 'account', params: OneReplay, body: PlacedBody, reply: FilmQuestions },
  'PUT /api/replays/:replayId/questions/:questionId': { by: 'account', params: FilmQuestionOf, body: MovedBody, reply: FilmQuestions },
  /** One nobody was shown is gone; any other is asked no more, and its answers stay. */
  'DELETE /api/replays/:replayId/questions/:questionId': { by: 'account', params: FilmQuestionOf, reply: FilmQuestions },
  /**
   * Puts a question to this viewing, once its film has come to it by what was given out and signed heartbeats; the time to answer begins. Errors: not_found, viewing_over,
   * forbidden (no learner), quiz_not_asked (was asked in class), question_in_make_up (counts only there), question_not_reached, too_many_attempts.
   */
  'POST /api/viewings/:viewingId/questions/:questionId/showing': { by: 'account', params: ShownTo, reply: ShownQuestion },
  /** Once per person and question; the same answer again gets the same acknowledgement. Errors: not_found, forbidden, quiz_not_asked, quiz_choice_invalid, answer_differs, question_late. */
  'POST /api/viewings/:viewingId/questions/:questionId/answer': { by: 'account', params: ShownTo, body: FilmAnswerBody, reply: FilmResult },
  'GET /api/viewings/:viewingId/questions/:questionId/picture': { by: 'account', params: ShownTo, reply: 'file' },
  /** Staff; replaces captions of that language. Errors: captions_invalid. */
  'PUT /api/replays/:replayId/captions': { by: 'account', params: OneReplay, body: CaptionsBody, bodyMaxBytes: 2_000_000, reply: Empty },
  'GET /api/replays/:replayId/captions/:locale': { by: 'account', params: Closed({ replayId: Uuid, locale: replayLocale }), reply: 'file' },
  /** For staff of the lesson and its institution. */
  'GET /api/replays/:replayId/quality': { by: 'account', params: OneReplay, reply: QualityAnswer },
  /** Publishes a held file, or only says what was seen. Errors: replay_not_held. */
  'POST /api/replays/:replayId/review': { by: 'account', params: OneReplay, body: ReviewBody, reply: QualityAnswer },
  'GET /api/consents': { by: 'account', reply: ConsentState },
  'GET /api/consents/history': { by: 'account', reply: ConsentList },
  /** Takes a consent back, whatever version it was given to; what stood on it ends at once. */
  'POST /api/consents/withdrawal': { by: 'account', body: WithdrawBody, reply: ConsentList },
  /** Errors: phone_invalid, too_many_attempts, phone_unavailable. */
  'POST /api/registration/phone-code': { by: 'anyone', body: PhoneCodeBody, reply: PhoneCodeReply },
  /**
   * Nothing is said of documents and phones before the code was right. Errors: bad_request (name, birth date, employer), document_invalid, too_young, phone_invalid, password_weak,
   * consent_missing, phone_code_wrong, phone_code_expired, too_many_attempts, identity_taken.
   */
  'POST /api/registration': { by: 'anyone', body: RegistrationBody, reply: RegistrationReply },
  'GET /api/me/identity': { by: 'account', reply: OwnIdentity },
  /** Errors: as for a registration; identity_taken also where this person is registered, unless an authority denied it. */
  'POST /api/me/identity': { by: 'account', body: OwnIdentityBody, reply: RegistrationReply },
  'POST /api/me/phone-code': { by: 'account', body: PhoneCodeBody, reply: PhoneCodeReply },
  /** Errors: identity_missing, identity_taken, password_wrong, and those of the code. */
  'PUT /api/me/phone': { by: 'account', body: PhoneChangeBody, reply: OwnIdentity },
  /** Masked; for the office of an institution the person belongs to. Errors: not_found (nobody there). */
  'GET /api/persons/:personId/identity': { by: schedulers, params: OnePerson, reply: PersonIdentity },
  /** Shows sealed parts, and writes down who looked and why, for the person to see. Errors: not_found, identity_missing, bad_request (no reason). */
  'POST /api/persons/:personId/identity/reveal': { by: schedulers, params: OnePerson, body: RevealBody, reply: RevealReply },
  'POST /api/consents': { by: 'account', body: ConsentBody, reply: ConsentState },
  'POST /api/check-way': { by: 'account', body: CheckWayBody, reply: ConsentState },
  /** Errors: consent_missing, too_many_attempts, picture_invalid, picture_too_large. */
  'POST /api/face-enrolment': { by: 'account', query: EnrolmentQuery, body: 'pictures', reply: FaceEnrolmentReply },
  /** The detector that guides before a picture is taken; the hash is in the address, so it may be kept. Errors: not_found (no models here, or another file). */
  'GET /api/face-detector/:sha256': { by: 'account', params: Closed({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }), reply: 'file' },
  /** New faces of people of one's institutions that wait for approval, and those decided of late. */
  'GET /api/face-enrolments': { by: schedulers, reply: FaceReplacements },
  /** Errors: not_found (nobody of one's institutions), forbidden (one's own), face_decided, consent_missing (withdrawn meanwhile), bad_request (refused without a reason). */
  'POST /api/face-enrolments/:enrolmentId/decision': { by: schedulers, params: Closed({ enrolmentId: Uuid }), body: FaceDecisionBody, reply: FaceReplacement },
  /** While it waits; each look is a fact of its own. Errors: not_found, forbidden (one's own). */
  'GET /api/face-enrolments/:enrolmentId/pictures/:picture': {
    by: schedulers, params: Closed({ enrolmentId: Uuid, picture: OneOf(replacementPictures) }), reply: 'file',
  },
  /** Errors: check_not_asked, check_late, check_settled, nonce_mismatch, picture_invalid, picture_too_large, forbidden (not one's own). */
  'POST /api/checks/:checkId/snapshot': {
    by: 'account', params: Closed({ checkId: Uuid }), query: Closed({ nonce: Type.String({ minLength: 1, maxLength: 128 }), camera: Type.Optional(Type.String({ maxLength: 1000 })) }), body: 'picture', reply: SnapshotReply,
  },
  /** The learner's own picture or, for staff of the lesson, a learner's. */
  'GET /api/checks/:checkId/picture': { by: 'account', params: Closed({ checkId: Uuid }), reply: 'file' },
  /** What waits for a person in the lessons this one teaches or oversees. */
  'GET /api/review': { by: ['admin', 'institution', 'teacher', 'regulator'], query: ReviewQuery, reply: ReviewQueue },
  /** One learner's checks, signals, appeals and decisions in one lesson, for its staff, its institution and regulators. */
  'GET /api/lessons/:lessonId/review/:personId': { by: 'account', params: OneLearner, reply: ReviewCase },
  /** Settles the signals of a learner; changes no check. Errors of all three: already_decided, forbidden (oneself, regulators), bad_request (no reason). */
  'POST /api/lessons/:lessonId/review/:personId/decisions': { by: 'account', params: OneLearner, body: DecisionBody, reply: ReviewCase },
  /** Says what a settled check counts as, and settles its appeal. */
  'POST /api/checks/:checkId/decisions': { by: 'account', params: Closed({ checkId: Uuid }), body: DecisionBody, reply: ReviewCase },
  /** Of an appeal about a stretch of time. */
  'POST /api/appeals/:appealId/decisions': { by: 'account', params: Closed({ appealId: Uuid }), body: DecisionBody, reply: ReviewCase },
  /** What this learner may appeal in a lesson, until when, and what was decided. Errors: forbidden for everybody else. */
  'GET /api/lessons/:lessonId/appeals': { by: 'account', params: OneLesson, reply: OwnAppeals },
  /** Errors: appeal_late, appeal_open, appeal_decided, nothing_to_appeal, not_found (another's check). */
  'POST /api/lessons/:lessonId/appeals': { by: 'account', params: OneLesson, body: AppealBody, reply: OwnAppeals },
  /** The same of checks in an exam, for whoever took it. Errors: not_found (another's attempt). */
  'GET /api/exam-attempts/:attemptId/appeals': { by: 'account', params: Closed({ attemptId: Uuid }), reply: OwnExamAppeals },
  /** Errors: appeal_late, appeal_open, appeal_decided, nothing_to_appeal (also: not handed in), not_found (another's attempt or check). */
  'POST /api/exam-attempts/:attemptId/appeals': { by: 'account', params: Closed({ attemptId: Uuid }), body: ExamAppealBody, reply: OwnExamAppeals },
  /**
   * Decides an appeal: overturned, the check counts as passed, and where no other one holds the score it is let go, also one that was annulled. Errors: not_found (not whose exam it is), nothing_to_decide
   * (no appeal), forbidden (oneself), appeal_against_own, already_decided, bad_request (no reason).
   */
  'POST /api/exam-attempts/:attemptId/checks/:checkId/decisions': { by: ['admin', 'institution', 'teacher'], params: Closed({ attemptId: Uuid, checkId: Uuid }), body: DecisionBody, reply: Empty },
  /** Questions and answers of a lesson, for its learners, its staff and whoever oversees it, in class and after it. Errors of all: not_found (no part in the lesson). */
  'GET /api/lessons/:lessonId/qa': { by: 'account', params: OneLesson, reply: QaList },
  'GET /api/lessons/:lessonId/qa/count': { by: 'account', params: OneLesson, reply: QaCount },
  /** Errors: forbidden (not a learner), lesson_cancelled, word_refused, chat_too_fast, bad_request (no words, or the id is another post's). */
  'POST /api/lessons/:lessonId/qa': { by: 'account', params: OneLesson, body: QaBody, reply: QaThread },
  /** An answer, or a follow-up of the asker, which opens a solved question again. Errors: forbidden (another learner, or who oversees), and those of asking. */
  'POST /api/qa/:threadId/posts': { by: 'account', params: OneThread, body: QaBody, reply: QaThread },
  /** By staff or the asker. Errors: forbidden. */
  'PUT /api/qa/:threadId/solved': { by: 'account', params: OneThread, body: SolvedBody, reply: QaThread },
  /** A class after it is over, for staff of the lesson and whoever oversees it: who was there, where people were lost, questions; learners page by page. Errors: not_found, forbidden (learners). */
  'GET /api/lessons/:lessonId/after-class': { by: 'account', params: OneLesson, query: AfterClassQuery, reply: AfterClass },
  /** The picture of a question that was asked in this lesson, for everybody of it; who leads sees those of the whole course. Errors: not_found. */
  'GET /api/lessons/:lessonId/question-pictures/:pictureId': { by: 'account', params: Closed({ lessonId: Uuid, pictureId: Uuid }), reply: 'file' },
  /** Courseware of the lesson's course, for staff of the lesson and whoever runs its institution. Errors of all of these: not_found (no part in the lesson), forbidden (learners, regulators), wrong_lesson (of another course). */
  'GET /api/lessons/:lessonId/courseware': { by: 'account', params: OneLesson, reply: CoursewareList },
  /** Begins an upload, or finds the one this person was cut off in. Errors: courseware_too_large, courseware_full. */
  'POST /api/lessons/:lessonId/courseware': { by: 'account', params: OneLesson, body: UploadBody, reply: Courseware },
  /**
   * Piece `piece` of it (from 0), whole. One that is there already changes nothing: the answer says from where to go on. The last one hands the file to the worker.
   * Errors: courseware_type (by content, at the first piece: the upload is gone then), courseware_offset (pieces are missing before it), bad_request (another length than it has to have), forbidden (begun by somebody else).
   */
  'PUT /api/lessons/:lessonId/courseware/:coursewareId/pieces/:piece': {
    by: 'account', params: Closed({ ...OneCourseware.properties, piece: Type.String({ pattern: '^\\d{1,4}$' }) }), body: 'bytes', reply: Courseware,
  },
  /** Gone from the course; what was shown in class stays with that class. An upload is thrown away. */
  'DELETE /api/lessons/:lessonId/courseware/:coursewareId': { by: 'account', params: OneCourseware, reply: Empty },
  /** Which pages stood on the stage during this film, and the lines on them. Errors: not_found, replay_not_ready. */
  'GET /api/replays/:replayId/courseware': { by: 'account', params: OneReplay, reply: ReplayCourseware },
  /** A page as a picture (WebP): for staff every one, for others those shown in this lesson, and the next. Errors: courseware_not_ready, courseware_page. */
  'GET /api/lessons/:lessonId/courseware/:coursewareId/pages/:page/:size': {
    by: 'account', params: Closed({ ...OneCourseware.properties, page: Type.String({ pattern: '^[1-9]\\d{0,2}$' }), size: OneOf(['page', 'thumb'] as const) }), reply: 'file',
  },
  ...questionRoutes, ...examRoutes, ...courseRoutes, ...attachmentRoutes, ...institutionRoutes, ...staffRoutes, ...timetableRoutes, ...ledgerRoutes,
  ...calendarRoutes, ...cohortRoutes, ...clientRoutes, ...openingRoutes, ...correctionRoutes, ...offlineRoutes, ...siteRoutes, ...helpRoutes,
  ...filmRoutes, ...recordedRoutes, ...evidenceRoutes, ...certificateRoutes, ...cornerRoutes, ...invitationRoutes, ...paperRoutes, ...subsidyRoutes,
  ...connectorRoutes, ...operatorRoutes, ...inspectionRoutes, ...openApiRoutes, ...apiClientRoutes, ...webhookRoutes, ...factorRoutes, ...selfTestRoutes, ...oversightRoutes, ...retentionRoutes,
} as const satisfies Record<string, RouteSpec>;
export type RestRoutes = typeof restRoutes;
export type RouteName = keyof RestRoutes;
