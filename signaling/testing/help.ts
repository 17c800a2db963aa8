// Reports of trouble and incidents as tests make them: over the routes, with what a browser would send along.
import type { ChangedIncident, Diagnostics, IncidentBody, NewIncident, TicketBody } from '#contracts/help-routes.ts';
import { newId } from '#domain/id.ts';
import type { HttpWorld, Known } from './http-world.ts';

export const someDiagnostics: Diagnostics = {
  browser: 'Mozilla/5.0', language: 'zh-CN', screen: '390x844@3', page: '/help', lessonId: null, online: true, skewMs: 12, errors: [{ code: 'internal', requestId: '0198f000-0000-7000-8000-000000000001', at: '2026-03-02T00:59:00.000Z' }],
  camera: 'granted', microphone: 'unknown', media: { state: 'up', rttMs: 31.5, lostShare: 0.01 },
};
export const ticketBody = (part: Partial<TicketBody> = {}): TicketBody => ({ ticketId: newId(), category: 'picture', text: '看不到画面', lessonId: null, callBack: false, diagnostics: someDiagnostics, ...part });
export const incidentBody = (part: Partial<NewIncident> = {}): NewIncident => ({
  incidentId: newId(), institutionId: null, found: null, from: '2026-03-01T00:00:00.000Z', until: null, what: '断网', whom: '', cause: '', measures: '', reportedAt: null, lessonIds: [], ticketIds: [], ...part,
});

/** The same as a change of the first revision. */
export const incidentChange = (part: Partial<IncidentBody> = {}, revision = 1): ChangedIncident => {
  const { from, until, what, whom, cause, measures, reportedAt, lessonIds, ticketIds } = incidentBody(part);
  return { revision, from, until, what, whom, cause, measures, reportedAt, lessonIds, ticketIds };
};

/** A report of this person, and an incident of that institution, by its office. */
export async function addHelp(world: HttpWorld, { asker, office, institutionId, text }: { asker: Known; office: Known; institutionId: string; text: string }): Promise<{ ticketId: string; incidentId: string }> {
  const [ticket, incident] = [ticketBody({ text }), incidentBody({ institutionId, what: text })];
  for (const [route, person, payload] of [['POST /api/help/tickets', asker, ticket], ['POST /api/incidents', office, incident]] as const) {
    const { statusCode, body } = await world.call(route, person, { payload });
    if (statusCode !== 200) throw new Error(`${route}: ${body}`);
  }
  return { ticketId: ticket.ticketId, incidentId: incident.incidentId };
}
