// Invitations to a cohort over REST: the office's links and messages, who came by them, what the public page shows.
import Type, { type Static } from 'typebox';
import { admissions, invitationLimits, invitationStates, joiningStates } from '#domain/invitation.ts';
import { learnerCategories } from '#domain/identity/learner-category.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** As it stands in a link: 22 letters, digits, - and _. */
export const InvitationCode = Type.String({ pattern: '^[A-Za-z0-9_-]{22}$' });
/** `days`: for so long it holds; `most`: so many may come by it. */
export const InvitationBody = Closed({ admits: OneOf(admissions), days: Type.Integer({ minimum: 1, maximum: Math.max(...invitationLimits.days) }), most: Type.Integer({ minimum: 1, maximum: invitationLimits.mostUses }) });
export type InvitationBody = Static<typeof InvitationBody>;

/** `used`: who came by it and was not of the cohort; `messages`: sent to phones with it. */
export const InvitationLine = Closed({
  invitationId: Uuid, code: InvitationCode, admits: OneOf(admissions), state: OneOf(invitationStates), used: Type.Integer(), most: Type.Integer(), messages: Type.Integer(), createdAt: Instant, expiresAt: Instant, createdBy: Type.String(),
});
export type InvitationLine = Static<typeof InvitationLine>;
/** Masked, as in a roster. `ended`: was of this cohort before, until the office ended it. */
export const JoiningLine = Closed({ joiningId: Uuid, name: Type.String(), numberMask: Type.String(), phoneMask: Nullable(Type.String()), category: OneOf(learnerCategories), employer: Nullable(Type.String()), askedAt: Instant, ended: Type.Boolean() });
export type JoiningLine = Static<typeof JoiningLine>;
export const CohortInvitations = Closed({
  cohortTitle: Type.String(),
  /** The newest first. */
  invitations: Type.Array(InvitationLine),
  /** The longest first; at most 500. */
  waiting: Type.Array(JoiningLine),
  /** Of the roster, not registered, on a phone this institution stated; `due`: those a message may go to now. */
  unregistered: Type.Integer(), due: Type.Integer(),
});
export type CohortInvitations = Static<typeof CohortInvitations>;

/** `left`: to whom one may still go. */
export const InvitationMessages = Closed({ sent: Type.Integer(), left: Type.Integer() });
export const JoiningDecision = Closed({ accept: Type.Boolean() });

/** What anybody sees who has the link, and nothing else. Days of the application, else of the lessons planned. */
export const InvitationSeen = Closed({ institution: Type.String(), course: Type.String(), cohort: Type.String(), firstDay: Nullable(Type.String()), lastDay: Nullable(Type.String()) });
export type InvitationSeen = Static<typeof InvitationSeen>;
export const Joining = Closed({ state: OneOf(joiningStates), cohort: Type.String() });
export type Joining = Static<typeof Joining>;
