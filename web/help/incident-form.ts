// The form of an incident: times as people type them (Shanghai), and the body that is sent.
import type { Incident, IncidentBody } from '#contracts/help-routes.ts';

/** Times are `YYYY-MM-DDTHH:MM` of Shanghai, as a field of the browser gives them; empty: none. */
export interface IncidentForm { from: string; until: string; what: string; whom: string; cause: string; measures: string; reportedAt: string; lessonIds: string[]; ticketIds: string[] }

const shanghaiMs = 8 * 3_600_000;
export const typedTime = (at: string | null): string => (at === null ? '' : new Date(Date.parse(at) + shanghaiMs).toISOString().slice(0, 16));
/** Null where it is no time. Null too for an empty one. */
export function instantOf(typed: string): string | null {
  // Browsers read half a time as some time of their own.
  const ms = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(typed) ? Date.parse(`${typed}:00Z`) : Number.NaN;
  return Number.isNaN(ms) ? null : new Date(ms - shanghaiMs).toISOString();
}

export const formOf = ({ from, until, what, whom, cause, measures, reportedAt, lessonIds, ticketIds }: Incident): IncidentForm =>
  ({ from: typedTime(from), until: typedTime(until), what, whom, cause, measures, reportedAt: typedTime(reportedAt), lessonIds: [...lessonIds], ticketIds: [...ticketIds] });

/**
 * Null where the beginning is missing. `before`: an incident that is changed; a field that was not touched keeps its instant, whose seconds the field does not show.
 */
export function bodyOf(form: IncidentForm, before: Incident | null): IncidentBody | null {
  const kept = (typed: string, was: string | null | undefined): string | null => (was && typed === typedTime(was) ? was : instantOf(typed));
  const from = kept(form.from, before?.from);
  if (from === null) return null;
  const { what, whom, cause, measures, lessonIds, ticketIds } = form;
  return { from, until: kept(form.until, before?.until), what, whom, cause, measures, reportedAt: kept(form.reportedAt, before?.reportedAt), lessonIds, ticketIds };
}
