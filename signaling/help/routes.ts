// REST of help: reporting, the desks, the log of incidents.
import type { helpRoutes as table } from '#contracts/help-routes.ts';
import { DomainError } from '#domain/errors.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { officeDesk, platformDesk } from './desk.ts';
import { addIncident, changeIncident, readIncidents } from './incidents.ts';
import { addPost, assign, handUp, ownHelp, platformLine, report, reportOutside, setSolved } from './tickets.ts';

const windowMs = 3_600_000;
/** An hour: from one place, where a school may stand behind one number, and in all, so that nobody fills the desk. */
const [fromOnePlace, inAll] = [10, 200];

export function helpHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  const outside = countAttempts(windowMs);
  const done = async (work: Promise<void>): Promise<Record<string, never>> => { await work; return {}; };
  return {
    'GET /api/help-line': async () => platformLine(deps),
    'GET /api/help': ({ person }) => ownHelp(deps, person),
    'POST /api/help/tickets': ({ person, body }) => report(deps, person, body),
    'POST /api/outside-tickets': ({ body, request }) => {
      const wait = outside.take([{ key: `from ${request.ip}`, limit: fromOnePlace }, { key: 'all', limit: inAll }], deps.now().getTime());
      if (wait > 0) throw new DomainError('too_many_attempts', `again in ${wait} s`);
      return done(reportOutside(deps, body));
    },
    'POST /api/help/tickets/:ticketId/posts': ({ person: { personId }, params, body }) => done(addPost(deps, { personId, ...params }, body)),
    'PUT /api/help/tickets/:ticketId/solved': ({ person: { personId }, params, body }) => done(setSolved(deps, { personId, ...params }, body.solved)),
    'PUT /api/help/tickets/:ticketId/assignment': ({ person: { personId }, params, body }) => done(assign(deps, { personId, ...params }, body.mine)),
    'POST /api/help/tickets/:ticketId/handing-up': ({ person: { personId }, params }) => done(handUp(deps, { personId, ...params })),
    'GET /api/help-desk': ({ person }) => officeDesk(deps, person.personId),
    'GET /api/operator/help-desk': ({ person }) => platformDesk(deps, person.personId),
    'GET /api/incidents': ({ person }) => readIncidents(deps, person.personId),
    'POST /api/incidents': ({ person, body }) => addIncident(deps, person.personId, body),
    'PUT /api/incidents/:incidentId': ({ person, params, body }) => changeIncident(deps, person.personId, params.incidentId, body),
  };
}
