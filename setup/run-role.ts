// One role as a process of its own, as containers run it: `node setup/run-role.ts sfu|signaling|worker|migrate`. `npm start` runs all in one.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '#runtime/config.ts';
import { noteRole } from './role-health.ts';
import { isSoloRole, readRoleSettings, soloRoles, type SoloRole } from './role-settings.ts';

/** The container's engine kills after 30 s (docker-compose.yml): what hangs is told apart from what was killed. */
const graceMs = 25_000;

/** As process 1 nothing ends a process that has not asked for the signal; a role asks only once it has opened everything. */
function stopOnSignal(role: SoloRole): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(0);
      setTimeout(() => {
        console.error(`${role} did not stop within ${graceMs / 1000} s of ${signal}`);
        process.exit(1);
      }, graceMs).unref();
    });
  }
}

async function run(role: SoloRole): Promise<void> {
  stopOnSignal(role);
  const { env, config } = await readRoleSettings(role, process.env);
  if (role === 'migrate') {
    // Loaded only here: the other roles need no migrations.
    const { runMigrateRole } = await import('./migrate-role.ts');
    return runMigrateRole(env, config, (line) => console.log(line));
  }
  noteRole(role);
  Object.assign(process.env, env);
  // The role's own main reads its settings, serves, and stops on the signal.
  await import(pathToFileURL(join(import.meta.dirname, '..', role, 'main.ts')).href);
}

const word = process.argv[2];
if (!isSoloRole(word)) {
  console.error(`run-role: ${word ? `there is no role ${word}; ` : ''}one of ${soloRoles.join(', ')}.`);
  process.exitCode = 2;
} else {
  try {
    await run(word);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const line of error.lines) console.error(`${word}: ${line}`);
    process.exitCode = 1;
  }
}
