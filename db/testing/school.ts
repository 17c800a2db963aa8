// Rows for services tests: an institution with a course, a cohort and people, and a lesson of it in any state.
import { createHash } from 'node:crypto';
import { Lesson, LessonSession, LessonStaff, Unit } from '#db/entities/lesson.ts';
import { Account, Cohort, Consent, Course, Enrolment, Institution, Membership, Person } from '#db/entities/people.ts';
import type { Orm } from '#db/orm.ts';
import { consentVersion } from '#domain/consent.ts';
import { newId } from '#domain/id.ts';
import { addMadeUpIdentities } from './identity.ts';
import { planUnits, type LessonStatus } from '#domain/lesson.ts';

export interface School { institutionId: string; courseId: string; cohortId: string; teacherId: string; studentIds: string[] }
export interface SchoolLesson { lessonId: string; institutionId: string; sessionId: string | null; unitIds: string[] }

/** Students `student1` … enrolled since `since`; logins carry the institution's id, so that many schools fit one database. */
export async function addSchool(orm: Orm, students: number, since: Date): Promise<School> {
  const em = orm.em.fork();
  const [institutionId, courseId, cohortId, teacherId] = [newId(), newId(), newId(), newId()];
  const studentIds = Array.from({ length: students }, () => newId());
  const createdAt = since;
  await em.insert(Institution, { id: institutionId, name: '示范学院', createdAt });
  await em.insert(Course, { id: courseId, institutionId, title: '安全生产', createdAt });
  await em.insert(Cohort, { id: cohortId, institutionId, courseId, title: '一班', createdAt });
  const people = [{ id: teacherId, name: 'teacher' }, ...studentIds.map((id, index) => ({ id, name: `student${index + 1}` }))];
  await em.insertMany(Person, people.map(({ id, name }) => ({ id, name, createdAt })));
  await em.insertMany(Account, people.map(({ id, name }) => ({
    id: newId(), personId: id, login: `${name}-${institutionId}`, passwordHash: '-', locale: 'zh' as const, createdAt, disabledAt: null,
  })));
  await em.insertMany(Membership, people.map(({ id }) => ({ id: newId(), personId: id, institutionId, role: id === teacherId ? 'teacher' as const : 'student' as const, createdAt })));
  if (students > 0) await addMadeUpIdentities(em, studentIds, createdAt);
  if (students > 0) await em.insertMany(Enrolment, studentIds.map((personId) => ({ id: newId(), institutionId, cohortId, personId, createdAt, endedAt: null })));
  return { institutionId, courseId, cohortId, teacherId, studentIds };
}

export interface LessonPlan { startsAt: Date; plannedMinutes: number; status: LessonStatus; startedAt?: Date; endedAt?: Date }

/** With `startedAt` the lesson has a session; its units ran one after the other as planned, the last one until the end. */
export async function addLesson(orm: Orm, school: School, plan: LessonPlan): Promise<SchoolLesson> {
  const em = orm.em.fork();
  const { institutionId, cohortId, teacherId } = school;
  const { startsAt, plannedMinutes, status, startedAt, endedAt } = plan;
  const lessonId = newId();
  await em.insert(Lesson, { id: lessonId, institutionId, cohortId, title: '第一课', startsAt, plannedMinutes, recorded: true, status, createdAt: startsAt });
  await em.insert(LessonStaff, { id: newId(), institutionId, lessonId, personId: teacherId, role: 'teacher' });
  const units = planUnits({ startsAt, plannedMinutes }).map((unit) => ({ id: newId(), ...unit }));
  let from = startedAt ?? null;
  for (const unit of units) {
    const last = unit === units.at(-1);
    const planned = from && new Date(from.getTime() + unit.plannedMinutes * 60_000);
    const until = last ? endedAt ?? null : planned;
    await em.insert(Unit, { ...unit, institutionId, lessonId, startedAt: from, endedAt: until });
    from = planned;
  }
  const sessionId = startedAt ? newId() : null;
  if (sessionId && startedAt) {
    const checkSeed = createHash('sha256').update(sessionId).digest('hex');
    await em.insert(LessonSession, {
      id: sessionId, institutionId, lessonId, roomId: lessonId, leadPersonId: teacherId, checkSeed, checkSeedHash: checkSeed,
      startedAt, endedAt: endedAt ?? null, endReason: endedAt ? 'teacher' : null,
    });
  }
  return { lessonId, institutionId, sessionId, unitIds: units.map((unit) => unit.id) };
}

export async function addFaceConsent(orm: Orm, personId: string, given: boolean, at: Date): Promise<void> {
  await orm.em.fork().insert(Consent, { id: newId(), personId, purpose: 'face', version: consentVersion.face, given, at });
}
