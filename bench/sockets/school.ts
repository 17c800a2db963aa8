// A class of many as rows: everybody has an account, is logged in, enrolled, has acknowledged that lessons are recorded, and is asked for a sign-in by face as in any lesson.
import { createHash, randomBytes } from 'node:crypto';
import { addLesson, addSchool } from '#db/testing/school.ts';
import { addMadeUpFaces } from '#db/testing/face.ts';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import type { Orm } from '#db/orm.ts';
import { consentVersion } from '#domain/consent.ts';
import { newId } from '#domain/id.ts';

export interface LargeClass { lessonId: string; teacherCookie: string; cookies: string[] }

const sessionCookie = 'keshi_session';
const madeAtOnce = 5_000;
interface Made { id: string; token: string }
const make = (): Made => ({ id: newId(), token: randomBytes(32).toString('base64url') });

async function logIn(orm: Orm, people: readonly Made[], account: string): Promise<void> {
  await orm.em.fork().execute(
    `insert into login_session (id, token_hash, account_id, created_at, expires_at, last_used_at)
     select v.id, decode(v.hash, 'hex'), a.id, now(), now() + interval '12 hours', now()
     from jsonb_to_recordset(?::jsonb) as v(id uuid, hash text) join account a on a.person_id = ${account}`,
    [JSON.stringify(people.map(({ id, token }) => ({ id, hash: createHash('sha256').update(token).digest('hex') })))]);
}

/** The planner is told nothing of them: a product in use may see its first lesson of thousands any day. */
export async function addLargeClass(orm: Orm, learners: number): Promise<LargeClass> {
  const now = new Date();
  const school = await addSchool(orm, 0, new Date(now.getTime() - 86_400_000));
  const { institutionId, cohortId, teacherId } = school;
  const lesson = await addLesson(orm, school, { startsAt: new Date(now.getTime() + 60_000), plannedMinutes: 90, status: 'scheduled' });
  const teacher = make();
  await logIn(orm, [teacher], `'${teacherId}'`);
  const cookies: string[] = [];
  while (cookies.length < learners) {
    const made = Array.from({ length: Math.min(madeAtOnce, learners - cookies.length) }, make);
    const insert = (sql: string, ...more: unknown[]): Promise<unknown> =>
      orm.em.fork().execute(`${sql} from jsonb_array_elements_text(?::jsonb) as p(id)`, [...more, JSON.stringify(made.map(({ id }) => id))]);
    await insert(`insert into person (id, name, created_at) select p.id::uuid, '学员', now()`);
    await insert(`insert into account (id, person_id, login, password_hash, locale, created_at) select p.id::uuid, p.id::uuid, 'bench-' || p.id, '-', 'zh', now()`);
    await insert(`insert into membership (id, person_id, institution_id, role, created_at) select p.id::uuid, p.id::uuid, ?::uuid, 'student', now()`, institutionId);
    await insert(`insert into enrolment (id, institution_id, cohort_id, person_id, created_at) select p.id::uuid, ?::uuid, ?::uuid, p.id::uuid, now() - interval '1 day'`, institutionId, cohortId);
    await insert(`insert into consent (id, person_id, purpose, version, given, at) select p.id::uuid, p.id::uuid, 'recording', ?::int, true, now()`, consentVersion.recording);
    await addMadeUpIdentities(orm.em.fork(), made.map(({ id }) => id), now);
    await addMadeUpFaces(orm.em.fork(), made.map(({ id }) => id), now);
    await logIn(orm, made, 'v.id');
    cookies.push(...made.map(({ token }) => `${sessionCookie}=${token}`));
  }
  return { lessonId: lesson.lessonId, teacherCookie: `${sessionCookie}=${teacher.token}`, cookies };
}
