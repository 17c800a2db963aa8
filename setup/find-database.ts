// The database a command works on: the given one, the running product's, or the embedded one started for the time of the command.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { ConfigError } from '#runtime/config.ts';
import type { Config } from '#runtime/settings.ts';
import { databaseName, embeddedDatabase } from './product-database.ts';

export const databaseSettings = ['DATA_DIR', 'DATABASE_URL', 'POSTGRES_PORT'] as const;
export interface FoundDatabase { url: string; close(): Promise<void> }

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3000 });
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Throws ConfigError with one line: no database here, or none that can be reached. An embedded one that does not run is started for as long as it is open. */
export async function findDatabase(config: Config<(typeof databaseSettings)[number]>, dataDir: string): Promise<FoundDatabase> {
  const { DATABASE_URL: given, POSTGRES_PORT: port } = config;
  const close = (): Promise<void> => Promise.resolve();
  if (given) {
    if (!await answers(given)) throw new ConfigError([`DATABASE_URL: the database at ${URL.parse(given)?.host ?? '(unreadable)'} cannot be reached.`]);
    return { url: given, close };
  }
  const passwordFile = join(dataDir, 'keys', 'postgres.password');
  if (!existsSync(passwordFile)) throw new ConfigError([`There is no database in ${dataDir}: nothing was recorded with this DATA_DIR yet.`]);
  const running = `postgresql://postgres:${readFileSync(passwordFile, 'utf8').trim()}@127.0.0.1:${port}/${databaseName}`;
  if (await answers(running)) return { url: running, close };
  mkdirSync(join(dataDir, 'logs'), { recursive: true });
  return embeddedDatabase({ config, dataDir }, () => undefined);
}
