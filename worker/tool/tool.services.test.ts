// The command as it is run: a flipped byte is found wherever it is, rows stand beside captures, and what is unknown is one line and exit code 2.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { replayKey } from '#contracts/places.ts';
import { CaptureSegment, Replay } from '#db/entities/recording.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool, type SchoolLesson } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { CaptureKeeper } from '../keeper/capture-keeper.ts';
import { addRecording, writeSegment } from '../testing/raw-segments.ts';
import { runTool } from './run.ts';
import type { Verified } from './verify.ts';

const start = new Date('2026-03-02T02:00:00.000Z');
const main = join(import.meta.dirname, 'main.ts');
const bytes = { 'unit.mp4': Buffer.alloc(300_000, 1), 'main.m4s': Buffer.alloc(200_000, 2), 'poster.jpg': Buffer.alloc(500, 3) };
let db: TestDatabase;
let dataDir: string;
let lesson: SchoolLesson;
let bare: SchoolLesson;
let recordingId: string;
let segmentPaths: string[];
let replayId: string;

async function addReplay(): Promise<string> {
  const id = newId();
  const storage = folderStorage(join(dataDir, 'files'));
  const sha256: Record<string, string> = {};
  for (const [name, content] of Object.entries(bytes)) {
    await storage.putBytes(replayKey(id, name as keyof typeof bytes), content);
    sha256[name] = createHash('sha256').update(content).digest('hex');
  }
  await db.orm.em.fork().insert(Replay, {
    id, institutionId: lesson.institutionId, lessonId: lesson.lessonId, recordingId, unitId: lesson.unitIds[0]!, status: 'held', failReason: null, startsAt: start,
    durationMs: 90_500, sizeBytes: 300_000, sha256: sha256['unit.mp4']!, width: 1280, height: 720, gaps: [], sync: null, holdReasons: ['gaps_long'],
    files: { sizes: {}, sha256, thumbnails: null }, createdAt: start, settledAt: start,
  });
  return id;
}

beforeAll(async () => {
  db = await testDatabase();
  dataDir = await mkdtemp(join(tmpdir(), 'tool-'));
  const school = await addSchool(db.orm, 0, start);
  const plan = { startsAt: start, plannedMinutes: 45, status: 'ended' as const, startedAt: start, endedAt: new Date(start.getTime() + 600_000) };
  lesson = await addLesson(db.orm, school, plan);
  bare = await addLesson(db.orm, school, plan);
  recordingId = await addRecording(db.orm, lesson, 'ready', start);
  const place = { lessonId: lesson.lessonId, sessionId: lesson.sessionId!, nodeBoot: 'node-boot', producerId: newId() };
  segmentPaths = [];
  for (const ordinal of [1, 2]) segmentPaths.push(await writeSegment(dataDir, place, ordinal, start.getTime() + ordinal * 60_000, 20));
  const keeper = await CaptureKeeper.create({ orm: db.orm, log: createLog('test', 'silent'), dataDir, copies: folderStorage(join(dataDir, 'capture-copy')), now: () => start }, 30);
  await vi.waitFor(async () => expect(await db.orm.em.fork().count(CaptureSegment, { recordingId, copiedAt: { $ne: null } })).toBe(2), { timeout: 10_000 });
  await keeper.close();
  replayId = await addReplay();
});
afterAll(async () => {
  await db.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Ran { code: number; out: string; err: string }
const environment = () => ({ ...process.env, DATABASE_URL: db.url, DATA_DIR: dataDir });
async function run(...words: string[]): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await runTool(words, environment(), { out: (text) => { out += text; }, err: (text) => { err += text; } }, new AbortController().signal);
  return { code, out, err };
}

async function withFlippedByte(path: string, work: () => Promise<void>): Promise<void> {
  const file = join(dataDir, path);
  const before = await readFile(file);
  const changed = Buffer.from(before);
  changed[before.length >> 1]! ^= 1;
  await writeFile(file, changed);
  await work();
  await writeFile(file, before);
}

it('finds everything as it was, of one lesson and of all', async () => {
  for (const target of [lesson.lessonId, 'all']) {
    const { code, out } = await run('verify', target);
    expect([code, out]).toEqual([0, '2 captures, 2 second copies and 3 files of replays are what they were.\nNothing is missing or changed.\n']);
  }
});

it('finds one flipped bit in a capture, its copy and a file, and names it', async () => {
  const places = [[segmentPaths[1]!, 'data'], [`capture-copy/${segmentPaths[0]!}`, 'copy'], [`files/${replayKey(replayId, 'main.m4s')}`, 'replay']] as const;
  for (const [path, where] of places) {
    await withFlippedByte(path, async () => {
      const { code, out } = await run('verify', lesson.lessonId, '--json');
      const verified = JSON.parse(out) as Verified;
      const key = path.replace(/^(capture-copy|files)\//, '');
      expect([code, verified.ok, verified.problems]).toEqual([1, false, [{ recordingId, path: key, where, state: 'changed' }]]);
    });
  }
  expect((await run('verify', lesson.lessonId)).code).toBe(0);
});

it('names the first of what is missing', async () => {
  const file = join(dataDir, 'files', replayKey(replayId, 'poster.jpg'));
  await rm(file);
  const { code, out } = await run('verify', 'all');
  expect(code).toBe(1);
  expect(out.trim().split('\n').at(-1)).toBe(`1 missing or changed, the first: ${replayKey(replayId, 'poster.jpg')}`);
  await writeFile(file, bytes['poster.jpg']);
});

it('finds a file that is not the one of its row, though the list of files agrees with it', async () => {
  const em = db.orm.em.fork();
  const replay = await em.findOneOrFail(Replay, { id: replayId });
  const sha256 = replay.sha256;
  replay.sha256 = 'ef'.repeat(32);
  await em.flush();
  expect((await run('verify', lesson.lessonId)).code).toBe(1);
  replay.sha256 = sha256;
  await em.flush();
});

it('shows a lesson with its rows and what was captured', async () => {
  const { code, out } = await run('inspect', lesson.lessonId);
  expect(code).toBe(0);
  for (const part of [
    'lesson "第一课", ended', `recording ${recordingId} of session ${lesson.sessionId}: ready`, '2 segments in rows', '2 with a second copy',
    `file of unit 1, part 1 of 1, ${replayId}: held (gaps_long), 1:30.500, 0.3 MB`, `session ${lesson.sessionId} of lesson ${lesson.lessonId}`, 'microphone',
  ]) expect(out).toContain(part);
  const json = JSON.parse((await run('inspect', lesson.lessonId, '--json')).out) as { lesson: object; sessions: { tracks: { segments: number }[] }[] };
  expect(json.lesson).toMatchObject({ lessonId: lesson.lessonId, recordings: [{ recordingId, segments: { rows: 2, copied: 2 }, replays: [{ replayId, status: 'held' }] }] });
  expect(json.sessions[0]!.tracks.map(({ segments }) => segments)).toEqual([2]);
});

it('shows a folder without any database, as a program with its exit code', async () => {
  const bareEnvironment = { ...environment(), DATABASE_URL: '' };
  const shown = await promisify(execFile)(process.execPath, [main, 'inspect', join(dataDir, 'capture', lesson.lessonId)], { env: bareEnvironment });
  expect(shown.stdout).toContain('2 segments');
  await expect(promisify(execFile)(process.execPath, [main, 'inspect', join(dataDir, 'none')], { env: bareEnvironment }))
    .rejects.toMatchObject({ code: 2, stdout: '', stderr: `There is no folder ${join(dataDir, 'none')}.\n` });
});

it('says in one line what it does not know, with exit code 2', async () => {
  const unknown = newId();
  const empty = await mkdtemp(join(dataDir, 'empty-'));
  const file = join(dataDir, 'torn');
  await mkdir(file);
  await (await open(join(file, '000001.txt'), 'w')).close();
  for (const [words, line] of [
    [['inspect', unknown], `There is no lesson ${unknown}.`], [['verify', unknown], `There is no recording of a lesson ${unknown}.`],
    [['rebuild', unknown], `There is no recording of a lesson ${unknown}.`], [['inspect', bare.lessonId], `Lesson ${bare.lessonId} was never recorded: it has no rows and no captures.`],
    [['inspect', join(dataDir, 'none')], `There is no folder ${join(dataDir, 'none')}.`], [['inspect', empty], `${empty} is empty: nothing was captured there.`],
    [['inspect', file], `${file} is no capture: there is no segment (.rtplog) and no timeline.jsonl in it.`],
  ] as [string[], string][]) {
    expect(await run(...words), words.join(' ')).toEqual({ code: 2, out: '', err: `${line}\n` });
  }
});
