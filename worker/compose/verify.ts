// Looks at a finished part with ffprobe and at its playlists, before anybody is told that it is ready.
import { open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentMs } from '#contracts/replay.ts';
import { groupFrames } from '#domain/recording/unit-parts.ts';
import type { ComposeTools, PartFacts, PartFiles } from '../recording/model.ts';
import { ffprobeBeside, runFfprobe } from './ffmpeg.ts';
import { frameMs, sampleRate } from './grid.ts';
import { samplesPerAacFrame } from './adts.ts';

export interface Verdict { facts: PartFacts; faults: string[] }
type Tools = Pick<ComposeTools, 'ffmpegBin' | 'signal'>;

/** R125. */
const mostBytes = 800e6;
const fewestLines = 720;
/** Sound ends on a whole AAC frame. */
const soundToleranceMs = (samplesPerAacFrame / sampleRate) * 1000 + 1;

interface ProbedStream {
  codec_type: string; codec_name: string; profile?: string; pix_fmt?: string; width?: number; height?: number; r_frame_rate?: string; avg_frame_rate?: string;
  sample_rate?: string; channels?: number; duration?: string; start_time?: string; time_base?: string;
}
interface Probed { streams: ProbedStream[] }

async function probe(tools: Tools, folder: string, args: readonly string[]): Promise<string[]> {
  return runFfprobe({ bin: ffprobeBeside(tools.ffmpegBin), cwd: folder, args, signal: tools.signal });
}

/** What is wrong with the order of frames: each 40 ms after the one before, a key frame at least every 2 s, times that never go back. `lines` are pts,dts,flags. */
export function frameFaults(lines: readonly string[], frames: number, ticksPerSecond: number): string[] {
  const step = ticksPerSecond * frameMs / 1000;
  const faults = new Set<string>();
  let sinceKey = 0;
  const packets = lines.filter((line) => line !== '').map((line) => line.split(','));
  if (packets.length !== frames) faults.add(`${packets.length} frames instead of ${frames}`);
  for (const [index, [pts, dts, flags]] of packets.entries()) {
    if (Number(pts) !== index * step) faults.add(`frame ${index} does not stand at its time`);
    if (index > 0 && !(Number(dts) > Number(packets[index - 1]![1]))) faults.add(`decoding time of frame ${index} goes back`);
    sinceKey = flags!.includes('K') ? 0 : sinceKey + 1;
    if (sinceKey >= groupFrames || (index === 0 && sinceKey > 0)) faults.add(`no key frame in time for frame ${index}`);
    if (faults.size > 5) break;
  }
  return [...faults];
}

/** What is wrong with a playlist: it must end, name only its media, stay within it, in parts of 4 s that follow each other and last as long as the part. */
export function playlistFaults(playlist: string, mediaName: string, mediaBytes: number, durationMs: number): string[] {
  const lines = playlist.split('\n');
  const ranges = [...playlist.matchAll(/BYTERANGE[:=]"?(\d+)@(\d+)/g)].map((match) => ({ length: Number(match[1]), offset: Number(match[2]) }));
  const follow = ranges.every(({ offset }, index) => offset === (index === 0 ? 0 : ranges[index - 1]!.offset + ranges[index - 1]!.length));
  const end = ranges.length > 0 ? ranges.at(-1)!.offset + ranges.at(-1)!.length : 0;
  const lengthsMs = lines.filter((line) => line.startsWith('#EXTINF:')).map((line) => Number.parseFloat(line.slice(8)) * 1000);
  const listedMs = lengthsMs.reduce((sum, length) => sum + length, 0);
  return [
    ...(lines[0] === '#EXTM3U' && lines.includes('#EXT-X-ENDLIST') ? [] : ['playlist is not finished']),
    ...(lines.some((line) => line !== '' && !line.startsWith('#') && line !== mediaName) ? ['playlist names another file'] : []),
    ...(ranges.length === lengthsMs.length + 1 && follow ? [] : ['playlist leaves out or repeats bytes']),
    ...(end > 0 && end <= mediaBytes ? [] : ['playlist reaches beyond its media']),
    ...(lengthsMs.slice(0, -1).every((length) => Math.abs(length - segmentMs) <= 2 * soundToleranceMs) ? [] : ['segments are not of 4 s']),
    ...(Math.abs(listedMs - durationMs) <= 3 * frameMs ? [] : [`playlist lasts ${Math.round(listedMs)} ms`]),
  ];
}

/** True when the index stands before the media, so that a player need not fetch the end first. */
async function startsFast(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(16);
    for (let offset = 0; ;) {
      const { bytesRead } = await file.read(head, 0, 16, offset);
      if (bytesRead < 16) return false;
      const type = head.toString('latin1', 4, 8);
      if (type === 'moov' || type === 'mdat') return type === 'moov';
      offset += head.readUInt32BE(0) === 1 ? Number(head.readBigUInt64BE(8)) : Math.max(8, head.readUInt32BE(0));
    }
  } finally {
    await file.close();
  }
}

const durationOf = (stream: ProbedStream | undefined): number => Number(stream?.duration ?? 'NaN') * 1000;

function streamFaults(video: ProbedStream | undefined, audio: ProbedStream | undefined, expectedMs: number): string[] {
  const checks: [boolean, string][] = [
    [video?.codec_name === 'h264' && video.profile === 'High' && video.pix_fmt === 'yuv420p', `picture is ${video?.codec_name} ${video?.profile} ${video?.pix_fmt}`],
    [video?.r_frame_rate === '25/1' && video.avg_frame_rate === '25/1', `frame rate is ${video?.r_frame_rate}, ${video?.avg_frame_rate} on average`],
    [(video?.height ?? 0) >= fewestLines, `picture has ${video?.height} lines`],
    [audio?.codec_name === 'aac' && audio.profile === 'LC' && audio.channels === 2, `sound is ${audio?.codec_name} ${audio?.profile} with ${audio?.channels} channels`],
    [Number(audio?.sample_rate) === sampleRate, `sound has ${audio?.sample_rate} samples a second`],
    [Math.abs(durationOf(video) - expectedMs) <= 1, `picture lasts ${durationOf(video)} ms instead of ${expectedMs}`],
    [Math.abs(durationOf(audio) - durationOf(video)) <= soundToleranceMs, `sound lasts ${durationOf(audio)} ms, picture ${durationOf(video)}`],
    [Math.abs(Number(video?.start_time)) < 0.001 && Math.abs(Number(audio?.start_time)) <= (2 * samplesPerAacFrame) / sampleRate, `starts at ${video?.start_time} and ${audio?.start_time} s`],
  ];
  return checks.filter(([right]) => !right).map(([, fault]) => fault);
}

/** Facts of a packed part of so many frames, and every fault that keeps it from being shown. Throws internal when ffprobe cannot read it. */
export async function verifyPart(tools: Tools, { folder, files }: PartFiles, { frames }: { frames: number }): Promise<Verdict> {
  const { streams } = JSON.parse((await probe(tools, folder, ['-show_streams', '-of', 'json', 'unit.mp4'])).join('\n')) as Probed;
  const video = streams.find(({ codec_type }) => codec_type === 'video');
  const audio = streams.find(({ codec_type }) => codec_type === 'audio');
  const expectedMs = frames * frameMs;
  const packets = await probe(tools, folder, ['-select_streams', 'v:0', '-show_entries', 'packet=pts,dts,flags', '-of', 'csv=p=0', 'unit.mp4']);
  const ticks = Number(video?.time_base?.split('/')[1] ?? Number.NaN);
  const sizeBytes = files.sizes['unit.mp4'] ?? 0;
  const faults = [
    ...streamFaults(video, audio, expectedMs), ...frameFaults(packets, frames, ticks),
    ...((await startsFast(join(folder, 'unit.mp4'))) ? [] : ['index stands behind the media']),
    ...(sizeBytes > 0 && sizeBytes <= mostBytes ? [] : [`file has ${sizeBytes} bytes`]),
    ...((files.sizes['poster.jpg'] ?? 0) > 0 && (files.sizes['thumbnails.jpg'] ?? 0) > 0 ? [] : ['poster or seek pictures are empty']),
  ];
  for (const name of ['main', 'low', 'sound']) {
    const playlist = await readFile(join(folder, `${name}.m3u8`), 'utf8');
    faults.push(...playlistFaults(playlist, `${name}.m4s`, (await stat(join(folder, `${name}.m4s`))).size, expectedMs).map((fault) => `${name}: ${fault}`));
  }
  return {
    faults,
    facts: { durationMs: Math.round(durationOf(video)), width: video?.width ?? 0, height: video?.height ?? 0, sizeBytes, sha256: files.sha256['unit.mp4'] ?? '' },
  };
}
