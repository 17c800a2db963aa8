// The lesson and the people of an acceptance run: an institution of its own beside the real ones, everybody logged in beforehand.
import { randomBytes } from 'node:crypto';
import { Lesson, LessonStaff, Unit } from '#db/entities/lesson.ts';
import { Account, Cohort, Consent, Course, Enrolment, Institution, Membership, Person } from '#db/entities/people.ts';
import { hasDemo } from '#db/seed.ts';
import { platform, unitOfWork, type EntityManager, type Orm } from '#db/orm.ts';
import { addIdentities } from '#db/queries/identities.ts';
import type { Vault } from '#db/vault.ts';
import { consentVersion } from '#domain/consent.ts';
import { newId } from '#domain/id.ts';
import { planUnits } from '#domain/lesson.ts';
import { ConfigError } from '#runtime/config.ts';
import { hashPassword } from '#runtime/password.ts';
import type { Storage } from '#runtime/storage.ts';
import { createSession, sessionCookie } from '../signaling/account/session.ts';
import { addLookedAt } from './acceptance-object.ts';
import { storeMadeFilm } from './made-film.ts';

export const acceptanceInstitution = '验收测试 Acceptance test';
const courseTitle = '验收测试课程';
const plannedMinutes = 90;
const inOneInsert = 1000;
const atOnce = 10;

/** Whoever has it is logged in as these people until the sessions end (12 hours): kept like a password. */
export interface AcceptanceClass {
  lessonId: string;
  /** A replay everybody may watch; null where no storage was at hand. */
  replayId: string | null;
  preparedAt: string; teacher: { login: string; password: string; cookie: string }; learners: { personId: string; cookie: string }[];
}

interface Member {
  personId: string; accountId: string; login: string; role: 'teacher' | 'student'; name: string;
  /** Of a passport nobody has: its kind of number begins otherwise. */
  number: string;
}

/** Real people's databases are not filled by accident: only the demo's, or one with no institution but ours. */
export async function refuseRealPlatform(orm: Orm, intoProduction: boolean): Promise<void> {
  if (intoProduction) return;
  const em = orm.em.fork();
  const others = await em.count(Institution, { name: { $ne: acceptanceInstitution } });
  if (others === 0 || (others === 1 && await hasDemo(orm))) return;
  throw new ConfigError([`This platform has ${others} institution(s) of its own: learners for an acceptance run are made here only with --into-production (they stay, in an institution named “${acceptanceInstitution}”).`]);
}

interface Class { institutionId: string; cohortId: string; passwordHash: string; vault: Vault; now: Date }

async function addPeople(em: EntityManager, members: readonly Member[], { institutionId, cohortId, passwordHash, vault, now }: Class): Promise<void> {
  for (let from = 0; from < members.length; from += inOneInsert) {
    const part = members.slice(from, from + inOneInsert);
    await em.insertMany(Person, part.map(({ personId, name }) => ({ id: personId, name, createdAt: now })));
    await em.insertMany(Account, part.map(({ accountId, personId, login, role }) => ({
      // Learners have no password that fits: they are logged in by their sessions alone.
      id: accountId, personId, login, passwordHash: role === 'teacher' ? passwordHash : '-', locale: 'zh' as const, createdAt: now, disabledAt: null,
    })));
    await em.insertMany(Membership, part.map(({ personId, role }) => ({ id: newId(), personId, institutionId, role, createdAt: now })));
    const learners = part.filter(({ role }) => role === 'student');
    if (learners.length === 0) continue;
    await em.insertMany(Enrolment, learners.map(({ personId }) => ({ id: newId(), institutionId, cohortId, personId, createdAt: now, endedAt: null })));
    // Registered as every learner is; no phone is on file, so that no message is ever sent for them.
    await addIdentities(em, vault, learners.map(({ personId, number }) => ({
      personId, documentKind: 'passport' as const, number, birthDate: null, regionCode: null, phone: null, learnerCategory: 'other' as const, employer: null, authorityStatus: 'not_asked' as const,
    })), now);
    await em.insertMany(Consent, learners.flatMap(({ personId }) => [
      { id: newId(), personId, purpose: 'recording' as const, version: consentVersion.recording, given: true, at: now },
      { id: newId(), personId, purpose: 'face' as const, version: consentVersion.face, given: false, at: now },
    ]));
  }
}

async function addLesson(em: EntityManager, institutionId: string, cohortId: string, teacherId: string, now: Date): Promise<string> {
  const lessonId = newId();
  const startsAt = new Date(Math.floor(now.getTime() / 60_000) * 60_000);
  await em.insert(Lesson, { id: lessonId, institutionId, cohortId, title: `验收 ${now.toISOString().slice(0, 16)}`, startsAt, plannedMinutes, recorded: true, status: 'open', createdAt: now });
  await em.insertMany(Unit, planUnits({ startsAt, plannedMinutes }).map((unit) => ({ id: newId(), institutionId, lessonId, ...unit, startedAt: null, endedAt: null })));
  await em.insert(LessonStaff, { id: newId(), institutionId, lessonId, personId: teacherId, role: 'teacher' });
  return lessonId;
}

async function logIn(orm: Orm, members: readonly Member[], now: Date): Promise<string[]> {
  const cookies: string[] = [];
  for (let from = 0; from < members.length; from += atOnce) {
    const tokens = await Promise.all(members.slice(from, from + atOnce).map(({ accountId }) => createSession(orm.em.fork(), accountId, now)));
    cookies.push(...tokens.map((token) => `${sessionCookie}=${token}`));
  }
  return cookies;
}

/** `vault`: with the instance's own master key, which its identities are sealed with. */
export interface ClassOptions { vault: Vault; intoProduction?: boolean; now?: Date; /** Where the replay's film is made and put. */ films?: { storage: Storage; ffmpeg: string } }

/** A new lesson that can be taught now, its teacher and so many learners, all logged in. Throws ConfigError on a platform of real people without `intoProduction`. */
export async function prepareClass(orm: Orm, learners: number, options: ClassOptions): Promise<AcceptanceClass> {
  const { vault, intoProduction = false, now = new Date(), films } = options;
  await refuseRealPlatform(orm, intoProduction);
  const replayId = newId();
  const film = films && { replayId, files: await storeMadeFilm(films.ffmpeg, films.storage, replayId) };
  const run = newId().slice(-8);
  const member = (role: Member['role'], name: string): Member => ({ personId: newId(), accountId: newId(), login: `acceptance-${run}-${name}`, role, name: `验收 ${name}`, number: `YS${run}${name}`.toUpperCase().slice(0, 17) });
  const members = [member('teacher', 'teacher'), ...Array.from({ length: learners }, (_, index) => member('student', `${index + 1}`))];
  const password = randomBytes(18).toString('base64url');
  const passwordHash = await hashPassword(password);
  const made = await unitOfWork(orm, platform, async (em) => {
    const known = await em.findOne(Institution, { name: acceptanceInstitution });
    const institutionId = known?.id ?? newId();
    if (!known) await em.insert(Institution, { id: institutionId, name: acceptanceInstitution, createdAt: now });
    const [courseId, cohortId] = [newId(), newId()];
    await em.insert(Course, { id: courseId, institutionId, title: courseTitle, createdAt: now });
    await em.insert(Cohort, { id: cohortId, institutionId, courseId, title: `验收 ${run}`, createdAt: now });
    await addPeople(em, members, { institutionId, cohortId, passwordHash, vault, now });
    const teacherId = members[0]!.personId;
    if (film) await addLookedAt(em, { institutionId, cohortId, teacherId, ...film }, now);
    return { lessonId: await addLesson(em, institutionId, cohortId, teacherId, now), replayId: film?.replayId ?? null };
  });
  const [cookie = '', ...cookies] = await logIn(orm, members, now);
  return {
    ...made, preparedAt: now.toISOString(), teacher: { login: members[0]!.login, password, cookie },
    learners: members.slice(1).map(({ personId }, index) => ({ personId, cookie: cookies[index]! })),
  };
}
