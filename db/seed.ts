// Fills an empty database with a demo school, its people and a handful of lessons.
import { newId } from '#domain/id.ts';
import { planUnits } from '#domain/lesson.ts';
import { hashPassword } from '#runtime/password.ts';
import { demoAccounts, demoCohort, demoCourse, demoEmployer, demoFacts, demoInstitution, demoLessons, demoPapers, demoPassword, practiceLesson, type DemoAccount, type DemoLesson } from './demo.ts';
import { Identity } from './entities/identity.ts';
import { InstitutionProfile } from './entities/institution.ts';
import { Lesson, LessonStaff, Unit } from './entities/lesson.ts';
import { Account, Cohort, Course, Enrolment, Institution, Membership, Person } from './entities/people.ts';
import { platform, unitOfWork, type EntityManager, type Orm } from './orm.ts';
import { addIdentities } from './queries/identities.ts';
import type { Vault } from './vault.ts';

/** Two processes that seed at once do it one after the other; the second finds people and does nothing. */
const seedLock = 7_264_901;

interface School { institutionId: string; cohortId: string; people: (DemoAccount & { personId: string })[] }

async function addSchool(em: EntityManager, now: Date): Promise<School> {
  const institutionId = newId();
  const courseId = newId();
  const cohortId = newId();
  await em.insert(Institution, { id: institutionId, name: demoInstitution, createdAt: now });
  await em.insert(Course, { id: courseId, institutionId, title: demoCourse, createdAt: now });
  await em.insert(Cohort, { id: cohortId, institutionId, courseId, title: demoCohort, createdAt: now });
  return { institutionId, cohortId, people: demoAccounts.map((account) => ({ ...account, personId: newId() })) };
}

async function addPeople(em: EntityManager, { institutionId, cohortId, people }: School, passwordHash: string, now: Date): Promise<void> {
  const createdAt = now;
  await em.insertMany(Person, people.map(({ personId, name }) => ({ id: personId, name, createdAt })));
  await em.insertMany(Account, people.map(({ personId, login }) => ({ id: newId(), personId, login, passwordHash, locale: 'zh' as const, createdAt, disabledAt: null })));
  await em.insertMany(Membership, people.map(({ personId, role }) => ({ id: newId(), personId, institutionId, role, createdAt })));
  const learners = people.filter((person) => person.as === 'learner');
  await em.insertMany(Enrolment, learners.map(({ personId }) => ({ id: newId(), institutionId, cohortId, personId, createdAt, endedAt: null })));
}

async function addLessons(em: EntityManager, { institutionId, cohortId, people }: School, lessons: readonly DemoLesson[], now: Date): Promise<void> {
  const thisMinute = Math.floor(now.getTime() / 60_000) * 60_000;
  for (const { startsInMinutes, ...lesson } of lessons) {
    const lessonId = newId();
    const startsAt = new Date(thisMinute + startsInMinutes * 60_000);
    await em.insert(Lesson, { id: lessonId, institutionId, cohortId, ...lesson, startsAt, recorded: true, createdAt: now });
    const units = planUnits({ startsAt, plannedMinutes: lesson.plannedMinutes });
    await em.insertMany(Unit, units.map((unit) => ({ id: newId(), institutionId, lessonId, ...unit, startedAt: null, endedAt: null })));
    const staff = people.flatMap(({ personId, as }) => (as === 'teacher' || as === 'assistant' ? [{ personId, role: as }] : []));
    await em.insertMany(LessonStaff, staff.map((member) => ({ id: newId(), institutionId, lessonId, ...member })));
  }
}

/** Learners are known by their real names (R116). Also of a demo from before identities were asked for; who has one keeps it. True when it added some. */
async function addPapers(em: EntityManager, vault: Vault, people: School['people'], now: Date): Promise<boolean> {
  const learners = people.filter(({ as }) => as === 'learner');
  const known = new Set((await em.find(Identity, { personId: { $in: learners.map(({ personId }) => personId) } }, { fields: ['personId'] })).map(({ personId }) => personId));
  const papers = learners.map(({ personId }, index) => ({
    personId, ...demoPapers(index), documentKind: 'id_card' as const, learnerCategory: 'high_risk' as const, employer: demoEmployer, authorityStatus: 'not_asked' as const,
  })).filter(({ personId }) => !known.has(personId));
  await addIdentities(em, vault, papers, now);
  return papers.length > 0;
}

/** True when it filled the database; false, and nothing changed, when somebody is in it already. */
export async function seedDemo(orm: Orm, vault: Vault, now: Date): Promise<boolean> {
  return unitOfWork(orm, platform, async (em) => {
    await em.execute('select pg_advisory_xact_lock(?)', [seedLock]);
    if (await em.count(Person) > 0 || await em.count(Institution) > 0) return false;
    const school = await addSchool(em, now);
    await addPeople(em, school, await hashPassword(demoPassword), now);
    await em.insert(InstitutionProfile, { institutionId: school.institutionId, ...demoFacts(now), revision: 1, changedAt: now, changedBy: school.people.find(({ role }) => role === 'institution')!.personId });
    await addPapers(em, vault, school.people, now);
    await addLessons(em, school, demoLessons, now);
    return true;
  });
}

/** The demo school as it is in the database; null where there is none. */
async function demoSchool(em: EntityManager): Promise<School | null> {
  const cohort = await em.findOne(Cohort, { title: demoCohort });
  if (!cohort) return null;
  const accounts = await em.find(Account, { login: { $in: demoAccounts.map(({ login }) => login) } });
  const people = demoAccounts.flatMap((account) => accounts.filter(({ login }) => login === account.login).map(({ personId }) => ({ ...account, personId })));
  return { institutionId: cohort.institutionId, cohortId: cohort.id, people };
}

/** On a later day the seeded lessons are over: the demo gets one that can be taught now, and papers where learners have none. True when it added a lesson. */
export async function keepDemoTeaching(orm: Orm, vault: Vault, now: Date): Promise<boolean> {
  return unitOfWork(orm, platform, async (em) => {
    await em.execute('select pg_advisory_xact_lock(?)', [seedLock]);
    const school = await demoSchool(em);
    if (!school || school.people.length !== demoAccounts.length) return false;
    await addPapers(em, vault, school.people, now);
    const soon = { $gte: new Date(now.getTime() - 3_600_000), $lte: new Date(now.getTime() + 3_600_000) };
    const teachable = await em.count(Lesson, { cohortId: school.cohortId, $or: [{ status: 'live' }, { status: { $in: ['open', 'scheduled'] }, startsAt: soon }] });
    if (teachable > 0) return false;
    await addLessons(em, school, [practiceLesson], now);
    return true;
  });
}

/** True where the demo's people are, and may be printed: never on a database of real people. */
export async function hasDemo(orm: Orm): Promise<boolean> {
  return await orm.em.fork().count(Account, { login: { $in: demoAccounts.map(({ login }) => login) } }) === demoAccounts.length;
}
