// The product's database: the given one, or the embedded PostgreSQL watched over; migrated, and seeded where that is wanted.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigError } from '#runtime/config.ts';
import { readMasterKey, requireCurrentKey } from '#db/master-key.ts';
import { migrate, openDatabase, type Orm } from '#db/orm.ts';
import { createVault } from '#db/vault.ts';
import { hasDemo, keepDemoTeaching, seedDemo } from '#db/seed.ts';
import { requireFinished } from './backup/unfinished.ts';
import { ensureDatabase, withDatabase } from './databases.ts';
import { startPostgres, type EmbeddedPostgres, type PostgresOptions } from './embedded-postgres.ts';
import type { ProductSettings } from './product-settings.ts';
import { openLogFile } from './role-log.ts';

/** Of the product on an embedded server. */
export const databaseName = 'keshi';

export interface ProductDatabase {
  /** As its owner. */
  url: string;
  /** The demo's accounts are in it. */
  demo: boolean;
  /** Null with DATABASE_URL. */
  postgresPid(): number | null;
  close(): Promise<void>;
}

type DatabaseServer = Omit<ProductDatabase, 'demo'>;
/** All an embedded server needs to know. */
export interface EmbeddedPlace { config: Pick<ProductSettings['config'], 'POSTGRES_PORT'>; dataDir: string }

/** Starts the server, and again whenever it ends unasked. */
async function watchedPostgres(options: PostgresOptions, say: (line: string) => void): Promise<{ url: string; pid(): number; close(): Promise<void> }> {
  let current: EmbeddedPostgres = await startPostgres(options);
  let closing = false;
  const watch = async (): Promise<void> => {
    for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 2, 5_000)) {
      await current.exited;
      if (closing) return;
      say(`PostgreSQL ended: starting it again in ${pauseMs / 1000} s`);
      await pause(pauseMs);
      if (closing) return;
      try {
        current = await startPostgres(options);
        pauseMs = 100;
      } catch (error) {
        say(error instanceof Error ? error.message : String(error));
      }
    }
  };
  const watching = watch();
  return {
    url: current.url,
    pid: () => current.pid,
    close: async () => {
      closing = true;
      await current.stop();
      await watching;
      await current.stop();
    },
  };
}

function explain(error: unknown, url: string): ConfigError {
  const { code, message } = error as { code?: string; message?: string };
  const host = URL.parse(url)?.host ?? '';
  return new ConfigError([`DATABASE_URL: the database at ${host} cannot be used: ${message || code || 'unknown reason'}.`]);
}

async function givenDatabase(url: string): Promise<DatabaseServer> {
  const parsed = URL.parse(url);
  const name = parsed?.pathname.slice(1);
  if (!parsed || !/^postgres(ql)?:$/.test(parsed.protocol) || !name) {
    throw new ConfigError(['DATABASE_URL is not an address of a PostgreSQL database, such as postgresql://owner:password@host:5432/keshi.']);
  }
  const bare = { url, postgresPid: () => null, close: () => Promise.resolve() };
  try {
    await migrate(url);
    return bare;
  } catch (error) {
    if ((error as { code?: string }).code !== '3D000') throw explain(error, url);
  }
  try {
    await ensureDatabase(withDatabase(url, 'postgres'), name);
    await migrate(url);
    return bare;
  } catch (error) {
    throw explain(error, url);
  }
}

/** Throws ConfigError, also while another process has the data folder's database. */
export async function embeddedDatabase({ config, dataDir }: EmbeddedPlace, say: (line: string) => void): Promise<DatabaseServer> {
  requireFinished(dataDir);
  const file = openLogFile(join(dataDir, 'logs', 'postgres.log'));
  const log = (line: string): void => {
    file.write(`${line}\n`);
    if (line.includes('PANIC') || line.startsWith('stopping PostgreSQL')) say(line);
  };
  const postgres = await watchedPostgres({ dataDir, port: config.POSTGRES_PORT, log }, say);
  const close = async (): Promise<void> => {
    await postgres.close();
    await new Promise<void>((resolve) => { file.end(() => resolve()); });
  };
  try {
    const url = await ensureDatabase(postgres.url, databaseName);
    await migrate(url);
    return { url, postgresPid: postgres.pid, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is sealed of the demo's learners is sealed with the key the product will run with. */
async function fillDemo(orm: Orm, { config, dataDir }: ProductSettings): Promise<void> {
  const masterKey = await readMasterKey({ ...config, DATA_DIR: dataDir });
  await requireCurrentKey(orm, masterKey);
  const vault = createVault(masterKey);
  if (!await seedDemo(orm, vault, new Date())) await keepDemoTeaching(orm, vault, new Date());
}

/** Throws ConfigError with one clear line when there is no usable database. */
export async function openProductDatabase(settings: ProductSettings, say: (line: string) => void): Promise<ProductDatabase> {
  const given = settings.config.DATABASE_URL;
  const server = given ? await givenDatabase(given) : await embeddedDatabase(settings, say);
  try {
    const orm = await openDatabase(server.url);
    try {
      if (settings.config.DEMO_SEED) await fillDemo(orm, settings);
      return { ...server, demo: await hasDemo(orm) };
    } finally {
      await orm.close();
    }
  } catch (error) {
    await server.close();
    throw error;
  }
}
