// Clients of an institution (甲方): employers whose people it trains, who of them may look, which functions their learners have (R31, R62).
import Type, { type Static } from 'typebox';
import { clientSwitches } from '#domain/client-switches.ts';
import { Closed, Empty, Nullable, OneOf, Uuid } from './shapes.ts';

const named = (most: number) => Type.String({ minLength: 1, maxLength: most, pattern: '\\S' });
export const ClientBody = Closed({
  name: named(100), /** Empty, or eighteen signs that fit each other. */ creditCode: Type.String({ maxLength: 30 }), region: Nullable(Type.String({ pattern: '^\\d{6}$' })),
  contact: Type.String({ maxLength: 40 }), phone: Type.String({ maxLength: 30 }), switchedOff: Type.Array(OneOf(clientSwitches), { maxItems: 10 }),
});
export type ClientBody = Static<typeof ClientBody>;
export const Client = Closed({
  clientId: Uuid, ...ClientBody.properties, learners: Type.Integer(),
  /** Who may look at the hours of this client's learners. */
  members: Type.Array(Closed({ personId: Uuid, name: Type.String() })),
});
export type Client = Static<typeof Client>;
export const ClientList = Closed({ clients: Type.Array(Client), mayChange: Type.Boolean() });
export type ClientList = Static<typeof ClientList>;
/** As for staff: login or phone, and the name that belongs to it. */
export const ClientMember = Closed({ who: named(64), name: named(60) });
export type ClientMember = Static<typeof ClientMember>;

/** Those who learn in a class of the institution now, by class and name. */
export const ClientLearners = Closed({
  learners: Type.Array(Closed({ enrolmentId: Uuid, name: Type.String(), cohortTitle: Type.String(), courseTitle: Type.String(), clientId: Nullable(Uuid) })),
});
export type ClientLearners = Static<typeof ClientLearners>;

/** Clients the asker looks for. */
export const OwnClients = Closed({ clients: Type.Array(Closed({ clientId: Uuid, name: Type.String(), institutionName: Type.String() })) });
export type OwnClients = Static<typeof OwnClients>;
const figures = { lessons: Type.Integer(), heldMinutes: Type.Number(), creditedMinutes: Type.Number(), madeUpMinutes: Type.Number(), share: Nullable(Type.Number()) };
/** Minutes are sums of those of each lesson, which are cut to one decimal; `share` is cut in the same way as there. */
export const ClientHours = Closed({
  name: Type.String(), institutionName: Type.String(),
  cohorts: Type.Array(Closed({ cohortId: Uuid, title: Type.String(), courseTitle: Type.String(), learners: Type.Array(Closed({ personId: Uuid, name: Type.String(), ...figures })) })),
});
export type ClientHours = Static<typeof ClientHours>;

const office = ['admin', 'institution'] as const;
const overseers = ['admin', 'institution', 'regulator'] as const;
const OneInstitution = Closed({ institutionId: Uuid });
const OneClient = Closed({ institutionId: Uuid, clientId: Uuid });

export const clientRoutes = {
  'GET /api/institutions/:institutionId/clients': { by: overseers, params: OneInstitution, reply: ClientList },
  /** Errors: not_found, client_invalid (credit code, region), client_double (of that name already). */
  'POST /api/institutions/:institutionId/clients': { by: office, params: OneInstitution, body: ClientBody, reply: ClientList },
  'PUT /api/institutions/:institutionId/clients/:clientId': { by: office, params: OneClient, body: ClientBody, reply: ClientList },
  /** Twice is once. Errors: not_found, person_unknown, too_many_attempts. */
  'POST /api/institutions/:institutionId/clients/:clientId/members': { by: office, params: OneClient, body: ClientMember, reply: ClientList },
  'DELETE /api/institutions/:institutionId/clients/:clientId/members/:personId': { by: office, params: Closed({ ...OneClient.properties, personId: Uuid }), reply: ClientList },
  'GET /api/institutions/:institutionId/client-learners': { by: office, params: OneInstitution, reply: ClientLearners },
  /** Whose learner somebody is; null: nobody's. Errors: not_found (an enrolment or a client that is not the institution's own). */
  'PUT /api/institutions/:institutionId/enrolments/:enrolmentId/client': { by: office, params: Closed({ institutionId: Uuid, enrolmentId: Uuid }), body: Closed({ clientId: Nullable(Uuid) }), reply: Empty },
  'GET /api/my-clients': { by: 'account', reply: OwnClients },
  /** For whoever looks for this client. Errors: not_found. */
  'GET /api/my-clients/:clientId/hours': { by: 'account', params: Closed({ clientId: Uuid }), reply: ClientHours },
} as const;
