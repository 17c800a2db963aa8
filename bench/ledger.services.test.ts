// The measurement in short, on a real signaling process: what is made is found, in every way of looking.
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '#db/orm.ts';
import { ledgerCounts } from '#db/queries/ledger.ts';
import { testDatabase } from '#db/testing/database.ts';
import { makeLedger } from './ledger/made.ts';
import { readBare, readLedger } from './ledger.ts';
import { startSignaling } from './signaling-alone.ts';

test('120 learners of 40 lessons are made, summed and looked at', async () => {
  const database = await testDatabase();
  onTestFinished(() => database.close());
  const signaling = await startSignaling(database.url);
  onTestFinished(() => signaling.stop());
  const orm = await openDatabase(database.url);
  onTestFinished(() => orm.close());
  const made = await makeLedger(orm, 120, 40);
  expect(made).toMatchObject({ rows: 120, cohortIds: { length: 3 } });
  expect(await ledgerCounts(orm.em.fork(), { scope: { institutionId: made.institutionId, cohortIds: null }, narrowing: {} }, new Date()))
    .toMatchObject({ all: 120, attendanceLow: 17, accuracyLow: 24, unsettled: 2, totals: { heldMinutes: 120 * 40 * 45, asked: 120 * 40 * 3 } });
  const looked = await readLedger(signaling.url, made, { clients: 3, looks: 4 });
  expect(new Set(looked.map(({ kind }) => kind))).toEqual(new Set(['firstPage', 'filter', 'sorted', 'scrolled']));
  expect(await readBare(database.url, made, { clients: 3, looks: 2 })).toBeGreaterThan(0);
}, 90_000);
