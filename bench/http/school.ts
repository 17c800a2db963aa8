// Ten thousand learners as rows, all logged in and enrolled in one lesson that has ended and can be watched again: a real small film in the storage.
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Replay } from '#db/entities/recording.ts';
import type { EntityManager, Orm } from '#db/orm.ts';
import { addMadeUpIdentities } from '#db/testing/identity.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { addLesson, addSchool } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { folderStorage } from '#runtime/storage.ts';
import { madeFilmMs, storeMadeFilm } from '../../setup/made-film.ts';
import type { Learner, Objects } from './clicks.ts';

export interface CrowdedSchool { learners: Learner[]; objects: Objects }

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
  await addMadeUpIdentities(em, made.map(({ id }) => id), new Date());
  await insert(`insert into login_session (id, token_hash, account_id, created_at, expires_at, last_used_at)
    select p.id, decode(p.hash, 'hex'), p.id, now(), now() + interval '12 hours', now() - interval '5 minutes'`);
  // Nobody sends heartbeats here: they were last heard of at the end of the measurement.
  await insert(`insert into viewing (id, institution_id, replay_id, person_id, heartbeat_key, nonce, heartbeats, position_ms, started_at, last_heard_at)
    select p.viewing, ?, ?, p.id, decode(p.hash, 'hex'), p.hash, 0, 0, now(), now() + interval '1 hour'`, institutionId, replayId);
  await em.execute('analyze');
  return made.map(({ token, viewingId }) => ({ cookie: `keshi_session=${token}`, viewingId }));
}

export interface SchoolPlace { orm: Orm; dataDir: string; ffmpeg: string }
export async function addCrowdedSchool({ orm, dataDir, ffmpeg }: SchoolPlace, count: number): Promise<CrowdedSchool> {
  const startsAt = new Date(Date.now() - 3 * 3_600_000);
  const school = await addSchool(orm, 0, new Date(startsAt.getTime() - 86_400_000));
  const lesson = await addLesson(orm, school, { startsAt, plannedMinutes: 45, status: 'ended', startedAt: startsAt, endedAt: new Date(startsAt.getTime() + 45 * 60_000) });
  const { institutionId, lessonId, sessionId, unitIds } = lesson;
  const recordingId = await addRecording(orm, { institutionId, lessonId, sessionId: sessionId!, at: startsAt }, { status: 'ready', settledAt: startsAt });
  const replayId = await addReplay(orm, { institutionId, lessonId, recordingId, unitId: unitIds[0]!, startsAt, durationMs: madeFilmMs }, {});
  await orm.em.fork().nativeUpdate(Replay, { id: replayId }, { files: await storeMadeFilm(ffmpeg, folderStorage(join(dataDir, 'files')), replayId) });
  const learners = await addLearners(orm.em.fork(), { institutionId, cohortId: school.cohortId, replayId }, count);
  return { learners, objects: { lessonId, replayId } };
}
