// Every table, and every kind of stored file: what becomes of it in time, and why what stays may stay. A new one without an entry fails a test (kept-tables.services.test.ts); docs/retention.md prints the same lists.
import type { RetentionClass } from '#domain/retention.ts';

/**
 * `log`: rows go by age (retention_sweeps). `evidence`: only added to, ids, figures and hashes; stays. `frame`: stays so that what stays has something to point at; ids, times and the institution's own words.
 * `own`: the institution's or the platform's own papers and settings; stay until it changes them. `passing`: goes by itself when it has served, long before any class.
 */
export type Keeping = RetentionClass | 'log' | 'evidence' | 'frame' | 'own' | 'passing';
const all = (keeping: Keeping | readonly Keeping[], names: string): [string, readonly Keeping[]][] => names.split(' ').map((name) => [name, typeof keeping === 'string' ? [keeping] : keeping]);

/** Several classes: of a lesson and of an exam, or of a person besides. */
export const keptTables: Readonly<Record<string, readonly Keeping[]>> = Object.fromEntries([
  ...all('fact', 'correction_decision correction film_answer film_showing make_up observation removal connection picked_learner breakout_member door_wait class_reckoning_learner class_reckoning offline_presence offline_sheet site_sign ledger_row hand stage_visit answer quiz_asked quiz film_question question'),
  ...all(['fact', 'exam'], 'review_decision appeal face_check'), ...all(['fact', 'exam', 'person'], 'signal snapshot_print'), ...all(['fact', 'ledger'], 'attachment'),
  ...all('talk', 'chat_rule chat_mute chat_message private_message qa_post qa_thread'),
  ...all('recording', 'caption replay recording_chunk capture_segment recording live_stream'), ...all(['recording', 'person'], 'viewing replay_position'),
  ...all('exam', 'exam_mark exam_item exam_contact exam_decision exam_attempt'),
  ...all('ledger', 'ledger_learner ledger_cohort'), ...all(['ledger', 'person'], 'ledger_due'),
  ...all('courseware', 'courseware courseware_pointer courseware_stroke courseware_use'), ...all('film', 'film film_piece film_file'), ...all('question', 'question_set_item bank_question question_version'),
  ...all('face', 'face_picture learner_key'), ...all(['face', 'person'], 'face_enrolment'),
  ...all('person', 'person identity account check_way recovery_code second_factor client_member cohort_joining consent membership former_membership enrolment deletion_request'),
  ...all(['log', 'person'], 'notice phone_code login_session companion calendar_feed invitation_message'), ...all('log', 'security_log api_nonce self_test_run help_post help_ticket roster_import identity_view look outbox'),
  ...all('evidence', 'event event_link tree_leaf tree_node tree_head evidence_key certificate deletion_certificate forgotten_key legal_hold backup_run migration'),
  ...all('frame', 'institution course cohort cohort_opening cohort_move cohort_invitation lesson lesson_series lesson_session lesson_staff lesson_change unit interruption breakout breakout_group ledger_lesson exam exam_cohort exam_course exam_pool'),
  ...all('frame', 'inspection inspection_unit inspection_finding inspection_answer inspection_look inspection_reminder incident connector_reconciliation'),
  ...all('own', 'institution_profile institution_change instructor course_dossier content_review client region_oversight corner_post corner_resource place holiday timetable_setting question_set api_client connector master_key'),
  ...all('passing', 'ledger_export subsidy_file question_picture media_node media_room media_seat process_report tree_due backup_wal'),
]);

/** By the function of contracts/places.ts that says where such a file lies. */
export const keptFiles: Readonly<Record<string, readonly Keeping[]>> = Object.fromEntries([
  ...all('recording', 'replayKey replayFileKey'), ...all('courseware', 'coursewareOriginalKey coursewarePageKey'), ...all('film', 'filmFileKey'), ...all(['fact', 'ledger', 'own'], 'attachmentKey'), ...all('face', 'pictureKey'), ...all('own', 'resourceKey'),
  ...all('passing', 'captureDirectory roomCaptureDirectory bootCaptureDirectory segmentFile segmentCopyKey chunkDirectory liveStreamKey liveStreamDirectory coursewarePieceKey coursewareWorkDirectory questionPictureKey ledgerExportKey filmPieceKey filmWorkDirectory ledgerWorkFile subsidyKey subsidyWorkDirectory'),
]);
