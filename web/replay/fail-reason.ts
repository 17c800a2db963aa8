// Words for why a part has no film, and for what a film lacks; unknown reasons get a general sentence.

const failReasons = ['nothing_captured', 'verification_failed', 'internal'] as const;
const gapReasons = [
  'node_down', 'sender_gone', 'capture_dropped', 'nothing_captured', 'picture_lost', 'sound_lost', 'codec_unsupported', 'log_unreadable', 'page_missing',
] as const;
const among = (list: readonly string[], reason: string | null): string => (reason !== null && list.includes(reason) ? reason : 'other');

export const failKey = (reason: string | null): string => `replay.fail.${among(failReasons, reason)}`;
export const gapKey = (reason: string): string => `replay.gap.${among(gapReasons, reason)}`;
