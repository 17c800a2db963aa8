// Figures of a running signaling: on the internal port, never on the public one; names bounded whatever clients send; its row says how it is.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { knownProcesses } from '#db/queries/process-reports.ts';
import { createSignaling } from '../app.ts';
import { createInternalServer } from '../nodes/internal-server.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { metricsRoute } from './routes.ts';

let world: ClassroomWorld;
let internal: ReturnType<typeof createInternalServer>;
beforeAll(async () => {
  world = await openClassroomWorld();
  internal = createInternalServer(world.deps.log);
  metricsRoute(internal, world.deps.figures);
});
afterAll(async () => {
  await internal.close();
  await world.close();
});
const scrape = async (): Promise<string> => (await internal.inject({ method: 'GET', url: '/metrics' })).body;

it('answers on the internal port in the text that Prometheus reads', async () => {
  const answer = await internal.inject({ method: 'GET', url: '/metrics' });
  expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)]);
  expect(answer.body).toContain('# TYPE keshi_signaling_requests_total counter');
  expect(answer.body).toMatch(/^keshi_metrics_failures_total 0$/m);
});

it('does not answer on the public port, whoever asks, with the web app built or not', async () => {
  const webFolder = join(world.deps.config.DATA_DIR, 'web');
  await mkdir(webFolder, { recursive: true });
  await writeFile(join(webFolder, 'index.html'), '<!doctype html><title>app</title>');
  const withPage = await createSignaling(world.deps, { webFolder });
  for (const app of [world.app, withPage]) {
    for (const url of ['/metrics', '/metrics/', '/internal/media-nodes', '/api/metrics']) {
      const answer = await app.inject({ method: 'GET', url, headers: { cookie: await world.cookieOf(world.school.teacher) } });
      expect(answer.body, url).not.toContain('keshi_');
      expect(String(answer.headers['content-type']), url).not.toContain('version=0.0.4');
    }
  }
  await withPage.close();
});

it('counts sockets, seats by role, requests by name and code, and routes; a name nobody knows is `unknown`', async () => {
  const { school } = world;
  await world.inside(school.teacher);
  const student = await world.inside(school.learner);
  expect(await student.refusal('hand:raise', {})).toBe('lesson_not_live');
  for (const made of ['no:such', 'x'.repeat(500), 'constructor']) expect(await student.refusal(made as 'hand:raise', {})).toBe('bad_request');
  await world.call('GET /api/me', school.learner);
  await world.call(`GET /api/lessons/${school.lessonId}`, school.learner);
  await world.call('GET /nowhere/at/all', null);
  const text = await scrape();
  expect(text).toMatch(/^keshi_signaling_sockets 2$/m);
  expect(text).toMatch(/^keshi_signaling_seats\{role="student"\} 1$/m);
  expect(text).toContain('keshi_signaling_requests_total{request="lesson:enter",code="ok"} 2');
  expect(text).toContain('keshi_signaling_requests_total{request="hand:raise",code="lesson_not_live"} 1');
  expect(text).toContain('keshi_signaling_requests_total{request="unknown",code="bad_request"} 3');
  expect(text).toContain('keshi_signaling_http_requests_total{route="GET /api/lessons/:lessonId",status="200"} 1');
  expect(text).toMatch(/^keshi_signaling_http_requests_total\{route="page",status="503"\} [1-9]/m);
  expect(text).toMatch(/^keshi_lessons\{status="open"\} 1$/m);
  expect(text).toMatch(/^keshi_database_pool_wait_seconds_count [1-9]/m);
  expect(text).toMatch(/^keshi_disk_free_bytes\{place="data"\} [1-9]/m);
  for (const secret of [school.lessonId, school.learner.personId, 'x'.repeat(40)]) expect(text).not.toContain(secret);
});

it('says in its row how it is', async () => {
  await world.inside(world.school.other);
  const here = async () => (await knownProcesses(world.deps.orm.em.fork())).find(({ role }) => role === 'signaling');
  await expect.poll(async () => (await here())?.report, { timeout: 10_000 }).toMatchObject({ seats: 3, sockets: 3, troubles: [], refused: {} });
});
