// The measurement in short: what is made is found in every way, the sums are right, and what lies in the archive comes.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { ledgerCounts } from '#db/queries/ledger.ts';
import { testDatabase } from '#db/testing/database.ts';
import { createVault } from '#db/vault.ts';
import { makeArchive } from './archive/made.ts';
import { lookAtArchive, retrieve } from './archive.ts';

test('200 learners of five years are made, found and summed', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.close());
  const client = new Client({ connectionString: database.url });
  await client.connect();
  onTestFinished(() => client.end());
  const vault = createVault(Buffer.alloc(32, 7));
  const made = await makeArchive(database.orm, client, vault, { learners: 200, years: 5 }, new Date());
  // People and the office; enrolments, identities, certificates; lessons, units; checks, spans, questions put and answered; rows and sums of the ledger.
  expect(made.rows).toBe(201 + 200 + 200 + 100 + 160 + 160 + 200 * 40 * (3 + 4 + 3 + 3 + 1) + 200);
  expect(await ledgerCounts(database.orm.em.fork(), { scope: { institutionId: made.institutionIds[0]!, cohortIds: null }, narrowing: {} }, new Date()))
    .toMatchObject({ all: 200, attendanceLow: 28, accuracyLow: 40, totals: { heldMinutes: 200 * 40 * 45, asked: 200 * 40 * 3 } });
  const { rows } = await client.query<{ years: number }>(`select extract(year from age(max(starts_at), min(starts_at)))::int as years from lesson`);
  expect(rows[0]!.years).toBeGreaterThanOrEqual(3);
  const looked = await lookAtArchive(database.orm, vault, made, { clients: 3, looks: 6, thinkMs: 1 });
  expect(new Set(looked.map(({ kind }) => kind))).toEqual(new Set(['searchName', 'searchNumber', 'searchCertificate', 'ledgerPage', 'ledgerNarrowed']));
}, 120_000);

test('a unit that lies in the archive only comes from there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-archive-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  expect(await retrieve(folder, { units: 2, unitBytes: 2_000_000, clients: 2, looks: 2 })).toHaveLength(4);
});
