// Keeps the pool whole when the database drops a connection around a transaction (restart, failover, a killed backend).
//
// The query builder gives a connection back only after a commit or rollback that succeeded. On a dropped connection none does, nor is
// it given back when the transaction cannot even begin: each would take one connection out of the pool for good, and after ten the
// process would wait for ever. A dropped connection has nothing left to roll back, so the rollback counts as done there.
import type { Client, Pool, PoolClient } from 'pg';

const rolledBack = { command: 'ROLLBACK', rowCount: null, rows: [], oid: 0, fields: [] };

function guard(client: PoolClient): void {
  const query = client.query.bind(client) as (text: unknown, ...rest: unknown[]) => Promise<unknown>;
  const guarded = (text: unknown, ...rest: unknown[]): Promise<unknown> => {
    if (text === 'rollback') {
      return query(text, ...rest).catch(() => {
        // Whatever state it is in, nobody may use it again: the pool removes ended clients when they are given back.
        (client as PoolClient & Pick<Client, 'end'>).end().catch(() => undefined);
        return rolledBack;
      });
    }
    if (typeof text === 'string' && /^(begin|start transaction)/.test(text)) {
      return query(text, ...rest).catch((error: unknown) => {
        client.release(true);
        throw error;
      });
    }
    return query(text, ...rest);
  };
  Object.assign(client, { query: guarded });
}

/**
 * A pool that is being closed waits for every client to come back. One that was still connecting is handed to a query builder that has forgotten its pool
 * by then: it throws, and gives nothing back (seen in 0.29.6). Nobody will ever use that client, so it goes.
 */
export function takeBackWhenClosing(pool: Pool, client: PoolClient): void {
  if (!pool.ending || takenBack.has(client)) return;
  takenBack.add(client);
  setImmediate(() => client.release(true));
}
const takenBack = new WeakSet<PoolClient>();

export const guardPool = (pool: Pool): void => {
  pool.on('connect', guard);
  pool.on('acquire', (client) => takeBackWhenClosing(pool, client));
};
