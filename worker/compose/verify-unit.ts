// Looks at a finished unit with other eyes than ffmpeg's, before anybody is told that it is ready.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { ALL_FORMATS, FilePathSource, Input } from 'mediabunny';
import { frameMs, type Grid } from './grid.ts';
import type { UnitFiles } from './render-unit.ts';

export interface UnitFacts { durationMs: number; width: number; height: number; sizeBytes: number; sha256: string }
export interface Verdict { facts: UnitFacts; faults: string[] }

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

interface Streams { videoCodec: string | null; width: number; height: number; frames: number; videoMs: number; audioCodec: string | null; channels: number; audioMs: number; firstMs: number }

async function streamsOf(path: string): Promise<Streams> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const video = await input.getPrimaryVideoTrack();
    const audio = await input.getPrimaryAudioTrack();
    if (!video || !audio) throw new Error('the file lacks picture or sound');
    return {
      videoCodec: await video.getCodec(), width: await video.getCodedWidth(), height: await video.getCodedHeight(),
      frames: (await video.computePacketStats()).packetCount, videoMs: (await video.computeDuration()) * 1000, firstMs: (await video.getFirstTimestamp()) * 1000,
      audioCodec: await audio.getCodec(), channels: await audio.getNumberOfChannels(), audioMs: (await audio.computeDuration()) * 1000,
    };
  } finally {
    input.dispose();
  }
}

/** What is wrong with the playlist: it must end, name only the media file, and stay within it. */
export function playlistFaults(playlist: string, mediaName: string, mediaBytes: number, durationMs: number): string[] {
  const lines = playlist.split('\n');
  const ranges = [...playlist.matchAll(/BYTERANGE[:=]"?(\d+)@(\d+)/g)].map((match) => Number(match[1]) + Number(match[2]));
  const listedMs = lines.filter((line) => line.startsWith('#EXTINF:')).reduce((sum, line) => sum + Number.parseFloat(line.slice(8)) * 1000, 0);
  return [
    ...(lines[0] === '#EXTM3U' && lines.includes('#EXT-X-ENDLIST') ? [] : ['playlist is not finished']),
    ...(lines.some((line) => line !== '' && !line.startsWith('#') && line !== mediaName) ? ['playlist names another file'] : []),
    ...(ranges.length > 0 && Math.max(...ranges) <= mediaBytes ? [] : ['playlist reaches beyond its media']),
    ...(Math.abs(listedMs - durationMs) <= 2 * frameMs ? [] : [`playlist lasts ${Math.round(listedMs)} ms`]),
  ];
}

/** Sound ends on a whole AAC frame, so it may differ from the picture by one of those (21 ms) and by one of ours. */
const soundToleranceMs = frameMs + (1024 / 48_000) * 1000;

/** Facts of the unit, and every fault that keeps it from being shown. */
export async function verifyUnit(files: UnitFiles, grid: Grid): Promise<Verdict> {
  const streams = await streamsOf(files.mp4);
  const expectedMs = grid.frames * frameMs;
  const checks: [boolean, string][] = [
    [streams.videoCodec === 'avc', `picture codec is ${streams.videoCodec}`],
    [streams.audioCodec === 'aac' && streams.channels === 2, `sound is ${streams.audioCodec} with ${streams.channels} channels`],
    [streams.height >= 720, `picture has ${streams.height} lines`],
    [streams.frames === grid.frames, `${streams.frames} frames instead of ${grid.frames}`],
    [Math.abs(streams.firstMs) < frameMs, `picture starts at ${streams.firstMs} ms`],
    [Math.abs(streams.videoMs - expectedMs) <= frameMs, `picture lasts ${streams.videoMs} ms instead of ${expectedMs}`],
    [Math.abs(streams.audioMs - streams.videoMs) <= soundToleranceMs, `sound lasts ${streams.audioMs} ms, picture ${streams.videoMs}`],
  ];
  const playlist = await readFile(files.playlist, 'utf8');
  const faults = [
    ...checks.filter(([right]) => !right).map(([, fault]) => fault),
    ...playlistFaults(playlist, 'stream.m4s', (await stat(files.media)).size, expectedMs),
    ...((await stat(files.poster)).size > 0 ? [] : ['poster is empty']),
  ];
  const { size } = await stat(files.mp4);
  return { faults, facts: { durationMs: Math.round(streams.videoMs), width: streams.width, height: streams.height, sizeBytes: size, sha256: await sha256Of(files.mp4) } };
}
