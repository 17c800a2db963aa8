// Supervision connectors over REST, for whoever runs the platform: who is sent what, how far it is, what was refused, what was compared (R156).
import Type, { type Static } from 'typebox';
import { differenceWays } from '#domain/connector/reconciliation.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Count = Type.Integer({ minimum: 0 });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
export const reconciliationOutcomes = ['asked', 'same', 'differs', 'failed'] as const;

const DayResult = { reconciliationId: Uuid, day: Day, askedAt: Instant, settledAt: Nullable(Instant), outcome: OneOf(reconciliationOutcomes), code: Nullable(Type.String()), differenceCount: Count };
/** `differences`: by name, at most 1,000 of them. */
export const Reconciliation = Closed({
  ...DayResult,
  kinds: Type.Array(Closed({ kind: Type.String(), count: Count, hash: Type.String(), theirCount: Nullable(Count), theirHash: Nullable(Type.String()) })),
  differences: Type.Array(Closed({ factId: Type.String(), kind: Type.String(), way: OneOf(differenceWays) })),
});
export type Reconciliation = Static<typeof Reconciliation>;
/** Newest first, the last 60. */
export const Reconciliations = Closed({ reconciliations: Type.Array(Reconciliation) });
export type Reconciliations = Static<typeof Reconciliations>;

/** `leftMs` null: not to be told yet. `preparing`: it is still being gathered what is to be sent again. */
export const Replay = Closed({ from: Day, beganAt: Instant, facts: Count, left: Count, preparing: Type.Boolean(), leftMs: Nullable(Type.Number({ minimum: 0 })) });
/** `institutionName` null: of the whole platform. `oldestMs`: age of the oldest fact that waits, a replay's aside. `trouble`: why the platform has taken nothing since `troubleAt`; tried again at `nextAt`. */
export const Connector = Closed({
  connectorId: Uuid, name: Type.String(), institutionId: Nullable(Uuid), institutionName: Nullable(Type.String()), address: Type.String(), mapping: Type.String(), mappingFound: Type.Boolean(), kinds: Type.Array(Type.String()),
  createdAt: Instant, pausedAt: Nullable(Instant), waiting: Count, sent: Count, dead: Count, oldestMs: Nullable(Type.Number({ minimum: 0 })),
  trouble: Nullable(Type.String()), troubleAt: Nullable(Instant), nextAt: Nullable(Instant), failures: Count, answeredAt: Nullable(Instant),
  replay: Nullable(Replay), reconciliation: Nullable(Closed(DayResult)),
});
export type Connector = Static<typeof Connector>;

/** `faults`: what is wrong with a file of CONNECTOR_MAPPINGS_DIR, and where in it. */
export const ConnectorList = Closed({
  connectors: Type.Array(Connector), mappings: Type.Array(Closed({ name: Type.String(), about: Type.String(), kinds: Type.Array(Type.String()) })),
  wrongMappings: Type.Array(Closed({ file: Type.String(), faults: Type.Array(Closed({ code: Type.String(), at: Type.String() })) })),
  institutions: Type.Array(Closed({ institutionId: Uuid, name: Type.String() })),
});
export type ConnectorList = Static<typeof ConnectorList>;

/** `code`: the platform's own, or `own …` where the fact does not fit the mapping. */
export const DeadFacts = Closed({ facts: Type.Array(Closed({ factId: Uuid, sequence: Nullable(Count), kind: Type.String(), subject: Type.String(), at: Instant, code: Type.String(), refusals: Count })) });
export type DeadFacts = Static<typeof DeadFacts>;

/** `institutionId` null: facts of all institutions. `from` null: from now on. `secret` null: one is drawn. */
export const ConnectorBody = Closed({
  name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }), address: Type.String({ minLength: 1, maxLength: 500 }), mapping: Type.String({ minLength: 1, maxLength: 60 }), institutionId: Nullable(Uuid),
  from: Nullable(Day), secret: Nullable(Type.String({ minLength: 16, maxLength: 200 })),
});
export type ConnectorBody = Static<typeof ConnectorBody>;
/** The secret is told this once. */
export const ConnectorAdded = Closed({ connectorId: Uuid, secret: Type.String() });
export type ConnectorAdded = Static<typeof ConnectorAdded>;

const operators = { by: ['admin'], across: true } as const;
const OneConnector = Closed({ connectorId: Uuid });

export const connectorRoutes = {
  'GET /api/connectors': { ...operators, reply: ConnectorList },
  /** Errors: connector_address (none, not HTTPS, or one of a private network), connector_mapping (no such file, or it cannot be used), connector_day (no calendar has it, or it is to come), connector_double, not_found (no such institution). */
  'POST /api/connectors': { ...operators, body: ConnectorBody, reply: ConnectorAdded },
  /** Errors of all of these: not_found. While it is paused facts wait. */
  'PUT /api/connectors/:connectorId/pausing': { ...operators, params: OneConnector, body: Closed({ paused: Type.Boolean() }), reply: Connector },
  /** What was put aside, newest first, at most 200. */
  'GET /api/connectors/:connectorId/dead': { ...operators, params: OneConnector, reply: DeadFacts },
  /** Sends what was put aside again: these, or all of them. */
  'POST /api/connectors/:connectorId/sending': { ...operators, params: OneConnector, body: Closed({ factIds: Nullable(Type.Array(Uuid, { minItems: 1, maxItems: 1000 })) }), reply: Connector },
  /** Sends everything again that was recorded since the beginning of a day, under the same ids. Errors: connector_day, connector_replaying (one is still being gathered). */
  'POST /api/connectors/:connectorId/replays': { ...operators, params: OneConnector, body: Closed({ from: Day }), reply: Connector },
  'GET /api/connectors/:connectorId/reconciliations': { ...operators, params: OneConnector, reply: Reconciliations },
  /** Asks the worker to compare a day with what the platform has. Errors: connector_day. */
  'POST /api/connectors/:connectorId/reconciliations': { ...operators, params: OneConnector, body: Closed({ day: Day }), reply: Connector },
  /** Sends again what that comparison found missing or altered there. */
  'POST /api/connectors/:connectorId/reconciliations/:reconciliationId/mending': { ...operators, params: Closed({ connectorId: Uuid, reconciliationId: Uuid }), reply: Connector },
} as const;
