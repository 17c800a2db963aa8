// What an inspector found in a recording, what the institution answers, and how it ends (R113).

export const severities = ['minor', 'major', 'critical'] as const;
export type Severity = (typeof severities)[number];
/** What a finding stands on. */
export const evidenceKinds = ['recording', 'face_check', 'sign_in', 'quiz', 'gap', 'presence', 'courseware', 'other'] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

/** What was said about a finding, in order: by the institution, or by whoever inspects. `withdrawn`: it was filed by mistake; only before it is handed over. */
export const replyKinds = ['answer', 'accepted', 'returned', 'withdrawn'] as const;
export type ReplyKind = (typeof replyKinds)[number];
/** `open`: the institution has to answer. `accepted` and `withdrawn` are the end. */
export const findingStates = ['open', 'answered', 'returned', 'accepted', 'withdrawn'] as const;
export type FindingState = (typeof findingStates)[number];

/** By what was said last; null: nothing yet. */
export const findingState = (last: ReplyKind | null): FindingState => (last === null ? 'open' : last === 'answer' ? 'answered' : last);
/** `handed`: the institution has it. It answers then what is open or came back, the inspector judges what was answered; before, the inspector may withdraw it. Nothing else is possible. */
export function mayReply(state: FindingState, reply: ReplyKind, handed: boolean): boolean {
  if (reply === 'withdrawn') return !handed && state === 'open';
  return handed && (reply === 'answer' ? state === 'open' || state === 'returned' : state === 'answered');
}
/** It is over, whatever came of it. */
export const isSettled = (state: FindingState): boolean => state === 'accepted' || state === 'withdrawn';

/** Not accepted by the end of the deadline; what was answered in time waits for the inspector and is not late. */
export const isOverdue = ({ state, dueMs }: { state: FindingState; dueMs: number | null }, nowMs: number): boolean => dueMs !== null && nowMs >= dueMs && (state === 'open' || state === 'returned');
