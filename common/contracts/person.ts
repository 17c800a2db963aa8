// People as clients see them, and the requests around logging in.
import Type, { type Static } from 'typebox';
import { lessonRoles, membershipRoles } from '#domain/roles.ts';
import { FactorCode } from './factor-routes.ts';
import { Closed, OneOf, Nullable, Uuid } from './shapes.ts';

export const PersonBrief = Closed({ personId: Uuid, name: Type.String() });
export type PersonBrief = Static<typeof PersonBrief>;

export const LoginBody = Closed({
  login: Type.String({ minLength: 1, maxLength: 64 }),
  password: Type.String({ minLength: 1, maxLength: 200 }),
  /** Of the second factor, where one was asked for. */
  code: Type.Optional(FactorCode),
});
export const Me = Closed({
  personId: Uuid,
  name: Type.String(),
  memberships: Type.Array(Closed({ institutionId: Uuid, institutionName: Type.String(), role: OneOf(membershipRoles) })),
  /** Looks for a client of an institution; left out where not. */
  looksForClient: Type.Optional(Type.Boolean()),
  /** Must set up a second factor before anything else; left out where not. */
  factorNeeded: Type.Optional(Type.Boolean()),
  locale: OneOf(['zh', 'en'] as const),
  serverNowMs: Type.Number(),
});
export type Me = Static<typeof Me>;
export const LocaleBody = Closed({ locale: OneOf(['zh', 'en'] as const) });

/** One person in a classroom. `present`: at least one live connection. */
export const Participant = Closed({
  personId: Uuid,
  name: Type.String(),
  role: OneOf(lessonRoles),
  present: Type.Boolean(),
  visible: Type.Boolean(),
  onStage: Type.Boolean(),
  /** Last settled face verdict in this session; staff only, null for others. */
  verdict: Nullable(Type.String()),
  checkWay: Nullable(Type.String()),
});
export type Participant = Static<typeof Participant>;
