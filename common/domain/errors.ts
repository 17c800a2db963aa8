// The only errors thrown on purpose, and the list of codes a client may ever see.

/** HTTP status by error code. A code is stable: browsers translate by it, tests assert it. */
export const errorStatus = {
  bad_request: 400,
  unauthenticated: 401,
  wrong_credentials: 401,
  too_many_attempts: 429,
  forbidden: 403,
  not_found: 404,
  not_enrolled: 403,
  wrong_lesson: 403,
  not_entered: 409,
  lesson_not_open: 409,
  lesson_not_live: 409,
  lesson_ended: 409,
  lesson_cancelled: 409,
  lesson_move_refused: 409,
  lead_present: 409,
  seat_taken_over: 409,
  not_on_stage: 403,
  not_invited: 409,
  hand_not_raised: 409,
  quiz_open_already: 409,
  quiz_closed: 409,
  quiz_choice_invalid: 400,
  answer_differs: 409,
  producer_not_found: 404,
  consumer_not_found: 404,
  transport_not_found: 404,
  cannot_consume: 409,
  media_unavailable: 503,
  media_full: 503,
  room_moved: 409,
  storage_unavailable: 503,
  live_stream_unavailable: 503,
  check_not_asked: 409,
  check_late: 410,
  check_settled: 409,
  nonce_mismatch: 403,
  consent_missing: 403,
  face_not_enrolled: 409,
  picture_invalid: 415,
  picture_too_large: 413,
  replay_not_ready: 409,
  replay_not_held: 409,
  viewing_over: 409,
  heartbeat_invalid: 403,
  heartbeat_late: 409,
  segment_too_early: 425,
  link_expired: 410,
  captions_invalid: 400,
  chat_too_fast: 429,
  too_late: 409,
  websocket_required: 426,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof errorStatus;

/** Thrown when a request cannot be met. `message` is English, for logs and developers; people read the translation of `code`. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
  }
}
