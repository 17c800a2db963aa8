// `npm run selftest [-- --json]`: the controls of 等保 level 2, tried on this platform. Ends with 1 where one fails.
import { join, resolve } from 'node:path';
import { openDatabase } from '#db/orm.ts';
import { selfTestSettings } from '#db/self-test/context.ts';
import { runSelfTest, type SelfTestRun } from '#db/self-test/run.ts';
import { controls } from '#domain/self-test/controls.ts';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { databaseSettings, findDatabase } from './find-database.ts';
import { foundPaths } from './found.ts';

const usage = 'Usage: npm run selftest [-- --json]';

function lines({ results, failed, tookMs }: SelfTestRun): string[] {
  const width = Math.max(...results.map(({ id }) => id.length));
  return [
    ...results.map(({ id, state, detail }) => `${state.toUpperCase().padEnd(8)} ${controls[id].clause.padEnd(13)} ${controls[id].group.padEnd(15)} ${id.padEnd(width)}  ${detail}`.trimEnd()),
    `${failed} of ${results.length} controls fail; ${results.filter(({ state }) => state === 'yours').length} are yours to state, ${results.filter(({ state }) => state === 'missing').length} are missing. Took ${tookMs} ms.`,
  ];
}

/** Answers how many fail. Throws ConfigError. */
export async function runSelfTestCommand(words: readonly string[], env: NodeJS.ProcessEnv, say: (line: string) => void): Promise<number> {
  const json = words.length === 1 && words[0] === '--json';
  if (words.length > 0 && !json) throw new ConfigError([usage]);
  const given = readConfig([...databaseSettings, ...selfTestSettings], { ...foundPaths(env), ...env });
  const config = { ...given, DATA_DIR: resolve(join(import.meta.dirname, '..'), given.DATA_DIR) };
  const database = await findDatabase(config, config.DATA_DIR);
  try {
    const orm = await openDatabase(database.url);
    const run = await runSelfTest({ orm, config, now: () => new Date() }, null).finally(() => orm.close());
    for (const line of json ? [JSON.stringify(run)] : lines(run)) say(line);
    return run.failed;
  } finally {
    await database.close();
  }
}

if (import.meta.main) {
  try {
    process.exitCode = await runSelfTestCommand(process.argv.slice(2), process.env, (line) => process.stdout.write(`${line}\n`)) > 0 ? 1 : 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const line of error.lines) process.stderr.write(`${line}\n`);
    process.exitCode = 2;
  }
}
