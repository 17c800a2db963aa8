// The log of incidents: what broke, whom it hit, why, what was done, when the authority was told (R30, R94, R154); written by the office of an institution, or by whoever operates the platform.
import { createHash } from 'node:crypto';
import type { ChangedIncident, IncidentBody, Incidents, NewIncident } from '#contracts/help-routes.ts';
import { Incident } from '#db/entities/help.ts';
import { Membership } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { administratorsOf, incidentsOf } from '#db/queries/incidents.ts';
import { isOperator, officesOf } from '#db/queries/institution-access.ts';
import { actorFor, arrayOf } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { incidentFault } from '#domain/help.ts';
import type { Deps } from '../deps.ts';
import { withinDesk } from './access.ts';

const readers = ['admin', 'institution', 'regulator'] as const;

export const readIncidents = (deps: Deps, personId: string): Promise<Incidents> => withinDesk(deps, personId, async (operator) => {
  const em = deps.orm.em.fork();
  const overseen = [...new Set((await em.find(Membership, { personId, role: { $in: [...readers] } })).map(({ institutionId }) => institutionId))];
  const offices = await officesOf(em, personId);
  const administrators = await administratorsOf(em, overseen);
  return {
    incidents: await incidentsOf(em, overseen, { operator, offices: new Set(offices) }), administrators,
    writesFor: administrators.filter(({ institutionId }) => offices.includes(institutionId)).map(({ institutionId, institutionName: name }) => ({ institutionId, name })), platform: operator,
  };
});

/** Throws forbidden for the platform's, not_found for another institution's. */
async function requireWriter(em: EntityManager, personId: string, institutionId: string | null): Promise<void> {
  if (institutionId === null ? await isOperator(em, personId) : (await officesOf(em, personId)).includes(institutionId)) return;
  throw institutionId === null ? new DomainError('forbidden', 'incidents of the platform are written by whoever operates it') : new DomainError('not_found', 'no such institution');
}

function factsOf(body: IncidentBody, now: Date) {
  const facts = { from: new Date(body.from), until: body.until === null ? null : new Date(body.until), what: body.what.trim(), reportedAt: body.reportedAt === null ? null : new Date(body.reportedAt) };
  const fault = incidentFault(facts, now);
  if (fault) throw new DomainError('incident_invalid', `wrong: ${fault}`);
  const { from: fromAt, until: untilAt, ...rest } = facts;
  return { fromAt, untilAt, ...rest, whom: body.whom.trim(), cause: body.cause.trim(), measures: body.measures.trim(), lessonIds: [...body.lessonIds].sort() };
}
type Facts = ReturnType<typeof factsOf>;

/** Links the reports, and unlinks those that are not named any more. Throws not_found where a lesson or report is not of that institution, or the platform's desk has not got it. */
async function link(em: EntityManager, incidentId: string, institutionId: string | null, { lessonIds, ticketIds }: Pick<IncidentBody, 'lessonIds' | 'ticketIds'>): Promise<void> {
  const [row] = await em.execute<{ lessons: number; tickets: number }[]>(
    `select (select count(*)::int from lesson where id = any(?::uuid[]) and (?::uuid is null or institution_id = ?)) as lessons,
       (select count(*)::int from help_ticket where id = any(?::uuid[]) and case when ?::uuid is null then institution_id is null or handed_up_at is not null else institution_id = ? end) as tickets`,
    [arrayOf(lessonIds), institutionId, institutionId, arrayOf(ticketIds), institutionId, institutionId]);
  if (row?.lessons !== lessonIds.length || row.tickets !== ticketIds.length) throw new DomainError('not_found', 'no such lesson, or no such report');
  await em.execute('update help_ticket set incident_id = null where incident_id = ? and not id = any(?::uuid[])', [incidentId, arrayOf(ticketIds)]);
  await em.execute('update help_ticket set incident_id = ? where id = any(?::uuid[])', [incidentId, arrayOf(ticketIds)]);
}

const hashOf = (facts: Facts): string => createHash('sha256').update(JSON.stringify(facts)).digest('hex');
async function note(em: EntityManager, type: 'incident:noted' | 'incident:changed', personId: string, { id, institutionId, found, revision, at, ticketIds }: { id: string; institutionId: string | null; found: string | null; revision: number; at: Date; ticketIds: string[] }, facts: Facts): Promise<void> {
  const { fromAt, untilAt, reportedAt, lessonIds } = facts;
  await appendEvent(em, actorFor(personId, institutionId), `incident:${id}`, type, at, {
    incidentId: id, found, revision, fromAt: fromAt.toISOString(), untilAt: untilAt?.toISOString() ?? null, reportedAt: reportedAt?.toISOString() ?? null, lessonIds, ticketIds, sha256: hashOf(facts),
  });
}

/** The same id again changes nothing. Throws incident_invalid, forbidden, not_found, bad_request (the id is another's). */
export async function addIncident(deps: Deps, personId: string, body: NewIncident): Promise<Incidents> {
  const { incidentId: id, institutionId, found, ticketIds } = body;
  await withinDesk(deps, personId, () => unitOfWork(deps.orm, actorFor(personId, institutionId), async (em) => {
    await requireWriter(em, personId, institutionId);
    const at = deps.now();
    const known = await em.findOne(Incident, { id });
    if (known && (known.changedBy !== personId || (known.institutionId ?? null) !== institutionId)) throw new DomainError('bad_request', 'this id is used');
    if (known) return;
    const facts = factsOf(body, at);
    await em.insert(Incident, { id, institutionId, found, ...facts, revision: 1, changedAt: at, changedBy: personId });
    await link(em, id, institutionId, body);
    await note(em, 'incident:noted', personId, { id, institutionId, found, revision: 1, at, ticketIds }, facts);
  }));
  deps.log.info({ incidentId: id, institutionId, personId, found }, 'incident noted');
  return readIncidents(deps, personId);
}

/** Throws incident_invalid, incident_changed, not_found. */
export async function changeIncident(deps: Deps, personId: string, id: string, body: ChangedIncident): Promise<Incidents> {
  await withinDesk(deps, personId, (operator) => unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
    const [held] = await em.execute<{ id: string }[]>('select id from incident where id = ? for update', [id]);
    const row = held && await em.findOne(Incident, { id });
    const institutionId = row?.institutionId ?? null;
    // Also the platform's, where somebody else asks to change it: they may read it, and no more.
    if (!row || (institutionId === null && !operator)) throw new DomainError('not_found', 'no such incident');
    await requireWriter(em, personId, institutionId);
    if (row.revision !== body.revision) throw new DomainError('incident_changed', `it is at revision ${row.revision}`);
    const at = deps.now();
    const facts = factsOf(body, at);
    const revision = row.revision + 1;
    await em.nativeUpdate(Incident, { id }, { ...facts, revision, changedAt: at, changedBy: personId });
    await link(em, id, institutionId, body);
    await note(em, 'incident:changed', personId, { id, institutionId, found: row.found ?? null, revision, at, ticketIds: body.ticketIds }, facts);
  }));
  return readIncidents(deps, personId);
}
