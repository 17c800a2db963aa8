// The demo seed fills an empty database once, with accounts that can log in and lessons in every demo state.
import { randomBytes } from 'node:crypto';
import { verify } from '@node-rs/argon2';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { demoAccounts, demoPapers, demoPassword } from './demo.ts';
import { Lesson, LessonStaff, Unit } from './entities/lesson.ts';
import { Identity } from './entities/identity.ts';
import { Account, Enrolment, Membership, Person } from './entities/people.ts';
import { newId } from '#domain/id.ts';
import { checkDocument, phoneOf } from '#domain/identity/document.ts';
import { hasDemo, keepDemoTeaching, seedDemo } from './seed.ts';
import { openIdentity } from './queries/identities.ts';
import { createVault } from './vault.ts';
import { testDatabase, type TestDatabase } from './testing/database.ts';

const now = new Date('2025-03-03T01:30:45.123Z');
const vault = createVault(randomBytes(32));
let database: TestDatabase;
beforeEach(async () => { database = await testDatabase(); });
afterEach(async () => { await database.close(); });

test('an empty database gets a school, its people and lessons', async () => {
  expect(await seedDemo(database.orm, vault, now)).toBe(true);
  expect(await hasDemo(database.orm)).toBe(true);
  const em = database.orm.em.fork();
  const accounts = await em.find(Account, {});
  expect(accounts.map(({ login }) => login).sort()).toEqual(demoAccounts.map(({ login }) => login).sort());
  expect(await verify(accounts[0]!.passwordHash, demoPassword)).toBe(true);
  expect(await em.count(Membership)).toBe(demoAccounts.length);
  expect(await em.count(Enrolment)).toBe(6);
  const open = await em.findOneOrFail(Lesson, { status: 'open' });
  expect(open.startsAt).toEqual(new Date('2025-03-03T01:30:00Z'));
  expect(await em.count(Unit, { lessonId: open.id })).toBe(1);
  expect(await em.find(LessonStaff, { lessonId: open.id }).then((staff) => staff.map(({ role }) => role).sort())).toEqual(['assistant', 'teacher']);
  expect(await em.find(Lesson, {}).then((all) => all.map(({ status }) => status).sort())).toEqual(['cancelled', 'missed', 'open', 'scheduled', 'scheduled']);
});

test('seeding again, also twice at once, changes nothing', async () => {
  const answers = await Promise.all([seedDemo(database.orm, vault, now), seedDemo(database.orm, vault, now)]);
  expect(answers.sort()).toEqual([false, true]);
  expect(await seedDemo(database.orm, vault, new Date(now.getTime() + 86_400_000))).toBe(false);
  expect(await database.orm.em.fork().count(Person)).toBe(demoAccounts.length);
});

test('a database with somebody in it is left alone', async () => {
  const em = database.orm.em.fork();
  em.create(Person, { id: newId(), name: '本人', createdAt: now });
  await em.flush();
  expect(await seedDemo(database.orm, vault, now)).toBe(false);
  expect(await database.orm.em.fork().count(Account)).toBe(0);
  expect(await hasDemo(database.orm)).toBe(false);
});

test('on a later day the demo gets one lesson that can be taught, once; other schools get none', async () => {
  expect(await keepDemoTeaching(database.orm, vault, now)).toBe(false);
  await seedDemo(database.orm, vault, now);
  expect(await keepDemoTeaching(database.orm, vault, now)).toBe(false);
  const later = new Date(now.getTime() + 3 * 86_400_000);
  expect(await keepDemoTeaching(database.orm, vault, later)).toBe(true);
  expect(await keepDemoTeaching(database.orm, vault, later)).toBe(false);
  const added = await database.orm.em.fork().find(Lesson, { startsAt: { $gt: new Date(now.getTime() + 2 * 86_400_000) } });
  expect(added).toMatchObject([{ status: 'open' }]);
});

test('demo learners are registered with papers that are right in form and nobody’s; an older demo gets them', async () => {
  await seedDemo(database.orm, vault, now);
  const em = database.orm.em.fork();
  const identities = await em.find(Identity, {}, { orderBy: { numberMask: 'asc' } });
  expect(identities).toHaveLength(6);
  const opened = identities.map((identity) => openIdentity(vault, identity, ['number', 'phone', 'birthDate']));
  for (const { number, phone, birthDate } of opened) {
    expect(checkDocument('id_card', number!, '2025-03-03')).toMatchObject({ ok: true, facts: { birthDate, regionCode: '119999' } });
    expect([phoneOf(phone!), phone!.slice(0, 3)]).toEqual([phone, '179']);
  }
  expect(opened.map(({ number }) => number).sort()).toEqual([0, 1, 2, 3, 4, 5].map((index) => demoPapers(index).number).sort());
  await em.execute('delete from identity where person_id = ?', [identities[2]!.personId]);
  expect(await keepDemoTeaching(database.orm, vault, now)).toBe(false);
  expect(await em.count(Identity)).toBe(6);
});
