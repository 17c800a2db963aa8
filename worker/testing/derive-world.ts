// A database, a data folder and lessons in any state for tests that derive recordings from made captures.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replayKey, bootCaptureDirectory, timelineFile } from '#contracts/places.ts';
import type { ReplayFileName } from '#contracts/recording.ts';
import { Breakout, BreakoutGroup } from '#db/entities/breakout.ts';
import { Event } from '#db/entities/event.ts';
import { LessonSession, Unit } from '#db/entities/lesson.ts';
import { Recording, RecordingChunk, Replay } from '#db/entities/recording.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addLesson, addSchool, type School, type SchoolLesson } from '#db/testing/school.ts';
import { newId } from '#domain/id.ts';
import type { RecordingLayout } from '#domain/recording/layout.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import type { DeriveDeps } from '../derive/deps.ts';
import { beeping, encodePackets, flashing, slides, writeCapture, type MediaPacket, type Place, type Recorded, type Sender } from './make-capture.ts';
import { seededRandom } from './random.ts';

export const startedAt = new Date('2026-03-02T02:00:00.000Z');
const T = startedAt.getTime();
export const at = (ms: number): Date => new Date(T + ms);
export const networkDelayMs = 30;
export const ffmpegBin = process.env['FFMPEG_BIN'] ?? 'ffmpeg';

export interface MadeRecording extends SchoolLesson { recordingId: string; sessionId: string; roomId: string; bootId: string }
type Source = 'camera' | 'microphone' | 'screen';
const lessonSources: readonly { source: Source; fromMs: number; toMs: number }[] =
  [{ source: 'camera', fromMs: 1000, toMs: 21_000 }, { source: 'microphone', fromMs: 1000, toMs: 21_000 }, { source: 'screen', fromMs: 9000, toMs: 17_000 }];

export class DeriveWorld {
  readonly db: TestDatabase;
  readonly dataDir: string;
  readonly deps: DeriveDeps;
  readonly school: School;
  readonly #encoded = new Map<Source, Promise<MediaPacket[]>>();

  private constructor(db: TestDatabase, dataDir: string, school: School, chunkFrames: number) {
    this.db = db;
    this.dataDir = dataDir;
    this.school = school;
    this.deps = { orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(join(dataDir, 'files')), copies: folderStorage(join(dataDir, 'copies')), dataDir, ffmpegBin, now: () => new Date(), chunkFrames };
  }

  static async create(chunkFrames: number): Promise<DeriveWorld> {
    const db = await testDatabase();
    const world = new DeriveWorld(db, await mkdtemp(join(tmpdir(), 'derive-')), await addSchool(db.orm, 1, startedAt), chunkFrames);
    for (const { source } of lessonSources) await world.#packets(source);
    return world;
  }

  async close(): Promise<void> {
    await this.db.close();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  readonly recording = (id: string): Promise<Recording> => this.db.orm.em.fork().findOneOrFail(Recording, { id });
  readonly replays = (recordingId: string): Promise<Replay[]> => this.db.orm.em.fork().find(Replay, { recordingId }, { orderBy: { startsAt: 'asc', part: 'asc' } });
  readonly chunks = (recordingId: string): Promise<RecordingChunk[]> => this.db.orm.em.fork().find(RecordingChunk, { recordingId }, { orderBy: { startsAt: 'asc' } });
  readonly events = async (lessonId: string): Promise<string[]> =>
    (await this.db.orm.em.fork().find(Event, { stream: `lesson:${lessonId}` }, { orderBy: { id: 'asc' } })).map(({ type }) => type);
  readonly pathOf = (replayId: string, name: ReplayFileName): string => join(this.dataDir, 'files', replayKey(replayId, name));

  /** Without `endMs` the session is live. Spans of units in ms from the session's start. */
  async addRecording(endMs: number | null, units: readonly (readonly [number, number | null])[]): Promise<MadeRecording> {
    const live = endMs === null;
    const lesson = await addLesson(this.db.orm, this.school, { startsAt: startedAt, plannedMinutes: 45 * units.length, status: live ? 'live' : 'ended', startedAt, ...(!live && { endedAt: at(endMs) }) });
    for (const [index, span] of units.entries()) await this.moveUnit(lesson.unitIds[index]!, span);
    const recordingId = newId();
    await this.db.orm.em.fork().insert(Recording, {
      id: recordingId, institutionId: lesson.institutionId, lessonId: lesson.lessonId, sessionId: lesson.sessionId!, status: live ? 'recording' : 'processing',
      progress: null, secondsLeft: null, failReason: null, createdAt: startedAt, settledAt: null,
    });
    return { ...lesson, recordingId, sessionId: lesson.sessionId!, roomId: lesson.lessonId, bootId: newId() };
  }

  /** A division of the class from and to these ms of the session, with so many recorded groups: each a recording with a room of its own. */
  async addGroups(made: MadeRecording, [fromMs, toMs]: readonly [number, number], count: number): Promise<MadeRecording[]> {
    const { institutionId, lessonId, sessionId } = made;
    const em = this.db.orm.em.fork();
    const breakoutId = newId();
    await em.insert(Breakout, {
      id: breakoutId, institutionId, lessonId, sessionId, startedAt: at(fromMs), startedBy: this.school.teacherId, recorded: true, endsAt: at(toMs), endedAt: at(toMs), endReason: 'time',
    });
    const groups = Array.from({ length: count }, (_group, index) => ({ id: newId(), breakoutId, ordinal: index + 1 }));
    await em.insertMany(BreakoutGroup, groups);
    const recordings = groups.map(({ id: groupId }) => ({ id: newId(), institutionId, lessonId, sessionId, groupId, status: 'processing' as const, progress: null, secondsLeft: null, failReason: null, createdAt: at(fromMs), settledAt: null }));
    await em.insertMany(Recording, recordings);
    return recordings.map(({ id, groupId }) => ({ ...made, recordingId: id, roomId: groupId, bootId: newId() }));
  }

  async moveUnit(id: string, [fromMs, toMs]: readonly [number, number | null]): Promise<void> {
    await this.db.orm.em.fork().nativeUpdate(Unit, { id }, { startedAt: at(fromMs), endedAt: toMs === null ? null : at(toMs) });
  }

  async endSession({ sessionId, recordingId }: MadeRecording, endMs: number): Promise<void> {
    await this.db.orm.em.fork().nativeUpdate(LessonSession, { id: sessionId }, { endedAt: at(endMs), endReason: 'teacher' });
    await this.db.orm.em.fork().nativeUpdate(Recording, { id: recordingId }, { status: 'processing' });
  }

  #place({ lessonId, sessionId, roomId, bootId }: MadeRecording): Place {
    return { dataDir: this.dataDir, lessonId, sessionId, roomId, nodeId: 'sfu-1', bootId };
  }

  #packets(source: Source): Promise<MediaPacket[]> {
    const makers = { camera: () => flashing(20, '320x180'), microphone: () => beeping(20), screen: () => slides(8) };
    const encoded = this.#encoded.get(source) ?? encodePackets(ffmpegBin, join(this.dataDir, `${source}.webm`), makers[source]());
    this.#encoded.set(source, encoded);
    return encoded;
  }

  /**
   * What was captured until `untilMs`: camera and microphone for 20 s from 1 s on, a screen from 9 to 17 s, with clocks that are 30 years off and drift
   * apart. Written again with a later time it has grown, as a capture does.
   */
  async capture(made: MadeRecording, untilMs = Infinity, sources: readonly Source[] = ['camera', 'microphone', 'screen']): Promise<void> {
    const sender = { peerId: this.school.teacherId, cname: 'teacher', clockSkewMs: -30 * 365 * 86_400_000 };
    const clocks = { camera: { driftPpm: 90, firstRtp: 4_294_000_000, senderReportEveryMs: 700 }, microphone: { driftPpm: -90, firstRtp: 4_294_900_000, senderReportEveryMs: 5000 }, screen: { driftPpm: 0, firstRtp: 12_345, senderReportEveryMs: 900 } };
    for (const { source, fromMs, toMs } of lessonSources) {
      if (!sources.includes(source) || fromMs >= untilMs) continue;
      // Silence is not sent, as with DTX: half of every second has no packets.
      const packets = (await this.#packets(source)).filter(({ ms }) => fromMs + ms < untilMs && (source !== 'microphone' || ms % 1000 < 500));
      await writeCapture(this.#place(made), sender, { producerId: source, source, startMs: T + fromMs, packets, ...clocks[source], closeMs: T + Math.min(toMs, untilMs) },
        { random: seededRandom(20 + fromMs), delayMs: networkDelayMs, jitterMs: 40, lost: source === 'screen' ? 0 : 0.001, late: 0.03 });
    }
  }

  /** One more capture of the room, over a network that loses nothing; times from the session's start. */
  async captureToo(made: MadeRecording, sender: Partial<Sender>, recorded: Pick<Recorded, 'producerId' | 'source' | 'startMs' | 'closeMs'> & { encode: readonly string[] }): Promise<void> {
    const { producerId, source, startMs, closeMs, encode } = recorded;
    const packets = await encodePackets(ffmpegBin, join(this.dataDir, `${producerId}.webm`), encode);
    await writeCapture(this.#place(made), { peerId: this.school.teacherId, cname: 'teacher', clockSkewMs: 0, ...sender },
      { producerId, source, startMs: T + startMs, packets, driftPpm: 40, firstRtp: 77_777, senderReportEveryMs: 800, closeMs: T + closeMs }, { random: seededRandom(7), delayMs: networkDelayMs, jitterMs: 20, lost: 0, late: 0 });
  }

  /** The room's timeline: all until `flushedMs` is on file. */
  async timeline(made: MadeRecording, flushedMs: number, ended = false, layouts: readonly { atMs: number; layout: RecordingLayout }[] = []): Promise<void> {
    const { dataDir, lessonId, sessionId, roomId, nodeId, bootId } = this.#place(made);
    const folder = join(dataDir, bootCaptureDirectory(lessonId, sessionId, roomId, `${nodeId}-${bootId}`));
    const lines = [
      { atMs: T, type: 'node:booted', data: {} }, ...layouts.map(({ atMs, layout }) => ({ atMs: T + atMs, type: 'recording:layout', data: { layout } })), { atMs: T + flushedMs, type: 'capture:flushed', data: { untilMs: T + flushedMs } },
      ...(ended ? [{ atMs: T + flushedMs, type: 'capture:ended', data: {} }] : []),
    ];
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, timelineFile), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
}
