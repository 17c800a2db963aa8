// Help: reporting trouble with what the browser knows of it, answers both sides read, the desk's queue, and the log of incidents (R30, R66, R67, R94, R154).
import Type, { type Static } from 'typebox';
import { helpCategories, helpSeverities, helpSigns, helpStates, incidentSigns } from '#domain/help.ts';
import { problemCodes } from './operator.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Words = Type.String({ minLength: helpSigns.least, maxLength: helpSigns.most });
const permission = OneOf(['granted', 'denied', 'prompt', 'unknown'] as const);
/** What goes along with a report, as the person saw it before sending. Its forms leave no room for names, texts, tokens or queries of addresses. */
export const Diagnostics = Closed({
  browser: Type.String({ maxLength: 300 }), language: Type.String({ maxLength: 20 }), screen: Type.String({ pattern: '^\\d{1,5}x\\d{1,5}@\\d{1,2}(\\.\\d{1,3})?$' }),
  /** Path alone. */
  page: Type.String({ pattern: '^/[A-Za-z0-9/_-]{0,200}$' }), lessonId: Nullable(Uuid), online: Type.Boolean(),
  /** This device's clock less the server's, ms; null: not measured. */
  skewMs: Nullable(Type.Number()),
  /** The last refusals of this page. */
  errors: Type.Array(Closed({ code: Type.String({ pattern: '^[a-z_]{1,40}$' }), requestId: Nullable(Uuid), at: Instant }), { maxItems: 10 }),
  camera: permission, microphone: permission,
  /** In class; `lostShare` of packets received, 0 to 1. */
  media: Nullable(Closed({ state: Type.String({ pattern: '^[a-z]{1,20}$' }), rttMs: Nullable(Type.Number()), lostShare: Nullable(Type.Number()) })),
});
export type Diagnostics = Static<typeof Diagnostics>;

/** Empty where nothing is stated. */
export const HelpLine = Closed({ hotline: Type.String(), hours: Type.String() });
export type HelpLine = Static<typeof HelpLine>;
const InstitutionLine = Closed({ institutionId: Uuid, name: Type.String(), ...HelpLine.properties });
const Post = Closed({ postId: Uuid, name: Type.String(), byDesk: Type.Boolean(), text: Type.String(), at: Instant });
export const HelpTicket = Closed({
  ticketId: Uuid, category: OneOf(helpCategories), severity: OneOf(helpSeverities), state: OneOf(helpStates), text: Type.String(), askedAt: Instant, dueAt: Instant,
  /** Ms until the first answer is due, below zero: late; null: nothing is due. By the server's clock at the moment of the answer. */
  leftMs: Nullable(Type.Number()), firstAnsweredAt: Nullable(Instant), posts: Type.Array(Post),
  /** Whose desk has it; null: the platform's. */
  institutionName: Nullable(Type.String()), handedUp: Type.Boolean(),
});
export type HelpTicket = Static<typeof HelpTicket>;
export const OwnHelp = Closed({
  platform: HelpLine, institutions: Type.Array(InstitutionLine), tickets: Type.Array(HelpTicket),
  /** Masked; null: none is on file, so that nobody can call back. */
  phone: Nullable(Type.String()), serverAt: Instant,
});
export type OwnHelp = Static<typeof OwnHelp>;
export const DeskTicket = Closed({
  ...HelpTicket.properties,
  /** Null: sent without login, which nobody can answer here. */
  asker: Nullable(Closed({ personId: Uuid, name: Type.String() })),
  /** Opened, since the asker wants to be called; null: does not, has none, or it is solved. */
  callBack: Nullable(Type.String()),
  assignee: Nullable(Closed({ personId: Uuid, name: Type.String() })), diagnostics: Diagnostics, lesson: Nullable(Closed({ lessonId: Uuid, title: Type.String() })), incidentId: Nullable(Uuid),
});
export type DeskTicket = Static<typeof DeskTicket>;
/** Of the last thirty days. */
export const HelpFigures = Closed({ tickets: Type.Integer(), medianAnswerMs: Nullable(Type.Number()), answeredLate: Type.Integer(), overdue: Type.Integer(), open: Type.Integer() });
export type HelpFigures = Static<typeof HelpFigures>;
/** Open ones first, of these the one that is due soonest; two hundred at most. */
export const HelpDesk = Closed({ tickets: Type.Array(DeskTicket), figures: HelpFigures, me: Uuid, serverAt: Instant });
export type HelpDesk = Static<typeof HelpDesk>;

/** `ticketId` is drawn by the browser: a retry is the same report. */
export const TicketBody = Closed({ ticketId: Uuid, category: OneOf(helpCategories), text: Words, lessonId: Nullable(Uuid), callBack: Type.Boolean(), diagnostics: Diagnostics });
export type TicketBody = Static<typeof TicketBody>;
export const OutsideTicketBody = Closed({ ticketId: Uuid, category: OneOf(helpCategories), text: Words, diagnostics: Diagnostics });
export type OutsideTicketBody = Static<typeof OutsideTicketBody>;
export const HelpPostBody = Closed({ postId: Uuid, text: Words });
export type HelpPostBody = Static<typeof HelpPostBody>;

const words = (signs: number) => Type.String({ maxLength: signs });
export const IncidentBody = Closed({
  from: Instant, until: Nullable(Instant), what: words(incidentSigns.what), whom: words(incidentSigns.whom), cause: words(incidentSigns.cause), measures: words(incidentSigns.measures),
  reportedAt: Nullable(Instant), lessonIds: Type.Array(Uuid, { maxItems: 50, uniqueItems: true }), ticketIds: Type.Array(Uuid, { maxItems: 200, uniqueItems: true }),
});
export type IncidentBody = Static<typeof IncidentBody>;
/** `institutionId` null: the platform's, written by whoever operates it. `found`: taken over from what the platform found itself. */
export const NewIncident = Closed({ incidentId: Uuid, institutionId: Nullable(Uuid), found: Nullable(OneOf(problemCodes)), ...IncidentBody.properties });
export type NewIncident = Static<typeof NewIncident>;
/** `revision`: the one that was changed. */
export const ChangedIncident = Closed({ revision: Type.Integer({ minimum: 1 }), ...IncidentBody.properties });
export type ChangedIncident = Static<typeof ChangedIncident>;
export const Incident = Closed({
  incidentId: Uuid, institutionId: Nullable(Uuid), institutionName: Nullable(Type.String()), found: Nullable(Type.String()), ...IncidentBody.properties, revision: Type.Integer(),
  lessons: Type.Array(Closed({ lessonId: Uuid, title: Type.String() })), changedAt: Instant, changedBy: Type.String(), mayChange: Type.Boolean(),
});
export type Incident = Static<typeof Incident>;
/** Newest first. `administrators`: who is named for the daily running of each institution in reach, and reports (R154). */
export const Incidents = Closed({
  incidents: Type.Array(Incident), administrators: Type.Array(Closed({ institutionId: Uuid, institutionName: Type.String(), name: Type.String(), phone: Type.String() })),
  /** Institutions for which the asker writes; `platform`: also for the platform. */
  writesFor: Type.Array(Closed({ institutionId: Uuid, name: Type.String() })), platform: Type.Boolean(),
});
export type Incidents = Static<typeof Incidents>;

const office = ['admin', 'institution'] as const;
const OneTicket = Closed({ ticketId: Uuid });
export const helpRoutes = {
  /** How the platform is reached, for whoever cannot log in. */
  'GET /api/help-line': { by: 'anyone', reply: HelpLine },
  'GET /api/help': { by: 'account', reply: OwnHelp },
  /** Goes to the desk of the lesson's institution, else of the asker's own, else of the platform. Errors: not_found (lesson), word_refused, too_many_attempts (too many open ones), bad_request (the id is another's). */
  'POST /api/help/tickets': { by: 'account', body: TicketBody, reply: OwnHelp },
  /** Without login: words and diagnostics, to the platform's desk, which cannot answer here. Errors: too_many_attempts, word_refused. */
  'POST /api/outside-tickets': { by: 'anyone', body: OutsideTicketBody, reply: Empty },
  /** By the asker or the desk. Errors of these four: not_found (not one's own, not one's desk), word_refused, bad_request (the id is another post's). */
  'POST /api/help/tickets/:ticketId/posts': { by: 'account', params: OneTicket, body: HelpPostBody, reply: Empty },
  'PUT /api/help/tickets/:ticketId/solved': { by: 'account', params: OneTicket, body: Closed({ solved: Type.Boolean() }), reply: Empty },
  /** The desk: I look after it, or nobody does. */
  'PUT /api/help/tickets/:ticketId/assignment': { by: office, params: OneTicket, body: Closed({ mine: Type.Boolean() }), reply: Empty },
  /** The institution's desk hands it to the platform's; both see it from then on. */
  'POST /api/help/tickets/:ticketId/handing-up': { by: office, params: OneTicket, reply: Empty },
  /** Reports to the institutions whose office the asker is of. */
  'GET /api/help-desk': { by: office, reply: HelpDesk },
  /** Reports to the platform: those of nobody's institution, and those handed up. */
  'GET /api/operator/help-desk': { by: ['admin'], across: true, reply: HelpDesk },
  /** Of the institutions one is of the office of or oversees, and the platform's own. */
  'GET /api/incidents': { by: ['admin', 'institution', 'regulator'], reply: Incidents },
  /** Errors of both: incident_invalid, incident_changed (somebody was faster), not_found (not one's institution; a lesson or report that is not its own), forbidden (the platform's, by another than its operator). */
  'POST /api/incidents': { by: office, body: NewIncident, reply: Incidents },
  'PUT /api/incidents/:incidentId': { by: office, params: Closed({ incidentId: Uuid }), body: ChangedIncident, reply: Incidents },
} as const;
