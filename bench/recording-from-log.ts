// `recording --from-log 45`: all but the last minutes of a lesson were derived beforehand; these come in real time while a real worker runs, then the lesson ends.
import { execFile } from 'node:child_process';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { freePort } from '#runtime/free-port.ts';
import { captureDirectory } from '#contracts/places.ts';
import { Recording, RecordingChunk } from '#db/entities/recording.ts';
import { foundPaths } from '../setup/found.ts';
import { Role } from '../setup/role.ts';
import { deriveChunk } from '../worker/derive/chunk.ts';
import { chunkContextMs } from '../worker/derive/plan.ts';
import { encodeArguments, joinedSpans, mainKbps } from '../worker/compose/picture-arguments.ts';
import { encodePackets } from '../worker/testing/make-capture.ts';
import { addLogLesson, endLogLesson, replaysOf, unitFile, withLogWorld, type LogLesson, type LogWorld } from './log-lesson.ts';
import { MadeLog, type Looped } from './made-log.ts';

const run = promisify(execFile);
const loopMs = 60_000;
const plainMinutes = 10;

/** A camera in bad light, 720p at 1.5 Mbit/s as a browser sends it: the hardest picture to encode. A voice with pauses. */
async function noisyMedia({ folder, found, school }: LogWorld): Promise<{ media: Looped[]; files: { camera: string; voice: string } }> {
  const files = { camera: join(folder, 'camera.webm'), voice: join(folder, 'voice.webm') };
  const camera = await encodePackets(found.ffmpeg, files.camera, [
    '-f', 'lavfi', '-i', `testsrc2=size=1280x720:rate=30:d=${loopMs / 1000},noise=alls=18:allf=t`,
    '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1500k', '-maxrate', '1500k', '-bufsize', '1500k', '-g', '300', '-threads', '2',
  ]);
  const voice = await encodePackets(found.ffmpeg, files.voice, [
    '-f', 'lavfi', '-i', `anoisesrc=c=pink:r=48000:a=0.4:d=${loopMs / 1000},highpass=f=120,lowpass=f=4000,tremolo=f=4:d=0.9,volume='if(lt(mod(t,5),4),1,0.01)':eval=frame`,
    '-c:a', 'libopus', '-b:a', '32k', '-application', 'voip',
  ]);
  const of = (packets: Looped['packets']): Looped['packets'] => packets.filter(({ ms }) => ms < loopMs - 1);
  return { files, media: [{ source: 'camera', peerId: school.teacherId, packets: of(camera), loopMs }, { source: 'microphone', peerId: school.teacherId, packets: of(voice), loopMs }] };
}

/** Chunks 0 to `count`, one after another with every core; wall seconds of each. */
async function deriveFirst({ deps }: LogWorld, { recordingId, unitIds }: LogLesson, count: number): Promise<number[]> {
  const seconds: number[] = [];
  for (let ordinal = 0; ordinal < count; ordinal++) {
    const from = performance.now();
    await deriveChunk(deps, { recordingId, unitId: unitIds[0]!, ordinal });
    seconds.push((performance.now() - from) / 1000);
    if (ordinal % 10 === 9) console.error(`${ordinal + 1} of ${count} chunks`);
  }
  return seconds;
}

/** Server times in what a chunk knows. */
const moved = (value: unknown, byMs: number): unknown => {
  if (typeof value === 'number') return value > 1e12 ? value + byMs : value;
  if (Array.isArray(value)) return value.map((one) => moved(one, byMs));
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, moved(one, byMs)])) : value;
};

/** The lesson and all that was derived of it happened `byMs` later: what took long to derive beforehand is made to have ended just now. */
async function moveLesson(world: LogWorld, lesson: LogLesson, byMs: number): Promise<LogLesson> {
  await world.orm.em.transactional(async (em) => {
    for (const sql of [
      'update lesson_session set started_at = started_at + ? * interval \'1 ms\' where lesson_id = ?', 'update unit set started_at = started_at + ? * interval \'1 ms\' where lesson_id = ?',
    ]) await em.execute(sql, [byMs, lesson.lessonId]);
    for (const chunk of await em.find(RecordingChunk, { recordingId: lesson.recordingId })) {
      chunk.startsAt = new Date(chunk.startsAt.getTime() + byMs);
      chunk.facts = moved(chunk.facts, byMs) as Record<string, unknown>;
    }
  });
  await rm(join(world.dataDir, captureDirectory(lesson.lessonId, lesson.place.sessionId)), { recursive: true });
  return { ...lesson, startMs: lesson.startMs + byMs };
}

async function startWorker({ dataDir, databaseUrl, found }: LogWorld): Promise<Role> {
  await mkdir(join(dataDir, 'logs'), { recursive: true });
  await mkdir(join(dataDir, 'keys'), { recursive: true });
  const env = {
    ...process.env, ...foundPaths(process.env), FACE_MODELS_DIR: undefined, DATA_DIR: dataDir, DATABASE_URL: databaseUrl, FFMPEG_BIN: found.ffmpeg, REDIS_URL: undefined,
    WORKER_INTERNAL_PORT: `${await freePort()}`,
  };
  const worker = Role.start({ name: 'worker', script: 'worker/main.ts', env, logDir: join(dataDir, 'logs'), say: (line) => console.error(line) });
  await worker.ready;
  return worker;
}

/** Real time from `fromMs` to `toMs` of the session; then the end. Answers how long it took until the recording was settled. */
async function liveEnd(world: LogWorld, lesson: LogLesson, log: MadeLog, toMs: number): Promise<number> {
  const worker = await startWorker(world);
  try {
    for (let atMs = 0; atMs < toMs; await pause(100)) {
      atMs = Math.min(toMs, Date.now() - lesson.startMs);
      await log.write(atMs);
    }
    const endedAt = performance.now();
    await log.close(toMs);
    await endLogLesson(world, lesson, [{ fromMs: 0, toMs }]);
    for (;;) {
      const { status, failReason } = await world.orm.em.fork().findOneOrFail(Recording, { id: lesson.recordingId });
      if (status === 'failed') throw new Error(`the recording failed: ${failReason}`);
      if (status === 'ready') return Math.round(performance.now() - endedAt);
      if (performance.now() - endedAt > 600_000) throw new Error('not ready after ten minutes');
      await pause(200);
    }
  } finally {
    await worker.close();
  }
}

/** Integrated loudness of a file as ffmpeg's own meter has it, LUFS. */
async function loudnessOf(ffmpeg: string, file: string): Promise<number> {
  const { stderr } = await run(ffmpeg, ['-hide_banner', '-nostats', '-i', file, '-map', '0:a', '-af', 'ebur128=framelog=verbose', '-f', 'null', '-']);
  return Number([...stderr.matchAll(/I:\s+(-?[\d.]+) LUFS/g)].at(-1)?.[1]);
}

/** The same media to the same two files by one plain command with the same encoder settings and one loudness pass: what can be had without any of our care. */
async function plainFfmpeg({ folder, found }: LogWorld, files: { camera: string; voice: string }, minutes: number, threads: number): Promise<{ seconds: number; bytes: number }> {
  const outputs = { main: join(folder, 'plain.mp4'), low: join(folder, 'plain-low.mp4'), thumbnails: 'thumbnails', probe: 'probe' };
  const ours = encodeArguments(joinedSpans([{ frames: 1, pictures: [] }]), outputs, mainKbps, threads);
  const encoder = (label: string, output: string): string[] => ours.slice(ours.indexOf(label) + 3, ours.indexOf(output)).filter((argument) => argument !== '-an');
  const graph = '[0:v]fps=25,split=2[main][l];[l]scale=640:360:flags=bilinear[low];[1:a]loudnorm=I=-16:TP=-1.5:LRA=11,aresample=48000,aformat=channel_layouts=stereo,asplit=2[a][b]';
  const from = performance.now();
  await run(found.ffmpeg, [
    '-hide_banner', '-loglevel', 'error', '-y', '-stream_loop', '-1', '-i', files.camera, '-stream_loop', '-1', '-i', files.voice, '-filter_complex', graph,
    '-map', '[main]', '-map', '[a]', '-t', String(minutes * 60), ...encoder('[main]', outputs.main), '-c:a', 'aac', '-b:a', '128k', '-movflags', '+faststart', outputs.main,
    '-map', '[low]', '-map', '[b]', '-t', String(minutes * 60), ...encoder('[low]', outputs.low), '-c:a', 'aac', '-b:a', '64k', outputs.low,
  ]);
  return { seconds: (performance.now() - from) / 1000, bytes: (await stat(outputs.main)).size };
}

const sum = (values: readonly number[]): number => values.reduce((total, one) => total + one, 0);
const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

export const benchFromLog = (minutes: number, liveMinutes = Math.min(3, minutes / 2)): Promise<Record<string, unknown>> => withLogWorld(async (world) => {
  const { media, files } = await noisyMedia(world);
  const beforeMs = (minutes - liveMinutes) * 60_000;
  const first = await addLogLesson(world, Date.now() - beforeMs - 60_000, [{ fromMs: 0, toMs: minutes * 60_000 }]);
  await new MadeLog(first.place, first.startMs, media).write(beforeMs);
  const count = Math.floor((beforeMs - chunkContextMs) / 60_000);
  const seconds = await deriveFirst(world, first, count);
  const chunks = await world.orm.em.fork().find(RecordingChunk, { recordingId: first.recordingId }, { orderBy: { ordinal: 'asc' } });
  const compared = Math.min(plainMinutes, count);
  const plain = await plainFfmpeg(world, files, compared, availableParallelism());
  const ourBytes = sum(chunks.slice(0, compared).map(({ facts }) => (facts as { measures: { bytes: { main: number } } }).measures.bytes.main));
  const lesson = await moveLesson(world, first, Date.now() - beforeMs - first.startMs + 5000);
  const log = new MadeLog(lesson.place, lesson.startMs, media);
  await log.write(beforeMs);
  const readyAfterEndMs = await liveEnd(world, lesson, log, minutes * 60_000);
  const [replay] = await replaysOf(world, lesson);
  const file = unitFile(world, replay!.id);
  return {
    fromLogMinutes: minutes, liveMinutes, derivedBefore: count, readyAfterEndMs, status: replay!.status, holdReasons: replay!.holdReasons,
    composeSpeed: rounded((count * 60) / sum(seconds)), unitSeconds: replay!.durationMs! / 1000,
    unitMb: rounded(replay!.sizeBytes! / 1e6, 1), unitMaxMbPer45Min: rounded((replay!.sizeBytes! / 1e6) * ((45 * 60_000) / replay!.durationMs!), 1),
    integratedLufs: await loudnessOf(world.found.ffmpeg, file),
    plainFfmpeg: { minutes: compared, wallSeconds: rounded(plain.seconds, 1), mb: rounded(plain.bytes / 1e6, 1) },
    ours: { wallSeconds: rounded(sum(seconds.slice(0, compared)), 1), videoMb: rounded(ourBytes / 1e6, 1) },
    ourWallOverPlain: rounded(sum(seconds.slice(0, compared)) / plain.seconds),
  };
});
