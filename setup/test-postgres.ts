// vitest globalSetup: one PostgreSQL for the whole test run, however many projects ask for it, in a folder of its own.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { migrate } from '#db/orm.ts';
import type {} from '#db/testing/database.ts';
import { ensureDatabase } from './databases.ts';
import { startPostgres } from './embedded-postgres.ts';
import { freePort } from '#runtime/free-port.ts';
import { createLog } from '#runtime/log.ts';
import { openQueues } from '#runtime/queues.ts';

interface Running { url: string; users: number; stop(): Promise<void> }
const template = 'keshi_template';
// Each project loads this file for itself; the running server is shared through the process.
const shared = process as NodeJS.Process & { keshiTestPostgres?: Promise<Running> | undefined };

async function start(): Promise<Running> {
  const dataDir = await mkdtemp(join(tmpdir(), 'keshi-test-'));
  // As root the server runs as another user, who must be able to enter.
  await chmod(dataDir, 0o711);
  const postgres = await startPostgres({ dataDir, port: await freePort(), log: () => undefined, durable: false });
  const databaseUrl = await ensureDatabase(postgres.url, template);
  await migrate(databaseUrl);
  // The queues' tables come with the template, as they are there in every database but a new one.
  await (await openQueues({ databaseUrl }, createLog('test', 'silent'))).close();
  return {
    url: postgres.url,
    users: 0,
    stop: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = await (shared.keshiTestPostgres ??= start());
  running.users += 1;
  project.provide('postgresUrl', running.url);
  project.provide('templateDatabase', template);
  return async () => {
    running.users -= 1;
    if (running.users > 0) return;
    shared.keshiTestPostgres = undefined;
    await running.stop();
  };
}
