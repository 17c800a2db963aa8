// Help: what a report of trouble is about, how soon somebody has to answer it, and how it goes from new to solved (R30, R66, R67, R94).

export const helpCategories = ['picture', 'sound', 'sign_in', 'face', 'hours', 'other'] as const;
export type HelpCategory = (typeof helpCategories)[number];

/** `reopened`: the asker wrote again after it was solved. `answered`: the desk spoke at least once. */
export const helpStates = ['new', 'answered', 'solved', 'reopened'] as const;
export type HelpState = (typeof helpStates)[number];
/** `urgent`: somebody is kept from a class that runs, or from coming in at all. */
export const helpSeverities = ['urgent', 'normal'] as const;
export type HelpSeverity = (typeof helpSeverities)[number];

/** Signs of a report, an answer or a follow-up. */
export const helpSigns = { least: 1, most: 2000 } as const;
/** Open reports one person may have; more are told in one that is there. */
export const mostOpenReports = 10;

/** `inClass`: the lesson it is about is open or live. Hours and the rest are looked at after class just as well. */
export const severityOf = (category: HelpCategory, inClass: boolean): HelpSeverity =>
  (category === 'sign_in' || (inClass && category !== 'hours' && category !== 'other') ? 'urgent' : 'normal');

/** Minutes until the first answer is due, by severity; plain time, day and night. */
export type AnswerMinutes = Readonly<Record<HelpSeverity, number>>;
export const answerDueAt = (severity: HelpSeverity, askedAt: Date, minutes: AnswerMinutes): Date => new Date(askedAt.getTime() + minutes[severity] * 60_000);

/** After one more word: the desk answers, the asker opens again what was solved, and otherwise nothing changes. */
export function stateAfterPost(state: HelpState, byDesk: boolean): HelpState {
  if (byDesk) return state === 'solved' ? 'solved' : 'answered';
  return state === 'solved' ? 'reopened' : state;
}
/** Called solved, or not: what was solved and is not is open again. */
export function stateAfterSolved(state: HelpState, solved: boolean): HelpState {
  if (solved) return 'solved';
  return state === 'solved' ? 'reopened' : state;
}

/** Ms left until the first answer is due, below zero when it is late; null once somebody answered, or it was solved without. */
export const answerLeftMs = ({ state, answered, dueAt }: { state: HelpState; answered: boolean; dueAt: Date }, now: Date): number | null =>
  (answered || state === 'solved' ? null : dueAt.getTime() - now.getTime());

/** Of an incident, signs at most. */
export const incidentSigns = { what: 500, whom: 1000, cause: 1000, measures: 2000 } as const;
export type IncidentFault = 'what' | 'from' | 'until' | 'reported';
export interface IncidentFacts { from: Date; until: Date | null; what: string; reportedAt: Date | null }
/** What is wrong with an incident; null: nothing. Cause and measures may come later; nothing of it lies in the future. */
export function incidentFault({ from, until, what, reportedAt }: IncidentFacts, now: Date): IncidentFault | null {
  if (what.trim() === '') return 'what';
  if (from > now) return 'from';
  if (until !== null && (until < from || until > now)) return 'until';
  return reportedAt !== null && (reportedAt < from || reportedAt > now) ? 'reported' : null;
}
