// A school, a receiving platform and a connector between them, quick enough for tests.
import { randomBytes } from 'node:crypto';
import { addConnector, type Doing } from '#db/queries/connector-deeds.ts';
import { connectorById } from '#db/queries/connectors.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addSchool, type School } from '#db/testing/school.ts';
import { appendEvents, unitOfWork } from '#db/orm.ts';
import { createVault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { loadMappings } from '#runtime/connector-mappings.ts';
import { createLog } from '#runtime/log.ts';
import { ConnectorLoop } from '../connector/connector-loop.ts';
import type { ConnectorDeps } from '../connector/deps.ts';
import { ReceivingPlatform } from './receiving-platform.ts';

export interface ConnectorWorld {
  db: TestDatabase; school: School; platform: ReceivingPlatform; masterKey: Buffer; connectorId: string; doing: Doing;
  /** Begins a worker's loop. */
  work(options?: Partial<ConnectorDeps>): ConnectorLoop;
  /** Appends facts of missed checks in one transaction; answers their ids. */
  facts(count: number): Promise<string[]>;
  /** The same as recorded at that moment. */
  factsAt(count: number, at: Date): Promise<string[]>;
  view(): Promise<NonNullable<Awaited<ReturnType<typeof connectorById>>>>;
  sql<T = Record<string, unknown>>(words: string, values?: unknown[]): Promise<T[]>;
  close(): Promise<void>;
}

export async function connectorWorld({ from = null }: { from?: string | null } = {}): Promise<ConnectorWorld> {
  const db = await testDatabase();
  const school = await addSchool(db.orm, 0, new Date());
  const masterKey = randomBytes(32);
  const vault = createVault(masterKey);
  let secret = '';
  const platform = new ReceivingPlatform(() => secret);
  await platform.start();
  const doing: Doing = { orm: db.orm, now: new Date(), personId: null };
  const mappings = await loadMappings(undefined);
  const added = await addConnector({ ...doing, vault, mappings, allowInward: true }, { name: '省平台', address: platform.address, mapping: 'example-province', institutionId: null, from, secret: null });
  ({ secret } = added);
  const loops: ConnectorLoop[] = [];
  const sql = <T>(words: string, values: unknown[] = []): Promise<T[]> => db.orm.em.fork().execute<T[]>(words, values);
  return {
    db, school, platform, masterKey, connectorId: added.connectorId, doing, sql,
    work: (options = {}) => {
      const loop = ConnectorLoop.create({ orm: db.orm, log: createLog('test', 'silent'), vault, now: () => new Date(), allowInward: true, lookEveryMs: 20, pauseShare: 0.01, timeoutMs: 300, ...options });
      loops.push(loop);
      return loop;
    },
    facts: async (count) => {
      const actor = { personId: null, institutionId: school.institutionId };
      const events = Array.from({ length: count }, () => ({ actor, stream: `lesson:${newId()}` as const, type: 'check:missed', at: new Date(), payload: { checkId: newId(), personId: school.teacherId } }));
      await unitOfWork(db.orm, actor, (em) => appendEvents(em, events));
      return (await sql<{ id: string }>(`select id from event where payload ->> 'checkId' = any(?::text[])`, [`{${events.map((one) => one.payload.checkId).join(',')}}`])).map(({ id }) => id);
    },
    factsAt: async (count, at) => {
      const ids = Array.from({ length: count }, (_, index) => newId(at.getTime() + index));
      await sql(`insert into event (id, stream, type, at, payload, institution_id) select id, 'lesson:' || id, 'check:missed', ?::timestamptz, jsonb_build_object('checkId', id, 'personId', ?::text), ? from unnest(?::uuid[]) as id`, [at, school.teacherId, school.institutionId, `{${ids.join(',')}}`]);
      return ids;
    },
    view: async () => (await connectorById(db.orm.em.fork(), added.connectorId, new Set(mappings.byName.keys())))!,
    close: async () => {
      await Promise.all(loops.map((loop) => loop.close()));
      await platform.stop();
      await db.close();
    },
  };
}
