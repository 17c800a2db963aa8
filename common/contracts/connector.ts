// What a supervision connector sends to a platform and gets from it: the wire format that docs/connector.md tells to whoever writes the other side.
import Type, { type Static } from 'typebox';
import type { Written } from '#domain/connector/mapping.ts';
import { Nullable } from './shapes.ts';

/** `id` is the fact's own: sent again, also years later, it is the same. `sequence`: ascending by one in each connector. `day`: when it was recorded, in Shanghai. */
export interface SentFact { id: string; sequence: number; kind: string; at: string; day: string; data: Record<string, Written> }
/** The body of a delivery, signed as a whole. */
export interface Delivery { connector: string; path: string; facts: SentFact[] }
/** The body of a reconciliation's question. With `kind` the facts of that kind are asked for, by id, after `after`. */
export interface ReconciliationQuestion { connector: string; day: string; kind?: string; after?: string }

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** Answers may say more than is read. */
export const DaySums = Type.Object({ kinds: Type.Array(Type.Object({ kind: Type.String(), count: Type.Integer({ minimum: 0 }), hash: Hash })) });
export type DaySums = Static<typeof DaySums>;
/** At most 1,000 by id; `next` is null after the last page, else what to ask `after`. */
export const HeldFacts = Type.Object({ facts: Type.Array(Type.Object({ id: Type.String({ maxLength: 100 }), hash: Hash }), { maxItems: 1000 }), next: Nullable(Type.String({ maxLength: 100 })) });
export type HeldFacts = Static<typeof HeldFacts>;
