// The self-test and the security log, for whoever operates the platform (R94, R154, R157, R158).
import Type, { type Static } from 'typebox';
import { controlIds, controlStates } from '#domain/self-test/controls.ts';
import { securityKinds, securityOutcomes } from '#domain/security-log.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Age = Nullable(Type.Number());
export const SelfTestRun = Closed({
  at: Instant, /** Null: by `npm run selftest`. */ by: Nullable(Type.String()), tookMs: Type.Integer(), failed: Type.Integer(),
  results: Type.Array(Closed({ id: OneOf(controlIds), state: OneOf(controlStates), detail: Type.String() })),
});
export type SelfTestRun = Static<typeof SelfTestRun>;
/** Ages in ms; null: never. */
export const BackupShown = Closed({
  ever: Type.Boolean(), baseMs: Age, walMs: Age, drillMs: Age, drill: Nullable(Closed({ at: Instant, ok: Type.Boolean(), code: Nullable(Type.String()), lostFacts: Age, lostSeconds: Age, tookMs: Age })),
  failing: Nullable(Closed({ kind: Type.String(), at: Instant, code: Nullable(Type.String()) })),
});
export type BackupShown = Static<typeof BackupShown>;
export const SelfTestPage = Closed({ last: Nullable(SelfTestRun), backup: BackupShown });
export type SelfTestPage = Static<typeof SelfTestPage>;

export const SecurityRow = Closed({
  id: Uuid, at: Instant, kind: OneOf(securityKinds), outcome: OneOf(securityOutcomes), person: Nullable(Closed({ personId: Uuid, name: Type.String() })), subject: Nullable(Type.String()), address: Nullable(Type.String()),
  detail: Type.String(),
});
export type SecurityRow = Static<typeof SecurityRow>;
export const SecurityLog = Closed({ rows: Type.Array(SecurityRow), /** `before` of the next page; null: there is none. */ next: Nullable(Uuid) });
export type SecurityLog = Static<typeof SecurityLog>;
export const SecurityQuery = Closed({
  kind: Type.Optional(OneOf(securityKinds)), outcome: Type.Optional(OneOf(securityOutcomes)), personId: Type.Optional(Uuid), from: Type.Optional(Instant), before: Type.Optional(Uuid),
});
export type SecurityQuery = Static<typeof SecurityQuery>;

export const selfTestRoutes = {
  'GET /api/self-test': { by: ['admin'], across: true, reply: SelfTestPage },
  /** Tries all controls; takes seconds. What came of it is kept. */
  'POST /api/self-tests': { by: ['admin'], across: true, reply: SelfTestPage },
  /** Newest first, a hundred at a time. Reading it is in it. */
  'GET /api/security-log': { by: ['admin'], across: true, query: SecurityQuery, reply: SecurityLog },
} as const;
