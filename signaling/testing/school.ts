// A school with one lesson, as rows: staff, two learners, an overseer; made as often as a test needs another institution.
import type { CheckStatus } from '#domain/check.ts';
import { consentVersion } from '#domain/consent.ts';
import { newId } from '#domain/id.ts';
import { planUnits, type LessonStatus } from '#domain/lesson.ts';
import type { MembershipRole } from '#domain/roles.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Lesson, LessonSession, LessonStaff, Unit } from '#db/entities/lesson.ts';
import { Account, Cohort, Consent, Course, Enrolment, Institution, Membership, Person } from '#db/entities/people.ts';
import type { Orm } from '#db/orm.ts';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import type { Known } from './http-world.ts';

export interface School {
  institutionId: string; cohortId: string; courseId: string; lessonId: string; unitIds: string[]; startsAt: Date;
  teacher: Known; assistant: Known; proctor: Known; learner: Known; other: Known; scheduler: Known; regulator: Known;
}

export async function addPerson(orm: Orm, now: Date, name: string, institutionId: string | null, role: MembershipRole | null, passwordHash = 'none'): Promise<Known> {
  const em = orm.em.fork();
  const personId = newId();
  const accountId = newId();
  await em.insert(Person, { id: personId, name, createdAt: now });
  await em.insert(Account, { id: accountId, personId, login: `login-${personId}`, passwordHash, locale: 'zh', createdAt: now, disabledAt: null });
  // Learners are known by their real names; no phone is on file.
  if (role === 'student') await addMadeUpIdentities(em, [personId], now);
  if (institutionId && role) await em.insert(Membership, { id: newId(), personId, institutionId, role, createdAt: now });
  return { personId, accountId };
}

/** The lesson starts in an hour and has two units of 45 minutes. */
export async function addSchool(orm: Orm, now: Date, name = 'School'): Promise<School> {
  const em = orm.em.fork();
  const [institutionId, courseId, cohortId] = [newId(), newId(), newId()];
  await em.insert(Institution, { id: institutionId, name, createdAt: now });
  await em.insert(Course, { id: courseId, institutionId, title: `${name} course`, createdAt: now });
  await em.insert(Cohort, { id: cohortId, institutionId, courseId, title: `${name} cohort`, createdAt: now });
  const person = (who: string, role: MembershipRole): Promise<Known> => addPerson(orm, now, `${name} ${who}`, institutionId, role);
  const school = {
    institutionId, courseId, cohortId, startsAt: new Date(now.getTime() + 3_600_000),
    teacher: await person('teacher', 'teacher'), assistant: await person('assistant', 'teacher'), proctor: await person('proctor', 'teacher'),
    learner: await person('learner', 'student'), other: await person('other', 'student'),
    scheduler: await person('scheduler', 'institution'), regulator: await person('regulator', 'regulator'),
  };
  for (const { personId } of [school.learner, school.other]) {
    await em.insert(Enrolment, { id: newId(), institutionId, cohortId, personId, createdAt: now, endedAt: null });
  }
  const lesson = await addLesson(orm, school, now);
  return { ...school, ...lesson };
}

type Staffed = Pick<School, 'institutionId' | 'cohortId' | 'startsAt' | 'teacher' | 'assistant' | 'proctor'>;
export async function addLesson(orm: Orm, school: Staffed, now: Date, status: LessonStatus = 'scheduled'): Promise<{ lessonId: string; unitIds: string[] }> {
  const em = orm.em.fork();
  const lessonId = newId();
  const { institutionId, cohortId } = school;
  const plan = { startsAt: school.startsAt, plannedMinutes: 90 };
  await em.insert(Lesson, { id: lessonId, institutionId, cohortId, title: 'First lesson', ...plan, recorded: true, status, cancelReason: null, createdAt: now });
  const units = planUnits(plan).map((unit) => ({ id: newId(), institutionId, lessonId, ...unit, startedAt: null, endedAt: null }));
  await em.insertMany(Unit, units);
  for (const role of ['teacher', 'assistant', 'proctor'] as const) {
    await em.insert(LessonStaff, { id: newId(), institutionId, lessonId, personId: school[role].personId, role });
  }
  return { lessonId, unitIds: units.map(({ id }) => id) };
}

export async function addSession(orm: Orm, school: Pick<School, 'institutionId' | 'lessonId' | 'teacher'>, startedAt: Date, endedAt: Date | null = null): Promise<string> {
  const id = newId();
  await orm.em.fork().insert(LessonSession, {
    id, institutionId: school.institutionId, lessonId: school.lessonId, roomId: newId(), leadPersonId: school.teacher.personId,
    checkSeed: 'ab'.repeat(32), checkSeedHash: 'cd'.repeat(32), startedAt, endedAt, endReason: endedAt && 'teacher',
  });
  return id;
}

export interface CheckWish { status?: CheckStatus; verdict?: 'missed' | 'matched' | null; windowMs?: number }
/** A check of this learner asked now, with nonce `nonce-of-check`. */
export async function addCheck(orm: Orm, school: School, sessionId: string, personId: string, askedAt: Date, wish: CheckWish = {}): Promise<string> {
  const id = newId();
  const { status = 'asked', verdict = null, windowMs = 60_000 } = wish;
  const asked = status !== 'drawn';
  await orm.em.fork().insert(FaceCheck, {
    id, institutionId: school.institutionId, lessonId: school.lessonId, sessionId, unitId: school.unitIds[0] ?? null, personId, kind: 'spot',
    status, dueAt: askedAt, windowMs, nonce: asked ? 'nonce-of-check' : null, askedAt: asked ? askedAt : null,
    deadlineAt: asked ? new Date(askedAt.getTime() + windowMs) : null, answeredAt: null, settledAt: status === 'settled' ? askedAt : null,
    verdict, pictureId: null, modelId: null, measures: null, refusals: 0,
  });
  return id;
}

export async function addConsent(orm: Orm, personId: string, purpose: 'recording' | 'face', at: Date, given = true, version = consentVersion[purpose]): Promise<void> {
  await orm.em.fork().insert(Consent, { id: newId(), personId, purpose, version, given, at });
}
