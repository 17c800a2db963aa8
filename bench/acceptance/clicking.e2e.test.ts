// Clicks of an acceptance run, on a real signaling process over HTTPS: everybody really watches and gets what they click on, and what is gone is an error by name.
import { randomBytes } from 'node:crypto';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { replayKey } from '#contracts/places.ts';
import { testDatabase } from '#db/testing/database.ts';
import { freePort } from '#runtime/free-port.ts';
import { folderStorage } from '#runtime/storage.ts';
import { createVault } from '#db/vault.ts';
import { prepareClass } from '../../setup/acceptance-class.ts';
import { foundPaths } from '../../setup/found.ts';
import { findTls } from '../../setup/tls.ts';
import { clickThrough } from './clicking.ts';

async function signaling(databaseUrl: string, folder: string): Promise<string> {
  const [port, internalPort] = [await freePort(), await freePort()];
  const { certFile = '', keyFile = '' } = await findTls({ PUBLIC_HOST: 'school.localhost' }, folder, new Date()) ?? {};
  const child = spawn(process.execPath, [fileURLToPath(new URL('../../signaling/main.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env['PATH'] ?? '', DATABASE_URL: databaseUrl, DATA_DIR: folder, LOG_LEVEL: 'error', SFU_SECRET: 'a secret of this measurement', TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile,
      PORT: `${port}`, SIGNALING_INTERNAL_PORT: `${internalPort}`,
    },
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await Promise.race([once(child, 'message'), ended.then(([code]) => { throw new Error(`signaling ended with ${code}`); })]);
  return `https://127.0.0.1:${port}`;
}

test('everybody of a prepared class clicks on the page and on a segment by a signed link', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'clicking-'));
  const database = await testDatabase();
  onTestFinished(async () => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });
  const storage = folderStorage(join(folder, 'files'));
  const { lessonId, replayId, learners } = await prepareClass(database.orm, 6, { vault: createVault(randomBytes(32)), films: { storage, ffmpeg: foundPaths(process.env).FFMPEG_BIN ?? 'ffmpeg' } });
  const url = await signaling(database.url, folder);
  const said: string[] = [];
  const wish = { url, lessonId, replayId, cookies: learners.map(({ cookie }) => cookie), say: (line: string) => { said.push(line); } };
  const { detail, object } = await clickThrough(wish);
  expect(said).toEqual([]);
  for (const clicks of [detail, object]) expect(clicks).toMatchObject({ clicks: 6, errors: 0 });
  for (const clicks of [detail, object]) expect(clicks?.p99Ms).toBeGreaterThan(0);
  const watched = await database.orm.em.fork().execute<{ person_id: string; issued: unknown[] }[]>('select distinct person_id, issued from viewing');
  expect(watched.map(({ issued }) => issued.length > 0)).toEqual(Array.from({ length: 6 }, () => true));
  // Somebody who is not logged in is told so before anybody clicks, and a file that is gone likewise.
  await expect(clickThrough({ ...wish, cookies: ['keshi_session=nobody'] })).rejects.toThrow('status is 401 instead of 200');
  await storage.remove(replayKey(replayId!, 'low.m4s'));
  await expect(clickThrough(wish)).rejects.toThrow(/status is 404 instead of 200/);
  expect((await clickThrough({ ...wish, replayId: null })).object).toBeNull();
});
