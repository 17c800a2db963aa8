// Opens the database: entities, migrations, and the unit of work every write stands in.
import { MikroORM, defineConfig, type EntityManager } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import type { Pool } from 'pg';
import { factChannel, type Fact } from '#contracts/facts.ts';
import { newId } from '#domain/id.ts';
import * as check from './entities/check.ts';
import * as classroom from './entities/classroom.ts';
import * as event from './entities/event.ts';
import * as lesson from './entities/lesson.ts';
import * as media from './entities/media.ts';
import * as operation from './entities/operation.ts';
import * as people from './entities/people.ts';
import * as recording from './entities/recording.ts';
import { Migration0001Foundation } from './migrations/0001-foundation.ts';
import { Migration0002ChunksAndViewings } from './migrations/0002-chunks-and-viewings.ts';
import { Migration0003Nodes } from './migrations/0003-nodes.ts';
import { Migration0004LiveStreamLease } from './migrations/0004-live-stream-lease.ts';
import { Migration0005ProcessReports } from './migrations/0005-process-reports.ts';
import { guardPool } from './pool-guard.ts';
import { keepFigures, PoolFigures } from './pool-figures.ts';

export type { EntityManager } from '@mikro-orm/postgresql';
export type Orm = MikroORM;

/** Owns nothing: reads and writes rows, and may only add to the event log. */
export const appRole = 'keshi_app';

const migrationsList = [
  { name: '0001-foundation', class: Migration0001Foundation },
  { name: '0002-chunks-and-viewings', class: Migration0002ChunksAndViewings },
  { name: '0003-nodes', class: Migration0003Nodes },
  { name: '0004-live-stream-lease', class: Migration0004LiveStreamLease },
  { name: '0005-process-reports', class: Migration0005ProcessReports },
];

function options(clientUrl: string, role?: string, onPool: (pool: Pool) => void = () => undefined) {
  return defineConfig({
    clientUrl,
    entities: [people, lesson, classroom, check, recording, media, operation, event].flatMap((module) => Object.values(module)),
    extensions: [Migrator],
    migrations: { migrationsList, tableName: 'migration', snapshot: false },
    forceUtcTimezone: true,
    driverOptions: { onPoolCreated: (pool: Pool) => { guardPool(pool); onPool(pool); }, ...(role && { options: `-c role=${role}` }) },
    logger: () => undefined,
    pool: { min: 0, max: 10 },
  });
}

/** Brings the schema up to date as its owner, and answers how many migrations ran. */
export async function migrate(ownerUrl: string): Promise<number> {
  const orm = await MikroORM.init(options(ownerUrl));
  try {
    return (await orm.migrator.up()).length;
  } finally {
    await orm.close();
  }
}

/** The app's connection: every statement runs as `keshi_app`, a role that owns nothing. */
export async function openDatabase(url: string): Promise<Orm> {
  const figures = new PoolFigures();
  const orm = await MikroORM.init(options(url, appRole, (pool) => figures.watch(pool)));
  keepFigures(orm, figures);
  return orm;
}

/** Who acts, for whom; row-level security and audit stand on it. */
export interface Actor { personId: string | null; institutionId: string | null }
export const platform: Actor = { personId: null, institutionId: null };

/** One transaction that carries its actor; commits when `work` returns, leaves nothing when it throws. */
export async function unitOfWork<T>(orm: Orm, actor: Actor, work: (em: EntityManager) => Promise<T>): Promise<T> {
  return orm.em.fork().transactional(async (em) => {
    await em.execute(`select set_config('keshi.actor', ?, true), set_config('keshi.institution', ?, true)`, [actor.personId ?? '', actor.institutionId ?? '']);
    return work(em);
  });
}

export type Stream = `${'lesson' | 'cohort' | 'person' | 'institution' | 'node'}:${string}`;

/** Appends a fact in the caller's transaction. Payloads hold ids, figures and hashes: never names, numbers, texts or pictures. */
export async function appendEvent(
  em: EntityManager, actor: Actor, stream: Stream, type: string, at: Date, payload: Record<string, unknown>,
): Promise<void> {
  await em.execute(
    'insert into event (id, stream, type, at, payload, institution_id, actor_id) values (?, ?, ?, ?, ?, ?, ?)',
    [newId(), stream, type, at, JSON.stringify(payload), actor.institutionId, actor.personId],
  );
}

/** Tells the other processes when (and only when) the transaction commits. */
export async function tellFact(em: EntityManager, fact: Fact): Promise<void> {
  await em.execute('select pg_notify(?, ?)', [factChannel, JSON.stringify(fact)]);
}
