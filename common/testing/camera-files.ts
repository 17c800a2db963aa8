// Files that Chromium plays as camera and microphone: a burnt-in counter (30 pictures a second) and a beep per second.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { beep } from './beep.ts';
import { drawCounter } from './counter-picture.ts';

/** Chromium plays MJPEG files at this rate whatever they say. */
export const cameraFps = 30;

/** Pipes grey pictures into ffmpeg, which writes `path`; the ending of `path` says the format (.mjpeg). Throws with ffmpeg's words. */
export async function makePictureFile(path: string, width: number, height: number, count: number, draw: (index: number) => Uint8Array, ffmpegBin = 'ffmpeg'): Promise<void> {
  const child = spawn(ffmpegBin, [
    '-hide_banner', '-loglevel', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-r', String(cameraFps), '-i', '-',
    '-pix_fmt', 'yuvj420p', '-q:v', '4', path,
  ], { stdio: ['pipe', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => { words += chunk.toString(); });
  const closed = once(child, 'close');
  for (let index = 0; index < count; index++) {
    if (!child.stdin.write(draw(index))) await once(child.stdin, 'drain');
  }
  child.stdin.end();
  const [code] = await closed as [number];
  if (code !== 0) throw new Error(`ffmpeg could not write ${path}: ${words}`);
}

/** A camera that counts: picture n shows n. Starts again after `seconds`. */
export const makeCounterCamera = (path: string, seconds: number, width = 1280, height = 720, ffmpegBin = 'ffmpeg'): Promise<void> =>
  makePictureFile(path, width, height, seconds * cameraFps, (index) => drawCounter(index, width, height), ffmpegBin);

/** A microphone that beeps for `lengthMs` at every full second of the file: 16-bit mono WAV. */
export async function makeBeepMicrophone(path: string, seconds: number, lengthMs: number = beep.lengthMs): Promise<void> {
  const samples = Buffer.alloc(beep.rate * seconds * 2);
  const length = (beep.rate * lengthMs) / 1000;
  for (let second = 0; second < seconds; second++) {
    for (let index = 0; index < length; index++) {
      samples.writeInt16LE(Math.round(32_768 * beep.level * Math.sin((2 * Math.PI * beep.hertz * index) / beep.rate)), (second * beep.rate + index) * 2);
    }
  }
  const header = Buffer.alloc(44);
  header.write('RIFF', 0); header.writeUInt32LE(36 + samples.length, 4); header.write('WAVEfmt ', 8); header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20); header.writeUInt16LE(1, 22); header.writeUInt32LE(beep.rate, 24); header.writeUInt32LE(beep.rate * 2, 28);
  header.writeUInt16LE(2, 32); header.writeUInt16LE(16, 34); header.write('data', 36); header.writeUInt32LE(samples.length, 40);
  await writeFile(path, Buffer.concat([header, samples]));
}
