// What a browser tells of its camera with a snapshot: kept without its label, refused where it is malformed, not missed where nothing is told.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CameraTold } from '#contracts/check.ts';
import { readConfig } from '#runtime/config.ts';
import { signalingSettings } from '../deps.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { picture } from '../testing/pictures.ts';
import { addCheck, addConsent, addSchool, addSession, type School } from '../testing/school.ts';
import { readCamera } from './camera-told.ts';

const told: CameraTold = { label: '李明的 iPhone 相机', device: '0123456789abcdef', width: 1280, height: 720, facing: 'user' };
let world: HttpWorld;
let school: School;
let sessionId: string;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  sessionId = await addSession(world.deps.orm, school, world.clock.now());
  await addConsent(world.deps.orm, school.learner.personId, 'face', world.clock.now());
});
afterAll(() => world.close());

async function send(camera?: string) {
  const checkId = await addCheck(world.deps.orm, school, sessionId, school.learner.personId, world.clock.now());
  const query = `nonce=nonce-of-check${camera === undefined ? '' : `&camera=${encodeURIComponent(camera)}`}`;
  const response = await world.call(`POST /api/checks/${checkId}/snapshot?${query}`, school.learner, { payload: await picture(), headers: { 'content-type': 'image/jpeg' } });
  const rows = await world.deps.orm.em.fork().execute<{ camera: unknown; person_id: string }[]>('select * from snapshot_print where check_id = ?', [checkId]);
  return { status: response.statusCode, rows };
}

it('keeps what was recognised and never the label', async () => {
  const plain = await send(JSON.stringify(told));
  expect([plain.status, plain.rows[0]!.camera]).toEqual([200, { camera: null, strength: 0, device: told.device, width: 1280, height: 720, facing: 'user', trial: true }]);
  expect(JSON.stringify(plain.rows)).not.toContain('李明');
  expect((await send(JSON.stringify({ ...told, label: 'OBS Virtual Camera' }))).rows[0]!.camera).toMatchObject({ camera: 'obs', strength: 0.8 });
});

it('takes a snapshot of which nothing is told', async () => {
  const { status, rows } = await send();
  expect([status, rows.length, rows[0]!.camera]).toEqual([200, 1, null]);
});

it.each([
  '{', '"text"', '{}',
  ...[{ label: 'x'.repeat(121) }, { device: 'camera-1' }, { width: -1 }, { extra: 1 }].map((change) => JSON.stringify({ ...told, ...change })),
])('refuses %s, and keeps nothing', async (camera) => {
  expect(await send(camera)).toEqual({ status: 400, rows: [] });
});

it('calls a platform a trial by where it is served, never by what the browser says', () => {
  const config = (host: string) => ({ config: readConfig(signalingSettings, { DATABASE_URL: 'postgresql://x', PUBLIC_HOST: host }) });
  const label = JSON.stringify({ ...told, label: 'fake_device_0' });
  expect(readCamera(config('localhost'), label)).toMatchObject({ camera: 'test_browser', strength: 1, trial: true });
  expect(readCamera(config('lessons.example.org'), label)).toMatchObject({ camera: 'test_browser', strength: 1, trial: false });
});
