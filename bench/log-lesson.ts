// A lesson that exists only as rows and a made log: a real PostgreSQL, a school, a session, and what deriving needs.
import { join } from 'node:path';
import { Lesson, LessonSession, Unit } from '#db/entities/lesson.ts';
import { Recording, Replay } from '#db/entities/recording.ts';
import { migrate, openDatabase, type Orm } from '#db/orm.ts';
import { addLesson, addSchool, type School } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import { freePort } from '#runtime/free-port.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { replayKey } from '#contracts/places.ts';
import { ensureDatabase } from '../setup/databases.ts';
import { startPostgres } from '../setup/embedded-postgres.ts';
import type { DeriveDeps } from '../worker/derive/deps.ts';
import type { Place } from '../worker/testing/make-capture.ts';
import { inFolder, neededPrograms, type ProductWorld } from './product-world.ts';

export interface LogWorld { orm: Orm; databaseUrl: string; dataDir: string; folder: string; school: School; deps: DeriveDeps; found: ProductWorld['found'] }
/** Ms after the session's start. */
export interface UnitSpan { fromMs: number; toMs: number }
export interface LogLesson { lessonId: string; recordingId: string; unitIds: string[]; place: Place; startMs: number }

/** Everything is gone when `use` has ended. */
export const withLogWorld = <T>(use: (world: LogWorld) => Promise<T>): Promise<T> => inFolder(async (folder) => {
  const found = neededPrograms();
  const dataDir = join(folder, 'data');
  const postgres = await startPostgres({ dataDir, port: await freePort(), log: () => undefined });
  try {
    const databaseUrl = await ensureDatabase(postgres.url, 'keshi');
    await migrate(databaseUrl);
    const orm = await openDatabase(databaseUrl);
    try {
      const deps: DeriveDeps = {
        orm, log: createLog('worker', 'error'), storage: folderStorage(join(dataDir, 'files')), copies: folderStorage(join(dataDir, 'capture-copy')), dataDir, ffmpegBin: found.ffmpeg,
        now: () => new Date(),
      };
      return await use({ orm, databaseUrl, dataDir, folder, school: await addSchool(orm, 1, new Date()), deps, found });
    } finally {
      await orm.close();
    }
  } finally {
    await postgres.stop();
  }
});

/** A live lesson that began at `startMs` with as many units as `spans`; units that end later than the lesson's own end stay open until then. */
export async function addLogLesson({ orm, school, dataDir }: LogWorld, startMs: number, spans: readonly UnitSpan[]): Promise<LogLesson> {
  const at = new Date(startMs);
  const { lessonId, sessionId, unitIds, institutionId } = await addLesson(orm, school, { startsAt: at, plannedMinutes: spans.length * 45, status: 'live', startedAt: at });
  if (unitIds.length !== spans.length || !sessionId) throw new Error(`a lesson of ${unitIds.length} units instead of ${spans.length}`);
  const em = orm.em.fork();
  for (const [index, { fromMs }] of spans.entries()) await em.nativeUpdate(Unit, { id: unitIds[index]! }, { startedAt: new Date(startMs + fromMs), endedAt: null });
  const recordingId = newId();
  await em.insert(Recording, {
    id: recordingId, institutionId, lessonId, sessionId, status: 'recording', progress: null, secondsLeft: null, failReason: null, createdAt: at, settledAt: null,
  });
  return { lessonId, recordingId, unitIds, startMs, place: { dataDir, lessonId, sessionId, roomId: lessonId, nodeId: 'sfu-1', bootId: newId() } };
}

/** As signaling does it when a lesson has ended and its room is closed. */
export async function endLogLesson({ orm }: LogWorld, { lessonId, recordingId, unitIds, place, startMs }: LogLesson, spans: readonly UnitSpan[]): Promise<void> {
  const endedAt = new Date(startMs + spans.at(-1)!.toMs);
  await orm.em.transactional(async (em) => {
    for (const [index, { toMs }] of spans.entries()) await em.nativeUpdate(Unit, { id: unitIds[index]! }, { endedAt: new Date(startMs + toMs) });
    await em.nativeUpdate(LessonSession, { id: place.sessionId }, { endedAt, endReason: 'teacher' });
    await em.nativeUpdate(Lesson, { id: lessonId }, { status: 'ended' });
    await em.nativeUpdate(Recording, { id: recordingId }, { status: 'processing' });
  });
}

/** Files in the order of units and parts. */
export const replaysOf = ({ orm }: LogWorld, { recordingId }: LogLesson): Promise<Replay[]> =>
  orm.em.fork().find(Replay, { recordingId }, { orderBy: { startsAt: 'asc', part: 'asc' } });
export const unitFile = ({ dataDir }: LogWorld, replayId: string): string => join(dataDir, 'files', replayKey(replayId, 'unit.mp4'));
