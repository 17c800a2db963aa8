// Fills an empty database with a demo school, its people and a handful of lessons.
import { hash } from '@node-rs/argon2';
import { newId } from '#domain/id.ts';
import { planUnits } from '#domain/lesson.ts';
import { demoAccounts, demoCohort, demoCourse, demoInstitution, demoLessons, demoPassword, type DemoAccount } from './demo.ts';
import { Lesson, LessonStaff, Unit } from './entities/lesson.ts';
import { Account, Cohort, Course, Enrolment, Institution, Membership, Person } from './entities/people.ts';
import { platform, unitOfWork, type EntityManager, type Orm } from './orm.ts';

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

async function addLessons(em: EntityManager, { institutionId, cohortId, people }: School, now: Date): Promise<void> {
  const thisMinute = Math.floor(now.getTime() / 60_000) * 60_000;
  for (const { startsInMinutes, ...lesson } of demoLessons) {
    const lessonId = newId();
    const startsAt = new Date(thisMinute + startsInMinutes * 60_000);
    await em.insert(Lesson, { id: lessonId, institutionId, cohortId, ...lesson, startsAt, recorded: true, createdAt: now });
    const units = planUnits({ startsAt, plannedMinutes: lesson.plannedMinutes });
    await em.insertMany(Unit, units.map((unit) => ({ id: newId(), institutionId, lessonId, ...unit, startedAt: null, endedAt: null })));
    const staff = people.flatMap(({ personId, as }) => (as === 'teacher' || as === 'assistant' ? [{ personId, role: as }] : []));
    await em.insertMany(LessonStaff, staff.map((member) => ({ id: newId(), institutionId, lessonId, ...member })));
  }
}

/** True when it filled the database; false, and nothing changed, when somebody is in it already. */
export async function seedDemo(orm: Orm, now: Date): Promise<boolean> {
  return unitOfWork(orm, platform, async (em) => {
    await em.execute('select pg_advisory_xact_lock(?)', [seedLock]);
    if (await em.count(Person) > 0 || await em.count(Institution) > 0) return false;
    const school = await addSchool(em, now);
    await addPeople(em, school, await hash(demoPassword), now);
    await addLessons(em, school, now);
    return true;
  });
}

/** True where the demo's people are, and may be printed: never on a database of real people. */
export async function hasDemo(orm: Orm): Promise<boolean> {
  return await orm.em.fork().count(Account, { login: { $in: demoAccounts.map(({ login }) => login) } }) === demoAccounts.length;
}
