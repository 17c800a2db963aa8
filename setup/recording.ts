// `npm run recording`: finds the database (given, running, or started for the time of the command) and runs the worker's tool with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { databaseSettings, findDatabase } from './find-database.ts';
import { foundPaths } from './found.ts';

const root = join(import.meta.dirname, '..');

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
  const config = readConfig(databaseSettings, env);
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
