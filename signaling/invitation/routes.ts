// REST of invitations: of the office, of whoever comes, and the page anybody sees.
import type { invitationRoutes } from '#contracts/invitation-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { decideJoining, joinCohort } from './joining.ts';
import { createInvitation, revokeInvitation } from './making.ts';
import { sendMessages } from './messages.ts';
import { readInvitations, seeInvitation } from './reading.ts';

export function invitationHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof invitationRoutes> {
  return {
    'GET /api/cohorts/:cohortId/invitations': ({ person, params }) => readInvitations(deps, person.personId, params.cohortId),
    'POST /api/cohorts/:cohortId/invitations': ({ person, params, body }) => createInvitation(deps, person.personId, params.cohortId, body),
    'POST /api/cohorts/:cohortId/invitations/:invitationId/revocation': ({ person, params }) => revokeInvitation(deps, person.personId, params.cohortId, params.invitationId),
    'POST /api/cohorts/:cohortId/invitations/:invitationId/messages': ({ person, params }) => sendMessages(deps, person.personId, params.cohortId, params.invitationId),
    'POST /api/cohorts/:cohortId/joinings/:joiningId/decision': ({ person, params, body }) => decideJoining(deps, { asker: person.personId, cohortId: params.cohortId, joiningId: params.joiningId }, body.accept),
    'GET /api/invitations/:code': ({ params }) => seeInvitation(deps, params.code),
    'POST /api/me/joinings': ({ person, body }) => joinCohort(deps, person.personId, body.code),
  };
}
