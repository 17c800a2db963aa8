// A regulator's day as rows: a dozen institutions in several regions, with years of lessons, classes that run now, and one institution of which much speaks.
import { newId } from '#domain/id.ts';
import type { Orm } from '#db/orm.ts';
import { addOversightRows } from '#db/testing/oversight-rows.ts';

const size = { institutions: 12, cohortsEach: 12, learnersEach: 20, lessonsEach: 4 };
const liveLessons = 18;

/** Classes with a session, a lead for most, learners with a seat for an hour, face checks, a recording for most. */
async function bringsToLife(orm: Orm, lessonId: string, index: number): Promise<void> {
  const em = orm.em.fork();
  const [sessionId, now] = [newId(), new Date()];
  const startedAt = new Date(now.getTime() - (3 + index) * 60_000);
  const [{ institution_id: institutionId, cohort_id: cohortId }] = await em.execute<[{ institution_id: string; cohort_id: string }]>(`update lesson set status = 'live', starts_at = ?, title = ? where id = ? returning institution_id, cohort_id`, [startedAt, ['焊接安全总则', '电焊机的检查', '高处作业防护', '动火作业许可'][index % 4], lessonId]);
  const people = await em.execute<{ person_id: string }[]>('select person_id from enrolment where cohort_id = ? order by person_id', [cohortId]);
  const lead = people.at(-1)!.person_id;
  await em.execute(`insert into lesson_staff (id, institution_id, lesson_id, person_id, role) values (?, ?, ?, ?, 'teacher')`, [newId(), institutionId, lessonId, lead]);
  await em.execute(`insert into lesson_session (id, institution_id, lesson_id, room_id, lead_person_id, check_seed, check_seed_hash, started_at) values (?, ?, ?, ?, ?, 'a', 'b', ?)`, [sessionId, institutionId, lessonId, lessonId, lead, startedAt]);
  const seat = (personId: string, role: string): Promise<unknown> => em.execute(
    `insert into connection (id, institution_id, lesson_id, session_id, person_id, role, device_id, connected_at, last_seen_at) values (?, ?, ?, ?, ?, ?, 'd', ?, now() + interval '1 hour')`,
    [newId(), institutionId, lessonId, sessionId, personId, role, startedAt]);
  if (index % 6 !== 5) await seat(lead, 'teacher');
  for (const { person_id: personId } of people.slice(0, 19 - (index % 5) * 3)) {
    await seat(personId, 'student');
    await em.execute(`insert into face_check (id, institution_id, lesson_id, session_id, person_id, kind, status, due_at, window_ms, settled_at, verdict) values (?, ?, ?, ?, ?, 'sign_in', 'settled', ?, 60000, ?, ?)`,
      [newId(), institutionId, lessonId, sessionId, personId, startedAt, startedAt, index % 4 === 1 && personId < '8' ? 'mismatched' : 'matched']);
  }
  if (index % 7 !== 6) await em.execute(`insert into recording (id, institution_id, lesson_id, session_id, status, created_at) values (?, ?, ?, ?, 'recording', ?)`, [newId(), institutionId, lessonId, sessionId, startedAt]);
}

/** All of them overseen by this person from now on; one of them with much that speaks of it. */
export async function fillRegions(orm: Orm, ownerUrl: string, regulatorId: string): Promise<void> {
  const { institutionIds } = await addOversightRows(ownerUrl, size, new Date());
  const em = orm.em.fork();
  for (const institutionId of institutionIds) await em.execute(`insert into membership (id, person_id, institution_id, role, created_at) values (?, ?, ?, 'regulator', now())`, [newId(), regulatorId, institutionId]);
  const lessons = await em.execute<{ id: string }[]>(
    `select id from (select id, row_number() over (partition by institution_id order by id) as place from lesson where institution_id = any(?::uuid[]) and starts_at < now() - interval '100 days') l where place <= 2 order by id limit ?`, [`{${institutionIds.join(',')}}`, liveLessons]);
  for (const [index, { id }] of lessons.entries()) await bringsToLife(orm, id, index);
  const [worst, second, third] = institutionIds;
  await em.execute(`update ledger_lesson set checks_missed = checks_asked / 3 where institution_id = ?`, [worst]);
  await em.execute(`update ledger_learner set missed = 2, matched = 22 where institution_id = ? and attendance_low`, [worst]);
  await em.execute(`update replay set status = 'failed' where institution_id = ? and lesson_id in (select id from lesson where starts_at > now() - interval '89 days')`, [third]);
  await em.execute(`insert into help_ticket (id, institution_id, category, severity, state, words, diagnostics, call_back, asked_at, due_at) select gen_random_uuid(), ?::uuid, 'picture', 'normal', 'new', '', '{}', false, now(), now() from generate_series(1, 30)`, [second]);
}
