// Ten thousand learners as rows, all logged in and enrolled in one lesson that has ended and can be watched again: a real small film in the storage.
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { replayKey } from '#contracts/places.ts';
import type { ReplayFiles } from '#contracts/recording.ts';
import { Replay } from '#db/entities/recording.ts';
import type { EntityManager, Orm } from '#db/orm.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { addLesson, addSchool } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { folderStorage } from '#runtime/storage.ts';
import type { Learner, Targets } from './clicks.ts';

export interface CrowdedSchool { learners: Learner[]; targets: Omit<Targets, 'pageEtag' | 'segmentBytes'>; title: string }

const run = promisify(execFile);
const seconds = 20;

/** The three renditions of one short film as single files with byte ranges, a poster beside them. */
async function makeFilm(ffmpeg: string, folder: string): Promise<void> {
  const hls = (name: string): string[] => ['-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file', '-hls_segment_filename', `${name}.m4s`, `${name}.m3u8`];
  const video = (size: string, rate: string): string[] => ['-map', '0:v', '-map', '1:a', '-s', size, '-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', rate, '-g', '50', '-sc_threshold', '0', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  await run(ffmpeg, [
    '-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=640x360:r=25:d=${seconds}`, '-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${seconds}`,
    ...video('1280x720', '1500k'), ...hls('main'), ...video('640x360', '350k'), ...hls('low'), '-map', '1:a', '-c:a', 'aac', '-b:a', '64k', ...hls('sound'),
  ], { cwd: folder });
  await run(ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=640x360:d=1', '-frames:v', '1', 'poster.jpg'], { cwd: folder });
}

async function storeFilm(dataDir: string, folder: string, replayId: string): Promise<ReplayFiles> {
  const storage = folderStorage(join(dataDir, 'files'));
  const files: ReplayFiles = { sizes: {}, sha256: {}, thumbnails: null };
  for (const name of ['main.m3u8', 'main.m4s', 'low.m3u8', 'low.m4s', 'sound.m3u8', 'sound.m4s', 'poster.jpg'] as const) {
    files.sizes[name] = (await stat(join(folder, name))).size;
    files.sha256[name] = createHash('sha256').update(replayId).update(name).digest('hex');
    await storage.move(replayKey(replayId, name), join(folder, name));
  }
  return files;
}

interface Place { institutionId: string; cohortId: string; replayId: string }

/** Accounts that were last seen some minutes ago, so that a click is also a session in use again; each watches. */
async function addLearners(em: EntityManager, { institutionId, cohortId, replayId }: Place, count: number): Promise<Learner[]> {
  const made = Array.from({ length: count }, () => ({ id: newId(), token: randomBytes(32).toString('base64url'), viewingId: newId() }));
  const people = 'from unnest(?::uuid[], ?::text[], ?::uuid[]) as p(id, hash, viewing)';
  const given = (): unknown[] => [made.map(({ id }) => id), made.map(({ token }) => createHash('sha256').update(token).digest('hex')), made.map(({ viewingId }) => viewingId)]
    .map((column) => `{${column.join(',')}}`);
  const insert = (sql: string, ...more: unknown[]): Promise<unknown> => em.execute(`${sql} ${people}`, [...more, ...given()]);
  await insert('insert into person (id, name, created_at) select p.id, \'学员\', now()');
  await insert(`insert into account (id, person_id, login, password_hash, locale, created_at) select p.id, p.id, 'bench-' || p.id, '-', 'zh', now()`);
  await insert(`insert into membership (id, person_id, institution_id, role, created_at) select p.id, p.id, ?, 'student', now()`, institutionId);
  await insert('insert into enrolment (id, institution_id, cohort_id, person_id, created_at) select p.id, ?, ?, p.id, now() - interval \'1 day\'', institutionId, cohortId);
  await insert(`insert into login_session (id, token_hash, account_id, created_at, expires_at, last_used_at)
    select p.id, decode(p.hash, 'hex'), p.id, now(), now() + interval '12 hours', now() - interval '5 minutes'`);
  // Nobody sends heartbeats here: they were last heard of at the end of the measurement.
  await insert(`insert into viewing (id, institution_id, replay_id, person_id, heartbeat_key, nonce, heartbeats, position_ms, started_at, last_heard_at)
    select p.viewing, ?, ?, p.id, decode(p.hash, 'hex'), p.hash, 0, 0, now(), now() + interval '1 hour'`, institutionId, replayId);
  await em.execute('analyze');
  return made.map(({ token, viewingId }) => ({ cookie: token, viewingId }));
}

export interface SchoolPlace { orm: Orm; dataDir: string; folder: string; ffmpeg: string }
export async function addCrowdedSchool({ orm, dataDir, folder, ffmpeg }: SchoolPlace, count: number): Promise<CrowdedSchool> {
  const filmFolder = join(folder, 'film');
  await mkdir(filmFolder, { recursive: true });
  await makeFilm(ffmpeg, filmFolder);
  const posterBytes = (await stat(join(filmFolder, 'poster.jpg'))).size;
  const startsAt = new Date(Date.now() - 3 * 3_600_000);
  const school = await addSchool(orm, 0, new Date(startsAt.getTime() - 86_400_000));
  const lesson = await addLesson(orm, school, { startsAt, plannedMinutes: 45, status: 'ended', startedAt: startsAt, endedAt: new Date(startsAt.getTime() + 45 * 60_000) });
  const { institutionId, lessonId, sessionId, unitIds } = lesson;
  const recordingId = await addRecording(orm, { institutionId, lessonId, sessionId: sessionId!, at: startsAt }, { status: 'ready', settledAt: startsAt });
  const replayId = await addReplay(orm, { institutionId, lessonId, recordingId, unitId: unitIds[0]!, startsAt, durationMs: seconds * 1000 }, {});
  await orm.em.fork().nativeUpdate(Replay, { id: replayId }, { files: await storeFilm(dataDir, filmFolder, replayId) });
  const learners = await addLearners(orm.em.fork(), { institutionId, cohortId: school.cohortId, replayId }, count);
  return { learners, targets: { lessonId, replayId, posterBytes }, title: '第一课' };
}
