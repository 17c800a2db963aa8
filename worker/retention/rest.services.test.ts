// What is nobody's lesson: people of whom nothing is left, questions, films, papers, rows that serve for a while, the security log; and all of it once more in a restored database.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { attachmentKey, filmFileKey } from '#contracts/places.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { verifyStream } from '#db/queries/event-chain.ts';
import { repeatDeletion, type DeletionLine } from '#db/queries/repeat-deletion.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool, type School, type SchoolLesson } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage, type Storage } from '#runtime/storage.ts';
import { linkAll } from '../events/linker.ts';
import { deleteOldRows, dropOldSecurityLog } from './delete-old.ts';
import { deleteDue } from './retention-watch.ts';

const now = new Date('2032-03-02T02:00:00Z');
const old = new Date('2026-02-20T02:00:00Z');
let db: TestDatabase;
let folder: string;
let storage: Storage;
let school: School;
let lesson: SchoolLesson;
/** By name of what is told of it. */
const people: Record<string, string> = {};
const questions: Record<string, string> = {};
const films: Record<string, string> = {};
const papers: Record<string, string> = {};
const em = () => db.orm.em.fork();
const deps = () => ({ orm: db.orm, storage, now: () => now, log: createLog('test', 'silent') });
const rows = <T = Record<string, unknown>>(sql: string, values: unknown[] = []): Promise<T[]> => em().execute<T[]>(sql, values);
const add = (table: string, row: Record<string, unknown>): Promise<unknown> => em().execute(`insert into ${table} select * from jsonb_populate_record(null::${table}, ?::jsonb)`, [JSON.stringify(row)]);
const hold = (scope: string, subjectId: string): Promise<unknown> => add('legal_hold', { id: newId(), institution_id: school.institutionId, scope, subject_id: subjectId, reason: '复议中', set_by: school.teacherId, from_at: now });

async function addQuestion(name: string, retiredAt: Date | null): Promise<void> {
  const [id, versionId] = [newId(), newId()];
  const { institutionId, courseId, teacherId } = school;
  await unitOfWork(db.orm, platform, async (work) => {
    await work.execute('insert into bank_question (id, institution_id, course_id, version, created_by, created_at, retired_at) values (?, ?, ?, 1, ?, ?, ?)', [id, institutionId, courseId, teacherId, old, retiredAt]);
    await work.execute(`insert into question_version (id, institution_id, question_id, version, kind, stem, options, right_choices, accepted, knowledge_point, difficulty, explanation, fingerprint, created_by, created_at)
      values (?, ?, ?, 1, 'single', '问', '["a","b"]', '[0]', '[]', '', 1, '', ?, ?, ?)`, [versionId, institutionId, id, id, teacherId, old]);
  });
  questions[name] = id;
  if (name === 'used') await add('film_question', { id: newId(), institution_id: institutionId, lesson_id: (await addLesson(db.orm, school, { startsAt: old, plannedMinutes: 45, status: 'cancelled' })).lessonId, unit_id: lesson.unitIds[0], version_id: versionId, moment: old, seconds: 30, placed_by: teacherId, placed_at: old });
}

async function addFilm(name: string): Promise<void> {
  const { institutionId, courseId, teacherId } = school;
  const id = newId();
  await add('film', { id, institution_id: institutionId, course_id: courseId, title: '片', mark: id, uploaded_by: teacherId, size_bytes: 4, received_bytes: 4, kind: null, status: 'ready', sha256: 'a'.repeat(64), duration_ms: 1, created_at: old, heard_at: old, made_at: old, settled_at: old, reviewed_by: teacherId, reviewed_at: old, review: 'confirmed', cleaned_at: old });
  await add('film_file', { id: newId(), institution_id: institutionId, film_id: id, ordinal: 1, unit: 1, part: 1, parts: 1, duration_ms: 1, size_bytes: 4, sha256: 'b'.repeat(64), width: 1, height: 1, quality: {}, hold_reasons: [], files: {}, created_at: old });
  await storage.putBytes(filmFileKey(id, 1, 'unit.mp4'), Buffer.from('film'));
  films[name] = id;
}

async function addPaper(name: string, subjectType: 'lesson' | 'cohort' | 'institution', subjectId: string): Promise<void> {
  const id = newId();
  await add('attachment', { id, institution_id: school.institutionId, kind: 'paper', subject_type: subjectType, subject_id: subjectId, file_name: 'x.pdf', content_type: 'application/pdf', size_bytes: 1, sha256: name.padEnd(64, '0').replaceAll(/[^0-9a-f]/g, 'a'), uploaded_by: school.teacherId, uploaded_at: old });
  await storage.putBytes(attachmentKey(school.institutionId, id), Buffer.from('x'));
  papers[name] = attachmentKey(school.institutionId, id);
}

beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'retention-'));
  storage = folderStorage(folder);
  school = await addSchool(db.orm, 4, old);
  lesson = await addLesson(db.orm, school, { startsAt: old, plannedMinutes: 45, status: 'ended', startedAt: old, endedAt: new Date(old.getTime() + 2_700_000) });
  const again = await addSchool(db.orm, 0, new Date('2030-01-05T02:00:00Z'));
  Object.assign(people, { gone: school.studentIds[0], learnsAgain: school.studentIds[1], held: school.studentIds[2], signedIn: school.studentIds[3], teacher: school.teacherId });
  await add('enrolment', { id: newId(), institution_id: again.institutionId, cohort_id: again.cohortId, person_id: people['learnsAgain'], created_at: new Date('2030-01-05T02:00:00Z') });
  await hold('person', people['held']!);
  const [account] = await rows<{ id: string }>('select id from account where person_id = ?', [people['signedIn']]);
  await add('login_session', { id: newId(), token_hash: newId(), account_id: account!.id, created_at: now, expires_at: new Date(now.getTime() + 1000), last_used_at: now });
  await em().execute(`update enrolment set note = '张三的同事', employer = '某公司' where person_id = ?`, [people['gone']]);
  await add('consent', { id: newId(), person_id: people['gone'], purpose: 'recording', version: '1', given: true, at: old });
  await addQuestion('retired', old);
  await addQuestion('retiredLately', new Date('2031-01-01T00:00:00Z'));
  await addQuestion('inTheBank', null);
  await addQuestion('used', old);
  await addFilm('left');
  await addFilm('shown');
  const recordingId = await addRecording(db.orm, { institutionId: school.institutionId, lessonId: lesson.lessonId, sessionId: lesson.sessionId!, at: old }, { status: 'ready', settledAt: old });
  const replayId = await addReplay(db.orm, { institutionId: school.institutionId, lessonId: lesson.lessonId, recordingId, unitId: lesson.unitIds[0]!, startsAt: old, durationMs: 1000 });
  await em().execute('update replay set film_id = ?, film_ordinal = 1 where id = ?', [films['shown'], replayId]);
  // The raw capture has not gone: its recording stays, and with it the film it lends.
  await add('capture_segment', { id: newId(), institution_id: school.institutionId, recording_id: recordingId, path: 'x', producer_id: 'p', ordinal: 0, packets: 1, size_bytes: 1, sha256: 'a'.repeat(64), registered_at: old });
  await addPaper('a', 'lesson', lesson.lessonId);
  await addPaper('b', 'cohort', school.cohortId);
  await addPaper('c', 'institution', school.institutionId);
}, 60_000);
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What is left of somebody. */
async function leftOf(name: string): Promise<Record<string, unknown>> {
  const [row] = await rows(
    `select p.name <> '—' as name, exists (select from identity i where i.person_id = p.id) as number, exists (select from account a where a.person_id = p.id) as account, (select count(*)::int from enrolment e where e.person_id = p.id) as enrolments,
       exists (select from enrolment e where e.person_id = p.id and (e.note is not null or e.employer is not null)) as notes, exists (select from consent c where c.person_id = p.id) as consents from person p where p.id = ?`, [people[name]]);
  return row!;
}

test('name, number, account and consents of somebody of whom nothing else is left go; the rest stay', async () => {
  await deleteDue(deps());
  expect(await leftOf('gone')).toEqual({ name: false, number: false, account: false, enrolments: 1, notes: false, consents: false });
  for (const name of ['learnsAgain', 'held', 'signedIn']) expect(await leftOf(name), name).toMatchObject({ name: true, number: true, account: true });
  expect(await leftOf('teacher')).toMatchObject({ name: true, account: true });
  expect((await rows('select class, counts from deletion_certificate where subject_id = ?', [people['gone']]))).toMatchObject([{ class: 'person', counts: { person: 1, identity: 1, account: 1, enrolment: 1, consent: 1, membership: 1 } }]);
  await linkAll(db.orm, () => now);
  expect(await verifyStream(em(), `person:${people['gone']}`)).toMatchObject({ ok: true, unlinked: 0 });
  expect(await deleteDue(deps())).toEqual({});
});

test('retired questions that nothing kept uses go; films that no replay uses go with their files; papers go with the lesson and the class, the institution’s own stay', async () => {
  expect((await rows<{ id: string }>('select id from bank_question')).map(({ id }) => id).sort()).toEqual([questions['retiredLately'], questions['inTheBank'], questions['used']].sort());
  expect(await rows('select 1 from question_version where question_id = ?', [questions['retired']])).toEqual([]);
  expect([await storage.stat(filmFileKey(films['left']!, 1, 'unit.mp4')), await storage.stat(filmFileKey(films['shown']!, 1, 'unit.mp4')) !== null]).toEqual([null, true]);
  expect(await rows('select id from film where removed_at is null')).toEqual([{ id: films['shown'] }]);
  // The hold on a learner of the class keeps the evidence of the whole class.
  expect(await Promise.all(['a', 'b', 'c'].map(async (name) => await storage.stat(papers[name]!) !== null))).toEqual([true, true, true]);
  await em().execute(`update legal_hold set ended_at = ?, ended_by = ?, end_reason = '已结案'`, [now, school.teacherId]);
  await deleteDue(deps());
  expect(await Promise.all(['a', 'b', 'c'].map(async (name) => await storage.stat(papers[name]!) !== null))).toEqual([false, false, true]);
  expect((await leftOf('held'))['name']).toBe(false);
});

test('rows that serve for a while go by age in batches; younger ones and what a hold keeps stay', async () => {
  const notice = (personId: string, at: string): Promise<unknown> => add('notice', { id: newId(), institution_id: school.institutionId, person_id: personId, kind: 'lesson_cancelled', about_at: at, parts: {}, created_at: at });
  for (let index = 0; index < 5; index++) await notice(people['learnsAgain']!, '2031-01-01T00:00:00Z');
  await notice(people['learnsAgain']!, '2031-12-01T00:00:00Z');
  await notice(people['signedIn']!, '2031-01-01T00:00:00Z');
  await hold('person', people['signedIn']!);
  await add('identity_view', { id: newId(), person_id: people['teacher'], viewer_id: people['teacher'], institution_id: school.institutionId, fields: ['number'], reason: 'x', at: '2027-01-01T00:00:00Z' });
  const stays = newId();
  await add('identity_view', { id: stays, person_id: people['teacher'], viewer_id: people['teacher'], institution_id: school.institutionId, fields: ['number'], reason: 'x', at: '2028-01-01T00:00:00Z' });
  expect(await deleteOldRows(deps(), () => true, 2)).toBe(6);
  expect(await rows('select count(*)::int as n from notice')).toEqual([{ n: 2 }]);
  expect(await rows('select id from identity_view')).toEqual([{ id: stays }]);
  expect(await rows(`select counts, rule from deletion_certificate where class = 'log' order by rule, counts::text desc`)).toEqual([
    { counts: { notice: 2 }, rule: 'log 190 days default@1' }, { counts: { notice: 2 }, rule: 'log 190 days default@1' }, { counts: { notice: 1 }, rule: 'log 190 days default@1' }, { counts: { identity_view: 1 }, rule: 'log 5 years default@1' }]);
  expect(await deleteOldRows(deps())).toBe(0);
  await expect(unitOfWork(db.orm, platform, (work) => work.execute(`select delete_old_rows('event', now(), 10)`))).rejects.toThrow(/do not go by age/);
  await expect(unitOfWork(db.orm, platform, (work) => work.execute(`delete from identity_view`))).rejects.toThrow(/append-only|permission/);
});

test('months of the security log go when they are older than 190 days, but not one that speaks of somebody under a hold, nor any later', async () => {
  const owner = new Client({ connectionString: db.url });
  await owner.connect();
  const today = new Date();
  const month = (ago: number): Date => new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - ago, 15));
  for (const ago of [5, 8, 9, 10, 11]) {
    await owner.query('select ensure_security_log_partition($1)', [month(ago)]);
    await owner.query(`insert into security_log (id, at, kind, outcome, person_id) values ($1, $2, 'sign_in', 'done', $3)`, [newId(), month(ago), ago === 9 ? people['signedIn'] : null]);
  }
  const ago = async (): Promise<number[]> => (await owner.query<{ at: Date }>('select at from security_log order by at')).rows.map(({ at }) => [5, 8, 9, 10, 11].find((one) => month(one).getTime() === at.getTime())!);
  const really = { ...deps(), now: () => today };
  expect([await dropOldSecurityLog(really), await ago()]).toEqual([2, [9, 8, 5]]);
  await em().execute(`update legal_hold set ended_at = now(), ended_by = ?, end_reason = '已结案' where ended_at is null`, [school.teacherId]);
  expect([await dropOldSecurityLog(really), await ago()]).toEqual([2, [5]]);
  expect(await dropOldSecurityLog(really)).toBe(0);
  await owner.end();
  expect(await rows(`select counts from deletion_certificate where counts->>'security_log' is not null order by id`)).toEqual([{ counts: { security_log: 2 } }, { counts: { security_log: 2 } }]);
});

test('a restored database that still has the rows and an old hold deletes them again by the line of the list, once', async () => {
  const [saved] = await rows<DeletionLine>(
    `select id, class, subject_id as "subjectId", institution_id as "institutionId", before_at as "beforeAt", counts, ids_hash as "idsHash", rule, due_at as "dueAt", deleted_at as "deletedAt", asked_by as "askedBy" from deletion_certificate where class = 'fact' and subject_id = ?`, [lesson.lessonId]);
  const line = { ...saved!, id: newId() };
  await addPaper('d', 'lesson', lesson.lessonId);
  await add('observation', { id: newId(), institution_id: school.institutionId, lesson_id: lesson.lessonId, connection_id: await seat(), person_id: people['learnsAgain'], type: 'hidden', at: old });
  await hold('lesson', lesson.lessonId);
  const repeat = (one: DeletionLine) => unitOfWork(db.orm, platform, (work) => repeatDeletion(work, one));
  expect(await repeat(saved!)).toBeNull();
  expect(await repeat(line)).toEqual([papers['d']]);
  expect(await rows('select 1 from observation union all select 1 from connection')).toEqual([]);
  expect(await repeat(line)).toBeNull();
  expect(await rows(`select count(*)::int as n from event where type = 'retention:repeated'`)).toEqual([{ n: 1 }]);
  const [person] = await rows<DeletionLine>(`select id, class, subject_id as "subjectId", institution_id as "institutionId", before_at as "beforeAt", counts, ids_hash as "idsHash", rule, due_at as "dueAt", deleted_at as "deletedAt", asked_by as "askedBy" from deletion_certificate where class = 'person' limit 1`);
  await em().execute(`update person set name = '张三' where id = ?`, [person!.subjectId]);
  expect(await repeat({ ...person!, id: newId() })).toEqual([]);
  expect(await rows('select name from person where id = ?', [person!.subjectId])).toEqual([{ name: '—' }]);
});
async function seat(): Promise<string> {
  const id = newId();
  await add('connection', { id, institution_id: school.institutionId, lesson_id: lesson.lessonId, session_id: lesson.sessionId, person_id: people['learnsAgain'], role: 'student', device_id: 'd', connected_at: old, last_seen_at: old, left_at: old, left_reason: 'left', visible: true });
  return id;
}
