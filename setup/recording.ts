// `npm run recording`: finds the database (given, running, or started for the time of the command) and runs the worker's tool with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { ConfigError, readConfig } from '#runtime/config.ts';
import type { Config } from '#runtime/settings.ts';
import { databaseName, embeddedDatabase } from './product-database.ts';
import { foundPaths } from './found.ts';

const root = join(import.meta.dirname, '..');
const names = ['DATA_DIR', 'DATABASE_URL', 'POSTGRES_PORT'] as const;
interface Found { url: string; close(): Promise<void> }

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

/** Throws ConfigError with one line: no database here, or none that can be reached. */
async function findDatabase(config: Config<(typeof names)[number]>, dataDir: string): Promise<Found> {
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

async function runTool(words: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  // Folders are named from where the command was typed; npm changes to the project's.
  const cwd = process.env['INIT_CWD'] ?? process.cwd();
  const tool = spawn(process.execPath, [join(root, 'worker/tool/main.ts'), ...words], { cwd, env, stdio: 'inherit' });
  // Ctrl-C reaches the tool too: it ends in order, then the database.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { tool.kill(signal); });
  const [code] = (await once(tool, 'exit')) as [number | null];
  return code ?? 2;
}

async function main(words: readonly string[]): Promise<number> {
  const env = { ...foundPaths(process.env), ...process.env };
  const config = readConfig(names, env);
  const dataDir = resolve(root, config.DATA_DIR);
  // A folder is inspected without a database, and a wrong word is told without one.
  const needsDatabase = words.includes('all') || words.some((word) => /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(word));
  const database = needsDatabase ? await findDatabase(config, dataDir) : null;
  try {
    return await runTool(words, { ...env, DATA_DIR: dataDir, ...(database && { DATABASE_URL: database.url }) });
  } finally {
    await database?.close();
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const line of error.lines) process.stderr.write(`${line}\n`);
  process.exitCode = 2;
}
