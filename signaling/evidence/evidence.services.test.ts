// Evidence over REST: heads for everybody, the file of a cohort for its office and regulators, of a certificate for whoever has its number.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Readable } from 'node:stream';
import type { EvidenceHeads } from '#contracts/evidence-routes.ts';
import type { IssueReply } from '#contracts/certificate.ts';
import { evidenceKeyFile } from '#db/evidence-key.ts';
import { sealNow } from '#db/queries/tree-heads.ts';
import { checkEvidence, type EvidenceVerdict, type Held } from '#domain/evidence/evidence-check.ts';
import { bareHead } from '#domain/evidence/evidence-file.ts';
import { evidenceLines } from '#domain/evidence/evidence-lines.ts';
import { nodeTools } from '#runtime/evidence-tools.ts';
import { addGraduation } from '../testing/certificate.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let cohortId: string;
let serial: string;
const seal = () => sealNow(world.deps.orm, evidenceKeyFile(world.deps.config), world.clock.now());
const codeOf = (answer: { body: string }): string => (JSON.parse(answer.body) as { error: { code: string } }).error.code;
const heads = async (query = '') => (await world.call(`GET /api/evidence/heads${query}`, null)).json<EvidenceHeads>();
const verdictOf = (body: string, held: Held = {}): Promise<EvidenceVerdict> => checkEvidence(evidenceLines(Readable.from([Buffer.from(body)], { objectMode: true })), nodeTools, held);
const ofCohort = (who: Known | null, query = '') => world.call(`GET /api/cohorts/${cohortId}/evidence${query}`, who);
const ofCertificate = (number: string, query = '') => world.call(`GET /api/certificate-checks/${number}/evidence${query}`, null);

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());

it('says what is not yet, before anything was signed', async () => {
  expect(await heads()).toMatchObject({ keyId: null, heads: [], more: false });
  const made = await addGraduation(world, school, [{ name: '甲' }]);
  cohortId = made.cohortId;
  serial = (await world.call(`POST /api/cohorts/${cohortId}/certificates`, school.scheduler, { payload: { personIds: null } })).json<IssueReply>().issued[0]!.serial;
  expect(codeOf(await ofCohort(school.scheduler))).toBe('evidence_not_yet');
  expect(codeOf(await ofCertificate(serial))).toBe('evidence_not_yet');
});

describe('after a head was signed', () => {
  beforeAll(() => seal());
  it('a certificate proves itself to whoever has its number', async () => {
    const answer = await ofCertificate(serial);
    expect(answer.headers['content-disposition']).toContain(`evidence-${serial}.ndjson`);
    const verdict = await verdictOf(answer.body);
    expect(verdict).toMatchObject({ ok: true, files: 1, events: 0, about: { certificate: serial }, head: bareHead((await heads()).heads[0]!) });
    expect(answer.body).toContain('"content":{"accuracy"');
    expect(codeOf(await ofCertificate('2026-0000-0000-0000-000V'))).toBe('not_found');
    expect(codeOf(await ofCertificate('hello'))).toBe('serial_invalid');
  });
  it('goes on from a head somebody holds, and from no other', async () => {
    const [first] = (await heads()).heads;
    world.clock.pass(86_400_000);
    await addGraduation(world, school, [{ name: '乙' }]).then(({ cohortId: of }) => world.call(`POST /api/cohorts/${of}/certificates`, school.scheduler, { payload: { personIds: null } }));
    await seal();
    const now = await heads();
    expect(now.heads).toHaveLength(2);
    expect((await heads(`?before=${now.heads[0]!.size}`)).heads).toEqual([first]);
    expect((await verdictOf((await ofCertificate(serial, `?held=${first!.size}`)).body, { heads: [first!] })).ok).toBe(true);
    expect((await verdictOf((await ofCertificate(serial)).body, { heads: [first!] })).ok).toBe(false);
    expect(codeOf(await ofCertificate(serial, `?held=${first!.size + 1}`))).toBe('not_found');
    expect(codeOf(await ofCertificate(serial, '?held=x'))).toBe('bad_request');
  });
  it('a cohort is for its office and its regulator', async () => {
    for (const who of [school.scheduler, school.regulator]) {
      const verdict = await verdictOf((await ofCohort(who)).body);
      expect(verdict).toMatchObject({ ok: true, about: { cohort: cohortId } });
      expect(verdict.files).toBeGreaterThanOrEqual(1);
    }
    for (const who of [foreign.scheduler, foreign.regulator]) expect(codeOf(await ofCohort(who))).toBe('not_found');
    for (const who of [school.learner, school.teacher]) expect(codeOf(await ofCohort(who))).toBe('forbidden');
    expect(codeOf(await ofCohort(null))).toBe('unauthenticated');
  });
  it('hands out the page that verifies, for keeping', async () => {
    const answer = await world.call('GET /api/evidence/verify-page', null);
    expect(answer.headers['content-disposition']).toContain('keshi-verify.html');
    expect(answer.body).toContain('<!doctype html>');
    expect(answer.body).not.toMatch(/src=|https?:\/\/(?!www\.w3\.org)/);
  });
});
