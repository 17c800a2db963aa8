// The chain over the event log: what is hashed, and whether a stream is as it was linked.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { EntityManager } from '../orm.ts';

/** An event as it is hashed; `at` with microseconds, as the database holds it. */
export interface ChainedEvent { id: string; stream: string; type: string; at: string; payload: unknown; institutionId: string | null; actorId: string | null }

/** SQL: the columns of event `e` under the names of ChainedEvent. */
export const chainedColumns = `e.id, e.stream, e.type, to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, e.payload,
  e.institution_id as "institutionId", e.actor_id as "actorId"`;

/** What the first link of every stream stands on. */
export const firstHash: Buffer = Buffer.alloc(32);

/** SHA-256 over the previous hash and the event as canonical JSON (RFC 8785), so that anybody can compute it again. */
export function linkHash(previous: Uint8Array, event: ChainedEvent): Buffer {
  const { id, stream, type, at, payload, institutionId, actorId } = event;
  return createHash('sha256').update(previous).update(canonicalize({ id, stream, type, at, payload, institutionId, actorId }) ?? '').digest();
}

export interface StreamState {
  ok: boolean;
  /** Links that were read and found right, up to the first that is not. */
  linked: number;
  /** Events the linker has not reached yet; not a fault by themselves. */
  unlinked: number;
  fault: { position: number; reason: 'position_missing' | 'event_missing' | 'previous_differs' | 'hash_differs' } | null;
  /** Hash of the last right link: keep it elsewhere, and even a removed tail is noticed. */
  head: string;
}
type Row = Partial<ChainedEvent> & { position: string; hash: Buffer; previous_hash: Buffer };
const pageSize = 1000;

function faultOf(row: Row, position: number, previous: Buffer): NonNullable<StreamState['fault']>['reason'] | null {
  if (Number(row.position) !== position) return 'position_missing';
  if (!row.id) return 'event_missing';
  if (!row.previous_hash.equals(previous)) return 'previous_differs';
  return row.hash.equals(linkHash(previous, row as ChainedEvent)) ? null : 'hash_differs';
}

/** Reads a stream from its first link and computes every hash again. */
export async function verifyStream(em: EntityManager, stream: string): Promise<StreamState> {
  let previous = firstHash;
  let linked = 0;
  let fault: StreamState['fault'] = null;
  let rows: Row[];
  do {
    rows = await em.execute<Row[]>(
      `select l.position, l.hash, l.previous_hash, ${chainedColumns} from event_link l left join event e on e.id = l.event_id and e.stream = l.stream
       where l.stream = ? and l.position > ? order by l.position limit ${pageSize}`, [stream, linked]);
    for (const row of rows) {
      const reason = faultOf(row, linked + 1, previous);
      if (reason) fault = { position: linked + 1, reason };
      if (fault) break;
      previous = row.hash;
      linked++;
    }
  } while (!fault && rows.length === pageSize);
  const [rest] = await em.execute<{ count: number }[]>(
    'select count(*)::int as count from event e where e.stream = ? and not exists (select from event_link l where l.event_id = e.id)', [stream]);
  return { ok: fault === null, linked, unlinked: rest?.count ?? 0, fault, head: previous.toString('hex') };
}
