// The detector as browsers get it: the pinned file with its hash in the address, kept for a year; anything else is not there.
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { detectorFile } from '#domain/face-detector.ts';
import { createSignaling } from '../app.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson } from '../testing/school.ts';

const models = process.env['FACE_MODELS_DIR'];
let world: HttpWorld;
let person: Known;
let folder: string;
beforeAll(async () => {
  world = await openHttpWorld();
  person = await addPerson(world.deps.orm, world.clock.now(), 'Learner', null, null);
  folder = await mkdtemp(join(tmpdir(), 'detector-'));
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

async function ask(modelsDir: string | undefined, sha256: string, headers: Record<string, string> = {}) {
  const app = await createSignaling({ ...world.deps, config: { ...world.deps.config, FACE_MODELS_DIR: modelsDir } }, { webFolder: join(folder, 'no-web') });
  const response = await app.inject({ url: `/api/face-detector/${sha256}`, headers: { cookie: await world.cookieOf(person), ...headers } });
  await app.close();
  return response;
}

it('is not there without models, for another hash, or where the file is another one', async () => {
  expect((await ask(undefined, detectorFile.sha256)).statusCode).toBe(404);
  expect((await ask(folder, detectorFile.sha256)).statusCode, 'no such file').toBe(404);
  await writeFile(join(folder, detectorFile.name), 'other weights');
  expect((await ask(folder, detectorFile.sha256)).statusCode).toBe(404);
  expect((await ask(folder, createHash('sha256').update('other weights').digest('hex'))).statusCode).toBe(404);
  expect((await ask(folder, 'not-a-hash')).statusCode).toBe(400);
  expect((await world.call(`GET /api/face-detector/${detectorFile.sha256}`, null)).statusCode).toBe(401);
});

it.skipIf(!models)(`is the pinned file, kept for a year${models ? '' : ' (skipped: FACE_MODELS_DIR is not set)'}`, async () => {
  await copyFile(join(models!, detectorFile.name), join(folder, detectorFile.name));
  const response = await ask(folder, detectorFile.sha256);
  expect([response.statusCode, response.headers['cache-control'], response.headers['content-type']]).toEqual([200, 'private, max-age=31536000', 'application/octet-stream']);
  expect(createHash('sha256').update(response.rawPayload).digest('hex')).toBe(detectorFile.sha256);
  expect((await ask(folder, detectorFile.sha256, { 'if-none-match': String(response.headers.etag) })).statusCode).toBe(304);
});
