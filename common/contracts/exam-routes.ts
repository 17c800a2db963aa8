// Routes of exams. All for staff answer not_found where the asker does not keep the bank of every course of the exam; those of an attempt where it is another's.
import Type from 'typebox';
import {
  AnswersBody, AnswersSaved, AttemptBody, AttemptPulse, AttemptReview, AttemptState, ExamBody, ExamDetail, ExamEdit, ExamEndBody, ExamList, ExamOptions, ExamQueue, ExamScores, HoldBody, MarkBody,
  MarkItem, MarkQuery, MarkQueue, OwnExams, OwnResult, PaperPreview, PreviewQuery, SubmitBody, TurnBody, WindowBody,
} from './exam.ts';
import { PhoneAnswerBody } from './make-up.ts';
import { Closed, Empty, OneOf, Uuid } from './shapes.ts';

const keepers = ['admin', 'institution', 'teacher'] as const;
/** Regulators of the institution read lists and scores, and change nothing. */
const readers = ['admin', 'institution', 'teacher', 'regulator'] as const;
const OneExam = Closed({ examId: Uuid });
const OneAttempt = Closed({ attemptId: Uuid });

export const examRoutes = {
  'GET /api/exams': { by: readers, reply: ExamList },
  'GET /api/exam-options': { by: keepers, reply: ExamOptions },
  /** A draft. Errors: exam_invalid (window, cohorts of other courses, courses of two institutions, a task twice), not_found (a course, unit, cohort or question that is not one's own). */
  'POST /api/exams': { by: keepers, body: ExamBody, bodyMaxBytes: 256_000, reply: ExamDetail },
  'GET /api/exams/:examId': { by: readers, params: OneExam, reply: ExamDetail },
  /** Errors as for a new one, and exam_not_draft, exam_changed (somebody was faster). */
  'PUT /api/exams/:examId': { by: keepers, params: OneExam, body: ExamEdit, bodyMaxBytes: 256_000, reply: ExamDetail },
  /** A draft only. Errors: exam_not_draft. */
  'DELETE /api/exams/:examId': { by: keepers, params: OneExam, reply: Empty },
  /** Puts the questions it draws from aside as they stand; from then on nothing but its end changes. Errors: exam_not_draft, exam_short (`problems` of the draft say why). Twice is once. */
  'POST /api/exams/:examId/publication': { by: keepers, params: OneExam, reply: ExamDetail },
  /** Longer only. Errors: exam_not_open (not published, or over), exam_invalid (not later). Deadlines of attempts that run stay. */
  'PUT /api/exams/:examId/window': { by: keepers, params: OneExam, body: WindowBody, reply: ExamDetail },
  /** Errors: exam_not_open (a draft; closed or withdrawn already, unless the same again). A closed one may be withdrawn. */
  'POST /api/exams/:examId/ending': { by: keepers, params: OneExam, body: ExamEndBody, reply: ExamDetail },
  /** A paper as its rules draw it, before publishing and after. Writes nothing. */
  'GET /api/exams/:examId/preview': { by: keepers, params: OneExam, query: PreviewQuery, reply: PaperPreview },
  /** A new draft with the same settings. */
  'POST /api/exams/:examId/copies': { by: keepers, params: OneExam, reply: ExamDetail },

  /** Exams of one's own cohorts. */
  'GET /api/my-exams': { by: 'account', reply: OwnExams },
  /**
   * Begins, or goes on with the open attempt: on another device the older one is refused from then on. Errors: not_found (not for this person), exam_not_open, exam_too_soon, exam_no_attempt_left,
   * identity_missing, identity_denied.
   */
  'POST /api/exams/:examId/attempts': { by: 'account', params: OneExam, body: AttemptBody, reply: AttemptState },
  /** Every five seconds. Gives the paper's moment away too: where `stand` leaves `sign_in`, ask for the attempt again. Errors: exam_elsewhere. */
  'POST /api/exam-attempts/:attemptId/pulses': { by: 'account', params: OneAttempt, body: TurnBody, reply: AttemptPulse },
  /** Errors: exam_elsewhere, exam_over (submitted, or the time is over), exam_sign_in_first, exam_answer_invalid (does not fit the question). */
  'PUT /api/exam-attempts/:attemptId/answers': { by: 'account', params: OneAttempt, body: AnswersBody, bodyMaxBytes: 1_000_000, reply: AnswersSaved },
  /** Once; asked again it answers the same. `answers` that come too late are left out. Errors: exam_elsewhere, exam_sign_in_first, exam_answer_invalid. */
  'POST /api/exam-attempts/:attemptId/submission': { by: 'account', params: OneAttempt, body: SubmitBody, bodyMaxBytes: 1_000_000, reply: OwnResult },
  /** Errors: exam_not_over (it runs). */
  'GET /api/exam-attempts/:attemptId/result': { by: 'account', params: OneAttempt, reply: OwnResult },
  /** Of the stem, for whoever has the paper, and for staff. */
  'GET /api/exam-attempts/:attemptId/pictures/:ordinal': { by: 'account', params: Closed({ attemptId: Uuid, ordinal: Type.String({ pattern: '^[1-9]\\d{0,2}$' }) }), reply: 'file' },
  /** A check was missed or failed: asked once more, now; an open one is told again. Errors: exam_elsewhere, exam_over, check_settled (none is due), too_many_attempts. */
  'POST /api/exam-attempts/:attemptId/check': { by: 'account', params: OneAttempt, body: TurnBody, reply: AttemptPulse },
  /** As in making up. Errors: exam_elsewhere, exam_over, check_settled, forbidden, phone_missing, phone_unavailable, too_many_attempts. */
  'POST /api/exam-attempts/:attemptId/phone-code': { by: 'account', params: OneAttempt, body: TurnBody, reply: AttemptPulse },
  /** Errors: exam_over, check_not_asked, check_late, phone_code_wrong, phone_code_expired, too_many_attempts. */
  'POST /api/exam-attempts/:attemptId/phone-answer': { by: 'account', params: OneAttempt, body: PhoneAnswerBody, reply: AttemptPulse },

  /** Errors: exam_not_open (a draft). */
  'GET /api/exams/:examId/scores': { by: readers, params: OneExam, reply: ExamScores },
  'GET /api/exams/:examId/scores.xlsx': { by: readers, params: OneExam, query: Closed({ locale: Type.Optional(OneOf(['zh', 'en'] as const)) }), reply: 'file' },
  'GET /api/exam-queue': { by: keepers, reply: ExamQueue },
  'GET /api/exams/:examId/marking': { by: keepers, params: OneExam, query: MarkQuery, reply: MarkQueue },
  /** Once a mark is there, another takes its place by naming it; the same again is the same. Errors: already_decided, exam_not_over, forbidden (one's own), bad_request (more than the points of the task, or no free text). */
  'POST /api/exam-attempts/:attemptId/marks': { by: keepers, params: OneAttempt, body: MarkBody, reply: MarkItem },
  'GET /api/exam-attempts/:attemptId/review': { by: keepers, params: OneAttempt, reply: AttemptReview },
  /** Whether an attempt that is held counts. Errors: already_decided, forbidden (one's own), nothing_to_decide (it is not held), appeal_open (an appeal is decided first). */
  'POST /api/exam-attempts/:attemptId/decisions': { by: keepers, params: OneAttempt, body: HoldBody, reply: AttemptReview },
} as const;
