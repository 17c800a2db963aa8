// A fresh, migrated database per call for services tests, copied from a template on the test run's one PostgreSQL.
import { Client } from 'pg';
import { inject } from 'vitest';
import { newId } from '#domain/id.ts';
import { closeInTime } from '#testing/close-in-time.ts';
import { openDatabase, type Orm } from '../orm.ts';
import { poolFigures } from '../pool-figures.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The test run's PostgreSQL as its superuser, database `postgres`. */
    postgresUrl: string;
    /** A migrated, empty database nobody is connected to. */
    templateDatabase: string;
  }
}

export interface TestDatabase {
  /** As the owner; what the code under test would get as DATABASE_URL. */
  url: string;
  /** Connected as the app's role. */
  orm: Orm;
  /** Closes the connection and drops the database, whoever else is still connected. */
  close(): Promise<void>;
}

async function execute(url: string, sql: string, timeoutMs = 0): Promise<void> {
  const client = new Client({ connectionString: url, statement_timeout: timeoutMs });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** The server drops a database when every session of the whole server has looked up, also one that is still logging in and whose client keeps it waiting. */
const dropMs = 4_000;
/** Shorter than what closes around it waits. */
const poolMs = 8_000;
/** Not worth a test: the server and all its databases are thrown away after the run. */
async function drop(server: string, name: string): Promise<void> {
  await execute(server, `drop database if exists ${name} with (force)`, dropMs).catch((error: { code?: string }) => {
    if (error.code !== '57014') throw error;
  });
}

const inUse = (orm: Orm): string => `${poolFigures(orm).busy} connections are in use`;

export async function testDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${newId().replaceAll('-', '')}`;
  // Files as they are: page by page through the server's memory is several times the work, and its next checkpoint writes them out again.
  await execute(server, `create database ${name} template ${inject('templateDatabase')} strategy file_copy`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const orm = await openDatabase(url.href);
  return {
    url: url.href,
    orm,
    close: () => closeInTime([['pool', () => orm.close()], ['dropping', () => drop(server, name)]], (part) => (part === 'pool' ? inUse(orm) : null), poolMs),
  };
}
