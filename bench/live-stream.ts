// `live-stream [--segments N]`: what composing a delayed broadcast takes of one core, from made logs of 720p camera, voice and a 1080p screen; one after the other, as fast as it goes. `--watch`: see live-stream-watched.ts.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { streamSegmentMs } from '#contracts/live-stream.ts';
import { newId } from '#domain/id.ts';
import { foundPaths } from '../setup/found.ts';
import { firstState, type BroadcastState } from '../worker/live/broadcast-state.ts';
import { makeSegment } from '../worker/live/segment.ts';
import { TailReader } from '../worker/live/tail-reader.ts';
import { encodePackets, type MediaPacket } from '../worker/testing/make-capture.ts';
import { watchLiveStream } from './live-stream-watched.ts';
import { MadeLog, type Looped } from './made-log.ts';
import { numberOption } from './product-world.ts';
import { p50p95 } from './statistics.ts';

const loopMs = 20_000;
const lavfi = (source: string): string[] => ['-f', 'lavfi', '-i', source];
const vp8 = (kbps: number, group: number): string[] =>
  ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', `${kbps}k`, '-maxrate', `${kbps}k`, '-bufsize', `${kbps}k`, '-g', String(group), '-threads', '2'];
/** A camera in bad light is the hardest picture to encode; a screen changes every five seconds. */
const recipes = {
  camera: [...lavfi(`testsrc2=size=1280x720:rate=30:d=${loopMs / 1000},noise=alls=18:allf=t`), ...vp8(1500, 300)],
  screen: [...lavfi(`testsrc2=size=1920x1080:rate=1/5:d=${loopMs / 1000},fps=5`), ...vp8(800, 50)],
  microphone: [...lavfi(`anoisesrc=c=pink:r=48000:a=0.4:d=${loopMs / 1000},highpass=f=120,lowpass=f=4000,tremolo=f=4:d=0.9`), '-c:a', 'libopus', '-b:a', '32k', '-application', 'voip'],
} as const;
type Source = keyof typeof recipes;

interface Bench { folder: string; ffmpegBin: string; segments: number }

async function compose({ folder, ffmpegBin, segments }: Bench, sources: readonly Source[], packets: ReadonlyMap<Source, MediaPacket[]>) {
  const [lessonId, sessionId, bootId, peerId] = [newId(), newId(), newId(), newId()];
  const startMs = Date.now() - 3_600_000;
  const media = sources.map((source): Looped => ({ source, peerId, packets: packets.get(source)!, loopMs }));
  const log = new MadeLog({ dataDir: folder, lessonId, sessionId, roomId: lessonId, nodeId: 'bench', bootId }, startMs, media);
  const [reader, work] = [new TailReader(), join(folder, sessionId)];
  let state: BroadcastState = firstState(0, startMs);
  const [cpu, wall]: [number[], number[]] = [[], []];
  for (let number = 0; number < segments; number++) {
    await log.write((number + 1) * streamSegmentMs + 1000);
    const beganMs = performance.now();
    const made = await makeSegment({ ffmpegBin, read: reader.read }, { place: { dataDir: folder, lessonId, sessionId, roomId: lessonId }, rank: () => 0, folder: work }, state);
    wall.push(performance.now() - beganMs);
    cpu.push(made.cpuMs / (streamSegmentMs / 100));
    const [from, own] = [state.startMs + streamSegmentMs, made.state];
    state = { ...state, ...own, number: number + 1, startMs: from };
  }
  const mean = cpu.reduce((sum, value) => sum + value, 0) / cpu.length;
  return { corePercent: Math.round(mean), corePercentWorst: Math.round(Math.max(...cpu)), composeMs: p50p95(wall) };
}

export async function benchLiveStream(args: string[]): Promise<Record<string, unknown>> {
  if (args.includes('--watch')) return watchLiveStream(numberOption(args, 'watch', 60));
  const folder = await mkdtemp(join(tmpdir(), 'keshi-bench-live-'));
  const bench: Bench = { folder, ffmpegBin: foundPaths(process.env).FFMPEG_BIN ?? 'ffmpeg', segments: numberOption(args, 'segments', 15) };
  try {
    const packets = new Map<Source, MediaPacket[]>();
    for (const source of Object.keys(recipes) as Source[]) {
      packets.set(source, (await encodePackets(bench.ffmpegBin, join(folder, `${source}.webm`), recipes[source])).filter(({ ms }) => ms < loopMs - 1));
    }
    return {
      segments: bench.segments, cameraAndVoice: await compose(bench, ['camera', 'microphone'], packets),
      screenCameraAndVoice: await compose(bench, ['camera', 'screen', 'microphone'], packets), nothing: await compose(bench, [], packets),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
