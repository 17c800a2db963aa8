// Routes of invitations. Those of the office answer not_found for a cohort that is not its own.
import { CohortInvitations, InvitationBody, InvitationCode, InvitationMessages, InvitationSeen, Joining, JoiningDecision } from './invitation.ts';
import { Closed, Uuid } from './shapes.ts';

const office = ['admin', 'institution'] as const;
const OneCohort = Closed({ cohortId: Uuid });
const OneInvitation = Closed({ cohortId: Uuid, invitationId: Uuid });
const OneJoining = Closed({ cohortId: Uuid, joiningId: Uuid });

export const invitationRoutes = {
  'GET /api/cohorts/:cohortId/invitations': { by: office, params: OneCohort, reply: CohortInvitations },
  /** Errors: invitation_over (the cohort is closed), invitations_too_many (so many are open already). */
  'POST /api/cohorts/:cohortId/invitations': { by: office, params: OneCohort, body: InvitationBody, reply: CohortInvitations },
  /** For good; twice is once. Who came by it before stays. */
  'POST /api/cohorts/:cohortId/invitations/:invitationId/revocation': { by: office, params: OneInvitation, reply: CohortInvitations },
  /** To the next of the roster who have not registered, on the phones this institution stated, 20 at once; asked again until none is left. Errors: invitation_over, phone_unavailable (none could be sent). */
  'POST /api/cohorts/:cohortId/invitations/:invitationId/messages': { by: office, params: OneInvitation, reply: InvitationMessages },
  /** Enrols, or does not; asked once. Errors: joining_decided, invitation_over (the cohort is closed). */
  'POST /api/cohorts/:cohortId/joinings/:joiningId/decision': { by: office, params: OneJoining, body: JoiningDecision, reply: CohortInvitations },
  /** For anybody who has the link. Errors: not_found, invitation_over (expired, revoked, used up, or the cohort is closed). */
  'GET /api/invitations/:code': { by: 'anyone', params: Closed({ code: InvitationCode }), reply: InvitationSeen },
  /** Comes by a link: onto the roster, or onto the list the office looks at. Twice is once. Errors: not_found, invitation_over, identity_missing, identity_denied. */
  'POST /api/me/joinings': { by: 'account', body: Closed({ code: InvitationCode }), reply: Joining },
} as const;
