// `recording --two-units`: a lesson of two units with a break, and a unit that ran 70 minutes, from a made log faster than real time: every picture of the files is
// counted, so that nothing is lost or doubled at a cut. `--scale N` makes everything N times shorter, the longest file too.
import { join } from 'node:path';
import { counterGrid, drawCounter } from '#testing/counter-picture.ts';
import { makePictureFile } from '#testing/camera-files.ts';
import { readPicturesOf } from '#testing/read-media.ts';
import { filmOf } from '#db/entities/recording.ts';
import { longestPartFrames } from '#domain/recording/unit-parts.ts';
import { deriveAll } from '../worker/derive/derive-all.ts';
import { encodePackets } from '../worker/testing/make-capture.ts';
import { addLogLesson, endLogLesson, replaysOf, unitFile, withLogWorld, type LogWorld, type UnitSpan } from './log-lesson.ts';
import { MadeLog, type Looped } from './made-log.ts';

const frameMs = 40;
/** Numbers stand half a frame off the files' grid, so that no rounding can turn one into the next. */
const offGridMs = 20;
const loopSeconds = 300;
const loopFrames = (loopSeconds * 1000) / frameMs;
const [width, height] = [320, 180];

/** A small camera that counts 25 times a second for five minutes, and a tone. */
async function countingMedia({ folder, found, school }: LogWorld): Promise<Looped[]> {
  const pictures = join(folder, 'counter.mjpeg');
  await makePictureFile(pictures, width, height, loopFrames, (index) => drawCounter(index, width, height), found.ffmpeg);
  const camera = await encodePackets(found.ffmpeg, join(folder, 'counter.webm'), [
    '-r', String(1000 / frameMs), '-i', pictures, '-pix_fmt', 'yuv420p', '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '400k', '-g', '250',
  ]);
  const voice = await encodePackets(found.ffmpeg, join(folder, 'tone.webm'), [
    '-f', 'lavfi', '-i', `anoisesrc=c=pink:r=48000:a=0.4:d=${loopSeconds},lowpass=f=4000,tremolo=f=4:d=0.9`, '-c:a', 'libopus', '-b:a', '24k',
  ]);
  const loopMs = loopSeconds * 1000;
  return [
    { source: 'camera', peerId: school.teacherId, packets: camera.map((packet, index) => ({ ...packet, ms: index * frameMs + offGridMs })), loopMs },
    { source: 'microphone', peerId: school.teacherId, packets: voice.filter(({ ms }) => ms < loopMs - 1), loopMs },
  ];
}

interface FileCheck { unit: number; part: number; seconds: number; expectedSeconds: number; first: number | null; last: number | null; wrong: number; status: string }

/** Every picture against the number that stood in the camera at its time; `wrong` counts those that show another one or none. */
async function checkFile(world: LogWorld, file: string, fromMs: number): Promise<{ first: number | null; last: number | null; wrong: number; seconds: number }> {
  const pictures = await readPicturesOf(file, world.found.ffmpeg);
  const expected = (index: number): number => Math.floor((fromMs + index * frameMs - offGridMs) / frameMs) % loopFrames;
  const wrong = pictures.filter(({ counter }, index) => counter !== expected(index) && fromMs + index * frameMs >= offGridMs + frameMs).length;
  return { first: pictures[0]?.counter ?? null, last: pictures.at(-1)?.counter ?? null, wrong, seconds: (pictures.length * frameMs) / 1000 };
}

async function deriveLesson(world: LogWorld, media: readonly Looped[], spans: readonly UnitSpan[], longest: number): Promise<{ files: FileCheck[]; speed: number; cutsWhole: boolean }> {
  const endMs = spans.at(-1)!.toMs;
  const lesson = await addLogLesson(world, Date.now() - endMs - 60_000, spans);
  const log = new MadeLog(lesson.place, lesson.startMs, media);
  await log.write(endMs);
  await log.close(endMs);
  await endLogLesson(world, lesson, spans);
  const from = performance.now();
  await deriveAll({ ...world.deps, longestPartFrames: longest }, lesson);
  const wallMs = performance.now() - from;
  const files: FileCheck[] = [];
  for (const replay of await replaysOf(world, lesson)) {
    if (!replay.startsAt) throw new Error(`a file is ${replay.status}: ${replay.failReason}`);
    const unit = lesson.unitIds.indexOf(filmOf(replay));
    const span = spans[unit]!;
    const checked = await checkFile(world, unitFile(world, replay.id), replay.startsAt.getTime() - lesson.startMs);
    files.push({ unit: unit + 1, part: replay.part, expectedSeconds: (span.toMs - span.fromMs) / 1000 / replay.parts, status: replay.status, ...checked });
  }
  // Parts of one unit go on with the very next number.
  const cutsWhole = files.every((file, index) => file.part === 1 || file.first === ((files[index - 1]!.last ?? -2) + 1) % loopFrames);
  return { files, cutsWhole, speed: Number((spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0) / wallMs).toFixed(2)) };
}

export const benchTwoUnits = (scale: number): Promise<Record<string, unknown>> => withLogWorld(async (world) => {
  if (loopFrames >= 2 ** counterGrid.bits) throw new Error('more numbers than the picture can show');
  const media = await countingMedia(world);
  const minutes = (count: number): number => Math.round((count * 60_000) / scale / frameMs) * frameMs;
  const longest = Math.round(longestPartFrames / scale);
  const twoUnits = await deriveLesson(world, media, [{ fromMs: 0, toMs: minutes(45) }, { fromMs: minutes(50), toMs: minutes(95) }], longest);
  const longUnit = await deriveLesson(world, media, [{ fromMs: 0, toMs: minutes(70) }], longest);
  return { scale, twoUnits, longUnit };
});
