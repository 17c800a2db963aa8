// Subsidy files over REST: asked for by the office, one at a time, seen by regulators, fetched by the office alone.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SubsidyFile, SubsidyFiles } from '#contracts/subsidy.ts';
import { subsidyKey } from '#contracts/places.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const ask = (who: Known) => world.call(`POST /api/cohorts/${school.cohortId}/subsidy-files`, who);
const list = async (who: Known) => (await world.call(`GET /api/cohorts/${school.cohortId}/subsidy-files`, who)).json<SubsidyFiles>();
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());

it('is asked for once at a time, fetched when it is ready, for a day, and its hashes stay', async () => {
  const { fileId, status } = (await ask(school.scheduler)).json<SubsidyFile>();
  expect(status).toBe('waiting');
  expect(codeOf(await ask(school.scheduler))).toBe('too_many_attempts');
  const fetch = (who: Known) => world.call(`GET /api/subsidy-files/${fileId}/file`, who);
  expect(codeOf(await fetch(school.scheduler))).toBe('not_found');
  await world.deps.storage.putBytes(subsidyKey(fileId), Buffer.from('PK-zip'));
  await world.deps.orm.em.fork().execute(
    `update subsidy_file set status = 'ready', storage_key = ?, size_bytes = 6, sha256 = ?, manifest_sha256 = ?, learners = 2 where id = ?`, [subsidyKey(fileId), 'a'.repeat(64), 'b'.repeat(64), fileId]);
  const file = await fetch(school.scheduler);
  expect([file.statusCode, file.headers['content-type'], file.body]).toEqual([200, 'application/zip', 'PK-zip']);
  expect(decodeURIComponent(String(file.headers['content-disposition']))).toContain('补贴申报材料-2026-03-02.zip');
  for (const [who, code] of [[school.regulator, 403], [school.teacher, 403], [foreign.scheduler, 404]] as const) expect((await fetch(who)).statusCode).toBe(code);
  expect(await list(school.regulator)).toMatchObject({ mayMake: false, files: [{ fileId, status: 'ready', manifestSha256: 'b'.repeat(64), learners: 2 }] });
  expect((await world.call(`GET /api/cohorts/${school.cohortId}/subsidy-files`, foreign.regulator)).statusCode).toBe(404);
  expect((await world.events('subsidy:asked')).map(({ stream, payload }) => [stream, payload])).toEqual([[`cohort:${school.cohortId}`, { fileId }]]);
  world.clock.pass(86_400_001);
  expect(codeOf(await fetch(school.scheduler))).toBe('not_found');
  expect((await list(school.scheduler)).files[0]).toMatchObject({ status: 'gone', manifestSha256: 'b'.repeat(64) });
});
