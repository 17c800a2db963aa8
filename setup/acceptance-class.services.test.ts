// A class for an acceptance run: everybody can log in by what was written, on the demo and on an empty platform, and never by accident beside real people.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addSchool } from '#db/testing/school.ts';
import { seedDemo } from '#db/seed.ts';
import { createVault } from '#db/vault.ts';
import { personBySession } from '../signaling/account/session.ts';
import { acceptanceInstitution, prepareClass } from './acceptance-class.ts';

const vault = createVault(randomBytes(32));
let database: TestDatabase;
beforeEach(async () => { database = await testDatabase(); });
afterEach(() => database.close());
const count = async (sql: string): Promise<number> => (await database.orm.em.fork().execute<{ n: number }[]>(`select count(*)::int as n ${sql}`))[0]!.n;

test('teacher and learners are logged in, enrolled in one open lesson, and stay apart from the demo', async () => {
  await seedDemo(database.orm, vault, new Date());
  const klass = await prepareClass(database.orm, 25, { vault });
  expect(klass.learners).toHaveLength(25);
  const deps = { orm: database.orm, now: () => new Date(), config: { DEMO_SEED: true, SECOND_FACTOR: undefined } };
  for (const { personId, cookie } of [klass.learners[0]!, klass.learners[24]!]) expect((await personBySession(deps, cookie))?.personId).toBe(personId);
  expect(await personBySession(deps, klass.teacher.cookie)).not.toBeNull();
  expect(await count(`from enrolment e join lesson l on l.cohort_id = e.cohort_id where l.id = '${klass.lessonId}' and l.status = 'open'`)).toBe(25);
  // Everybody is registered, and no message can be sent to anybody.
  expect(await count(`from identity i join enrolment e on e.person_id = i.person_id where i.document_kind = 'passport' and i.sealed_phone is null`)).toBe(25);
  // A second run has a lesson and people of its own in the same institution.
  const again = await prepareClass(database.orm, 2, { vault });
  expect(again.lessonId).not.toBe(klass.lessonId);
  expect(await count(`from institution where name = '${acceptanceInstitution}'`)).toBe(1);
});

test('beside an institution of real people nothing is made, unless that is said', async () => {
  await addSchool(database.orm, 1, new Date());
  await expect(prepareClass(database.orm, 2, { vault })).rejects.toThrow('only with --into-production');
  expect(await count(`from institution where name = '${acceptanceInstitution}'`)).toBe(0);
  expect((await prepareClass(database.orm, 2, { vault, intoProduction: true })).learners).toHaveLength(2);
});
