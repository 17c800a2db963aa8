// Six generated years: exactly what is due goes, what is held stays, chains verify, destroyed keys open nothing, and a round that is killed in the middle is done to the end by the next.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { coursewareOriginalKey, coursewarePageKey, pictureKey, replayKey } from '#contracts/places.ts';
import { appendEvent, platform, unitOfWork } from '#db/orm.ts';
import { destroyedKeys } from '#db/queries/destroyed-keys.ts';
import { backUpKeys, type BackupDeps } from '../../setup/backup/keeper.ts';
import { forgottenKeys } from '../../setup/backup/keys-store.ts';
import { readLearnerKeys } from '../../setup/backup/learner-keys.ts';
import { savedDeletions } from '../../setup/backup/deletions.ts';
import { runVerify } from '../../setup/verify.ts';
import { exported } from '../../bench/evidence/made.ts';
import { verifyLog } from '#db/queries/evidence-log.ts';
import { sealNow } from '#db/queries/tree-heads.ts';
import { printedHead, type SignedHead } from '#domain/evidence/evidence-file.ts';
import { verifyStream } from '#db/queries/event-chain.ts';
import { refreshDue } from '#db/queries/ledger-sums.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addTakenExam } from '#db/testing/exam.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { addLesson, addSchool, type School, type SchoolLesson } from '#db/testing/school.ts';
import { createVault, type Vault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage, type Storage } from '#runtime/storage.ts';
import { tieredStorage } from '#runtime/tiered-storage.ts';
import { linkAll } from '../events/linker.ts';
import { deletePictures } from '../reconcile.ts';
import { archiveOld } from './archive-old.ts';
import { deleteDue } from './retention-watch.ts';

const now = new Date('2032-03-02T02:00:00Z');
const log = createLog('test', 'silent');
interface Year extends School, SchoolLesson { name: string; replayId: string; coursewareId: string; pictureKeys: string[]; sealed: Buffer }
let db: TestDatabase;
let folder: string;
let storage: Storage;
let vault: Vault;
let keysDir: string;
let backup: BackupDeps;
/** What somebody else was given before anything was deleted. */
let held: SignedHead;
const evidenceKey = (): string => join(folder, 'keys', 'evidence.key');
const years = new Map<string, Year>();
const em = () => db.orm.em.fork();
const deps = () => ({ orm: db.orm, storage, now: () => now, log });

/** Rows of every class of one lesson held so many days ago. */
async function addFacts(school: School, lesson: SchoolLesson, at: Date): Promise<void> {
  const [{ institutionId, courseId, teacherId, studentIds }, { lessonId, sessionId }] = [school, lesson];
  const [connectionId, quizId, questionId, threadId] = [newId(), newId(), newId(), newId()];
  const one = studentIds[0]!;
  await unitOfWork(db.orm, platform, async (work) => {
    const add = (table: string, row: Record<string, unknown>): Promise<unknown> => work.execute(`insert into ${table} select * from jsonb_populate_record(null::${table}, ?::jsonb)`, [JSON.stringify({ institution_id: institutionId, ...row })]);
    await add('connection', { id: connectionId, lesson_id: lessonId, session_id: sessionId, person_id: one, role: 'student', device_id: 'd', connected_at: at, last_seen_at: at, left_at: at, left_reason: 'left', visible: true });
    await add('observation', { id: newId(), lesson_id: lessonId, connection_id: connectionId, person_id: one, type: 'hidden', at });
    const first = newId();
    await add('face_check', { id: first, lesson_id: lessonId, session_id: sessionId, person_id: one, kind: 'spot', status: 'settled', due_at: at, window_ms: 1, verdict: 'missed', refusals: 0, drawn: true, attempt: 1, way: 'face' });
    await add('face_check', { id: newId(), lesson_id: lessonId, session_id: sessionId, person_id: one, kind: 'spot', status: 'settled', due_at: at, window_ms: 1, verdict: 'matched', refusals: 0, drawn: true, attempt: 2, first_check_id: first, retry_because: 'missed', way: 'face' });
    await add('review_decision', { id: newId(), lesson_id: lessonId, person_id: one, subject: 'check', check_id: first, outcome: 'upheld', reason: 'nobody there', decided_by: teacherId, decided_at: at });
    await add('question', { id: questionId, course_id: courseId, kind: 'single', prompt: '?', options: ['a'], right_choices: [0], created_by: teacherId, created_at: at });
    await add('quiz', { id: quizId, lesson_id: lessonId, session_id: sessionId, question_id: questionId, opened_at: at, deadline_at: at, closed_at: at });
    await add('quiz_asked', { quiz_id: quizId, person_id: one, asked_at: at });
    await add('answer', { id: newId(), quiz_id: quizId, person_id: one, choices: [0], correct: true, answered_at: at, after_cut: false });
    await add('chat_message', { id: newId(), lesson_id: lessonId, person_id: one, text: '老师好', sent_at: at });
    await add('qa_thread', { id: threadId, lesson_id: lessonId, person_id: one, asked_at: at, last_at: at, last_by_staff: false });
    await add('qa_post', { id: newId(), lesson_id: lessonId, thread_id: threadId, person_id: one, by_staff: false, text: '为什么？', at });
    await add('ledger_row', { lesson_id: lessonId, person_id: one, cohort_id: school.cohortId, held_ms: 1, live_ms: 1, made_up_ms: 0, units: [], asked: 1, answered: 1, correct: 1, checks_asked: 1, matched: 1, failed: 0, missed: 0, pending: 0, unsettled: 0, rule_pack: 'default@1', reckoned_at: at, corrected_ms: 0, taken_back_ms: 0, offline_ms: 0 });
    await work.execute('insert into ledger_due (institution_id, cohort_id, person_id) values (?, ?, ?)', [institutionId, school.cohortId, one]);
    await appendEvent(work, { personId: null, institutionId }, `lesson:${lessonId}`, 'seat:left', at, { connectionId, personId: one });
  });
  await unitOfWork(db.orm, { personId: null, institutionId }, (work) => refreshDue(work, school.cohortId, at));
}

/** Files and rows of a recording, of courseware and of one face. */
async function addFiles(school: School, lesson: SchoolLesson, at: Date): Promise<Pick<Year, 'replayId' | 'coursewareId' | 'pictureKeys' | 'sealed'>> {
  const { institutionId, courseId, teacherId, studentIds } = school;
  const personId = studentIds[0]!;
  const recordingId = await addRecording(db.orm, { institutionId, lessonId: lesson.lessonId, sessionId: lesson.sessionId!, at }, { status: 'ready', settledAt: at });
  const replayId = await addReplay(db.orm, { institutionId, lessonId: lesson.lessonId, recordingId, unitId: lesson.unitIds[0]!, startsAt: at, durationMs: 1000 });
  for (const name of ['unit.mp4', 'poster.jpg'] as const) await storage.putBytes(replayKey(replayId, name), Buffer.from('film'));
  const [coursewareId, pictureId] = [newId(), newId()];
  for (const key of [coursewareOriginalKey(coursewareId), coursewarePageKey(coursewareId, 1, 'page'), coursewarePageKey(coursewareId, 1, 'thumb')]) await storage.putBytes(key, Buffer.from('page'));
  const sealed = await unitOfWork(db.orm, platform, async (work) => {
    await work.execute(`insert into courseware (id, institution_id, course_id, title, mark, uploaded_by, size_bytes, received_bytes, kind, status, page_count, created_at, heard_at, settled_at) values (?, ?, ?, '课件', 'm', ?, 4, 4, 'pdf', 'ready', 1, ?, ?, ?)`, [coursewareId, institutionId, courseId, teacherId, at, at, at]);
    await work.execute('insert into courseware_use (session_id, courseware_id, institution_id, lesson_id, page, furthest, turn, open, changed_at) values (?, ?, ?, ?, 1, 1, 1, false, ?)', [lesson.sessionId, coursewareId, institutionId, lesson.lessonId, at]);
    const bytes = await vault.seal(work, personId, Buffer.from('a face'));
    await work.execute('update learner_key set created_at = ? where person_id = ?', [at, personId]);
    await work.execute(`insert into face_picture (id, institution_id, person_id, storage_key, content_type, size_bytes, taken_at) values (?, ?, ?, ?, 'image/jpeg', 6, ?)`, [pictureId, institutionId, personId, pictureKey(personId, pictureId), at]);
    await work.execute(`insert into face_enrolment (id, person_id, status, picture_ids, sealed_vectors, created_at, settled_at) values (?, ?, 'active', ?::jsonb, ?, ?, ?)`, [newId(), personId, JSON.stringify([pictureId]), bytes, at, at]);
    return bytes;
  });
  await storage.putBytes(pictureKey(personId, pictureId), sealed);
  return { replayId, coursewareId, pictureKeys: [pictureKey(personId, pictureId)], sealed };
}

/** A class that ended so many years ago, to the day; 0: it still runs. */
async function addYear(name: string, ago: number): Promise<void> {
  const at = new Date(Date.UTC(2032 - ago, 1, 20, 2));
  const school = await addSchool(db.orm, 2, at);
  const lesson = await addLesson(db.orm, school, { startsAt: at, plannedMinutes: 45, status: 'ended', startedAt: at, endedAt: new Date(at.getTime() + 2_700_000) });
  if (ago === 0) await addLesson(db.orm, school, { startsAt: new Date(now.getTime() + 86_400_000), plannedMinutes: 45, status: 'scheduled' });
  await addFacts(school, lesson, at);
  const files = await addFiles(school, lesson, at);
  await addTakenExam(db.orm, school, { questions: 2, deadlineAt: new Date(at.getTime() + 86_400_000) });
  years.set(name, { name, ...school, ...lesson, ...files });
}

const holds = { heldLesson: 'lesson', heldCohort: 'cohort', heldInstitution: 'institution', heldPerson: 'person' } as const;
async function hold(name: keyof typeof holds): Promise<void> {
  const { institutionId, lessonId, cohortId, studentIds, teacherId } = years.get(name)!;
  const subjectId = { lesson: lessonId, cohort: cohortId, institution: institutionId, person: studentIds[0]! }[holds[name]];
  await em().execute(`insert into legal_hold (id, institution_id, scope, subject_id, reason, set_by, from_at) values (?, ?, ?, ?, '复议中', ?, ?)`, [newId(), institutionId, holds[name], subjectId, teacherId, now]);
}

/** What of a class is still there: rows of each kind, and files. */
async function left(name: string): Promise<Record<string, boolean>> {
  const one = years.get(name)!;
  const { lessonId, cohortId, coursewareId, replayId, pictureKeys } = one;
  const there = async (sql: string, value: string): Promise<boolean> => (await em().execute<{ there: boolean }[]>(`select exists (${sql}) as there`, [value]))[0]!.there;
  const file = async (key: string): Promise<boolean> => await storage.stat(key) !== null;
  const facts = ['connection', 'observation', 'face_check', 'review_decision', 'ledger_row'];
  return {
    fact: (await Promise.all([...facts.map((table) => there(`select from ${table} where lesson_id = ?`, lessonId)), there('select from answer a join quiz z on z.id = a.quiz_id where z.lesson_id = ?', lessonId)])).some(Boolean),
    factWhole: (await Promise.all(facts.map((table) => there(`select from ${table} where lesson_id = ?`, lessonId)))).every(Boolean),
    talk: await there('select from chat_message where lesson_id = ?', lessonId) || await there('select from qa_post where lesson_id = ?', lessonId),
    recording: await there('select from replay where lesson_id = ?', lessonId) || await file(replayKey(replayId, 'unit.mp4')) || await file(replayKey(replayId, 'poster.jpg')),
    exam: await there('select from exam_attempt where cohort_id = ?', cohortId), ledger: await there('select from ledger_learner where cohort_id = ?', cohortId),
    courseware: await file(coursewareOriginalKey(coursewareId)) || await file(coursewarePageKey(coursewareId, 1, 'page')),
    face: await there('select from face_picture where person_id = ?', one.studentIds[0]!) || await there('select from learner_key where person_id = ?', one.studentIds[0]!) || await file(pictureKeys[0]!)
      || await there('select from face_enrolment where person_id = ? and sealed_vectors is not null', one.studentIds[0]!),
  };
}
const all = { fact: true, factWhole: true, talk: true, recording: true, exam: true, ledger: true, courseware: true, face: true };
const none = { fact: false, factWhole: false, talk: false, recording: false, exam: false, ledger: false, courseware: false, face: false };

beforeAll(async () => {
  db = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'retention-'));
  storage = folderStorage(folder);
  vault = createVault(Buffer.alloc(32, 9));
  for (const ago of [0, 1, 2, 3, 4, 5, 6]) await addYear(`${ago}`, ago);
  for (const name of Object.keys(holds) as (keyof typeof holds)[]) {
    await addYear(name, 6);
    await hold(name);
  }
  await linkAll(db.orm, () => now);
  keysDir = join(folder, 'backup-keys');
  backup = { url: db.url, orm: db.orm, place: { dir: join(folder, 'backup'), keysDir }, keys: { DATA_DIR: folder, MASTER_KEY: Buffer.alloc(32, 9).toString('base64'), MASTER_KEY_FILE: undefined }, keepDays: 14, now: () => now };
  held = (await sealNow(db.orm, evidenceKey(), now))!;
  await backUpKeys(backup);
}, 60_000);
afterAll(async () => {
  await db?.close();
  await rm(folder, { recursive: true, force: true });
});

test('a round that is killed in the middle leaves nothing that the next does not finish; exactly what is due goes', async () => {
  // The files of a film go, then the process ends: before its rows did.
  const broken: Storage = { ...storage, remove: async (key) => { await storage.remove(key); if (key.endsWith('poster.jpg')) throw new Error('killed'); } };
  await deleteDue({ ...deps(), storage: broken });
  expect((await left('6'))['recording']).toBe(true);
  // And another ends after the first thing.
  let things = 0;
  await deleteDue(deps(), () => ++things < 3);
  await deleteDue(deps());
  const found = Object.fromEntries(await Promise.all([...years.keys()].map(async (name) => [name, await left(name)] as const)));
  const facesGone = { ...all, face: false };
  expect(found).toEqual({ 0: all, 1: facesGone, 2: facesGone, 3: facesGone, 4: facesGone, 5: none, 6: none, heldLesson: all, heldCohort: all, heldInstitution: all, heldPerson: all });
  expect(await deleteDue(deps())).toEqual({});
}, 60_000);

test('each deletion has one certificate and one event, and the chains verify', async () => {
  const certificates = await em().execute<{ class: string; subject_id: string; counts: Record<string, number>; rule: string; institution_id: string | null }[]>('select * from deletion_certificate order by class, subject_id');
  expect(Object.fromEntries(Object.entries(Object.groupBy(certificates, (one) => one.class)).map(([name, rows]) => [name, rows!.length]))).toEqual({ courseware: 2, exam: 2, face: 6, fact: 2, ledger: 2, person: 4, recording: 2, talk: 2 });
  const six = years.get('6')!;
  expect(certificates.find((one) => one.class === 'fact' && one.subject_id === six.lessonId)).toMatchObject({ rule: 'fact 5 years default@1', counts: { connection: 1, observation: 1, face_check: 2, review_decision: 1, answer: 1, quiz_asked: 1, ledger_row: 1 } });
  const events = await em().execute<{ n: number }[]>(`select count(*)::int as n from event where type = 'retention:deleted'`);
  expect(events[0]!.n).toBe(certificates.length);
  await linkAll(db.orm, () => now);
  for (const { lessonId, institutionId, studentIds } of years.values()) {
    for (const stream of [`lesson:${lessonId}`, `institution:${institutionId}`, `person:${studentIds[0]}`]) expect(await verifyStream(em(), stream)).toMatchObject({ ok: true, unlinked: 0 });
  }
  expect((await verifyStream(em(), `lesson:${six.lessonId}`)).linked).toBeGreaterThan(0);
});

test('proofs verify after the deletions, against the head somebody held before them: the whole log, and a file of a lesson of which nothing else is left', async () => {
  await linkAll(db.orm, () => now);
  expect(await sealNow(db.orm, evidenceKey(), now)).toBeTruthy();
  expect(await verifyLog(em(), [held])).toMatchObject({ fault: null, held: 1 });
  const { lessonId, institutionId } = years.get('6')!;
  const file = join(folder, 'evidence.ndjson');
  await writeFile(file, await exported(db.orm, evidenceKey(), { streams: [`lesson:${lessonId}`, `institution:${institutionId}`], held: [held.size] }, now));
  const said: string[] = [];
  expect([await runVerify([file, '--head', printedHead(held)], (line) => said.push(line)), said.join('\n')]).toEqual([0, expect.stringContaining('RIGHT')]);
  expect(await readFile(file, 'utf8')).toContain('retention:deleted');
});

test('what was sealed under a destroyed key opens no more, and its key is named for those who keep copies; held ones open', async () => {
  for (const [name, gone] of [['6', true], ['1', true], ['0', false], ['heldPerson', false]] as const) {
    const { studentIds, sealed } = years.get(name)!;
    const opened = vault.open(em(), studentIds[0]!, sealed).then((bytes) => bytes.toString(), (error: { code: string }) => error.code);
    expect(await opened).toBe(gone ? 'not_found' : 'a face');
    expect((await destroyedKeys(em())).some(({ personId }) => personId === studentIds[0])).toBe(gone);
  }
  // In the store of keys that backups are restored with they lay too, and lie there no more: not one byte of them.
  const keyFiles = async (): Promise<string> => (await Promise.all((await readdir(keysDir, { recursive: true, withFileTypes: true })).filter((one) => one.isFile()).map((one) => readFile(join(one.parentPath, one.name), 'latin1')))).join('');
  const copies = async (): Promise<Set<string>> => new Set([...(await readLearnerKeys(keysDir)).keys()].map((word) => word.split(' ')[0]!));
  const who = (name: string): string => years.get(name)!.studentIds[0]!;
  const before = await copies();
  const bytes = [...await readLearnerKeys(keysDir)].find(([word]) => word.startsWith(who('6')))![1].toString('base64');
  expect([before.has(who('6')), before.has(who('1')), before.has(who('0')), (await keyFiles()).includes(bytes)]).toEqual([true, true, true, true]);
  await backUpKeys(backup);
  const after = await copies();
  expect([after.has(who('6')), after.has(who('1')), after.has(who('0')), after.has(who('heldPerson')), (await keyFiles()).includes(bytes)]).toEqual([false, false, true, true, false]);
  expect((await forgottenKeys(keysDir)).map(({ personId }) => personId)).toContain(who('6'));
  // And the list a restore repeats is the list of certificates.
  expect((await savedDeletions(keysDir)).length).toBe((await em().execute<{ n: number }[]>('select count(*)::int as n from deletion_certificate'))[0]!.n);
  // Who comes back has a new key, and what was sealed under the old one stays shut.
  const { studentIds, sealed } = years.get('6')!;
  await unitOfWork(db.orm, platform, (work) => vault.seal(work, studentIds[0]!, Buffer.from('new')));
  await expect(vault.open(em(), studentIds[0]!, sealed)).rejects.toMatchObject({ code: 'internal' });
});

test('pictures of somebody under a hold stay after a withdrawal too; the database itself refuses to delete what is held, and append-only rows outside the one way', async () => {
  const { studentIds, lessonId, pictureKeys } = years.get('heldPerson')!;
  await em().execute('update face_picture set delete_after = ? where person_id = ?', [now, studentIds[0]]);
  await deletePictures({ ...deps(), queues: null as never, dataDir: folder, filmUploadDays: 30 });
  expect(await readFile(join(folder, pictureKeys[0]!))).toBeTruthy();
  await expect(em().execute('select delete_due_rows(?, ?)', ['fact', lessonId])).rejects.toThrow(/held/);
  await expect(unitOfWork(db.orm, platform, async (work) => {
    await work.execute(`select set_config('keshi.due', 'yes', true)`);
    await work.execute('delete from qa_post where lesson_id = ?', [lessonId]);
  })).rejects.toThrow();
});

test('a hold that ended lets go with the next round', async () => {
  const { teacherId } = years.get('heldCohort')!;
  await em().execute(`update legal_hold set ended_at = ?, ended_by = ?, end_reason = '已结案' where scope = 'cohort'`, [now, teacherId]);
  await deleteDue(deps());
  expect([await left('heldCohort'), await left('heldInstitution')]).toEqual([none, all]);
}, 30_000);

test('replays older than a year go to the archive and play from there; posters stay near', async () => {
  const [near, far] = [storage, folderStorage(join(folder, 'archive'))];
  const files = tieredStorage(near, far, join(folder, 'incoming'));
  expect(await archiveOld({ orm: db.orm, now: () => now }, { files, afterDays: 700 })).toBeGreaterThan(0);
  const [old, recent] = [replayKey(years.get('3')!.replayId, 'unit.mp4'), replayKey(years.get('1')!.replayId, 'unit.mp4')];
  expect([await near.stat(old), await files.isArchived(old), await near.stat(replayKey(years.get('3')!.replayId, 'poster.jpg')) !== null, await files.isArchived(recent)]).toEqual([null, true, true, false]);
  expect((await files.read(old)).toString()).toBe('film');
  expect(await text(files.stream(old, { start: 1, end: 2 }))).toBe('il');
  await expect(text(files.stream('replays/none'))).rejects.toThrow();
  expect(await archiveOld({ orm: db.orm, now: () => now }, { files, afterDays: 700 })).toBe(0);
  await files.remove(old);
  expect(await files.stat(old)).toBeNull();
});

test('what an inspection has drawn is held until it is closed', async () => {
  const { institutionId, lessonId, replayId, unitIds, teacherId } = years.get('0')!;
  const id = newId();
  await em().execute(
    `insert into inspection (id, institution_ids, title, announced, scope, size, status, seed, seed_hash, made_by, made_at, population, population_hash, population_count, without_film, drawn_by, drawn_at)
     values (?, array[?::uuid], 'x', true, '{}', 1, 'drawn', 'x', 'x', ?, now(), 'x', 'x', 1, 0, ?, now())`, [id, institutionId, teacherId, teacherId]);
  await em().execute(`insert into inspection_unit (id, inspection_id, institution_id, ordinal, replay_id, lesson_id, unit_id, risk, sha256) values (?, ?, ?, 1, ?, ?, ?, 'low', 'x')`, [newId(), id, institutionId, replayId, lessonId, unitIds[0]!]);
  const held = async () => (await em().execute<[{ held: string[] }]>(`select held_by('recording', ?) as held`, [lessonId]))[0].held;
  expect(await held()).toEqual([id]);
  await expect(unitOfWork(db.orm, platform, (work) => work.execute(`select delete_due_rows('recording', ?)`, [lessonId]))).rejects.toThrow(/held/);
  await em().execute(`update inspection set status = 'closed', closed_by = ?, closed_at = now(), closing_words = 'x' where id = ?`, [teacherId, id]);
  expect(await held()).toEqual([]);
});
