// How many viewers of one teacher a core carries: our sfu as in a real lesson, and the bare library with the same receivers. Nothing is extrapolated.
import { teacherLayers } from './receiver/clip.ts';
import { Generator, type ClipWish } from './receiver/generator.ts';
import { startBareSfu } from './bare/sfu.ts';
import { inFolder, numberOption } from './product-world.ts';
import { foundPaths } from '../setup/found.ts';
import { startOurs } from './sfu-ours.ts';
import { pin, splitCores, type Cores } from './sfu-processes.ts';
import { generatorFull, ramp, starved, wantedCpuPercent, type Limits, type Point } from './sfu-ramp.ts';
import { teachIn, type SfuWorld } from './sfu-world.ts';

const oursWithinMs = 300_000;
const bareWithinMs = 180_000;
const minMegabits = 0.95;
const clipSeconds = 6;

interface Stage { teacher: Generator; generators: Generator[]; clip: ClipWish; cores: Cores }

async function onStage<T>(folder: string, ffmpeg: string, cores: Cores, use: (stage: Stage) => Promise<T>): Promise<T> {
  const others = cores.others === null ? 1 : cores.others.split('-').map(Number).reduce((from, to) => to - from + 1, 1);
  const clip: ClipWish = { layers: teacherLayers, ffmpeg, folder, seconds: clipSeconds };
  const teacher = await Generator.start(cores.others);
  const generators = await Promise.all(Array.from({ length: Math.max(1, Math.min(8, others)) }, () => Generator.start(cores.others)));
  try {
    await teacher.ask('prepare', clip);
    return await use({ teacher, generators, clip, cores });
  } finally {
    for (const generator of [teacher, ...generators]) generator.close();
  }
}

/** The same receivers against one world after the other; they forget the first. */
async function measureWorld(world: SfuWorld, { teacher, generators, clip }: Stage, limits: Limits, start?: number): Promise<Point[]> {
  try {
    await teachIn(world, teacher, clip);
    return await ramp(world, generators, limits, start);
  } finally {
    for (const generator of generators) {
      const { counts } = await generator.ask('counts', {});
      await generator.ask('forget', { keys: counts.map(({ key }) => key) });
    }
    await world.close();
  }
}

/** The largest measured audience at or below 60 % that got everything it should; null where not even the first did. */
export function bestPoint(points: readonly Point[], limits: Limits): Point | null {
  // A window is short: half a percent above counts as 60.
  const good = points.filter((point) => point.cpuPercent <= wantedCpuPercent + 0.5 && point.megabitsPerViewer >= limits.minMegabits && point.lossPercent <= 0.1);
  return good.toSorted((one, other) => other.viewers - one.viewers)[0] ?? null;
}

const packetsPerCpuSecond = ({ packetsPerSecond, cpuPercent }: Point): number => packetsPerSecond / (cpuPercent / 100);

/** Of two ramps the packets per processor second at the two points with the most equal audiences. */
export function ratioToBare(ours: readonly Point[], bare: readonly Point[]): number | null {
  const pairs = ours.flatMap((one) => bare.map((other) => ({ one, other, apart: Math.abs(one.viewers - other.viewers), viewers: one.viewers })));
  const [best] = pairs.toSorted((a, b) => a.apart - b.apart || b.viewers - a.viewers);
  return best ? Number((packetsPerCpuSecond(best.one) / packetsPerCpuSecond(best.other)).toFixed(3)) : null;
}

export function summary(ours: readonly Point[], bare: readonly Point[], limits: Limits): Record<string, unknown> {
  const best = bestPoint(ours, limits);
  const last = ours.at(-1)!;
  const reached = last.cpuPercent >= wantedCpuPercent - 1;
  const top = best ?? last;
  return {
    viewersPerCoreAt60: best?.viewers ?? 0, workerCpuPercent: top.cpuPercent, packetsPerSecondPerCore: top.packetsPerSecond, bitratePerViewer: top.megabitsPerViewer,
    leastBitrate: top.leastMegabits, datagramsPerViewer: top.datagramMegabits, lossPercent: top.lossPercent, ratioToBare: ratioToBare(ours, bare),
    bareViewersPerCoreAt60: bestPoint(bare, limits)?.viewers ?? 0, generatorBound: !reached && generatorFull(last), reached60: reached,
    // `machine`: viewers went short though neither worker nor receivers had used up their core, as on a machine with other work.
    limitedBy: reached ? 'worker' : generatorFull(last) ? 'receivers' : starved(last, limits) ? 'machine' : 'asked',
    generatorCpuPercent: top.generatorCpuPercent, otherCpuPercent: top.otherCpuPercent, points: ours, barePoints: bare,
  };
}

export async function benchSfu(args: readonly string[]): Promise<Record<string, unknown>> {
  const found = foundPaths(process.env);
  const cores = splitCores();
  pin(process.pid, cores.others);
  const wished = args.includes('--viewers') ? numberOption(args, 'viewers', 1) : null;
  const limits = (withinMs: number, most = wished): Limits => ({ mostViewers: most, seconds: numberOption(args, 'seconds', 10), minMegabits, deadlineMs: performance.now() + withinMs });
  return inFolder((folder) => onStage(folder, found.FFMPEG_BIN ?? 'ffmpeg', cores, async (stage) => {
    const workerBin = found.MEDIASOUP_WORKER_BIN;
    const ours = await measureWorld(await startOurs(`${folder}/data`, workerBin, cores), stage, limits(oursWithinMs), wished ?? undefined);
    // Straight to the audience ours ended with, where the two are compared; from there on to 60 %.
    const bare = await measureWorld(await startBareSfu(workerBin, cores), stage, limits(bareWithinMs), ours.at(-1)!.viewers);
    return {
      ...summary(ours, bare, limits(0)),
      method: `viewers sit on one media worker${cores.tested === null ? '' : ` alone on core ${cores.tested}`}, fed through the pipe from the origin worker; that, node, the teacher and ${stage.generators.length} generator(s) ${cores.others === null ? 'share the machine' : `run on core ${cores.others}`}; over loopback, so the cost of sending includes the kernel's delivery; bitratePerViewer is Mbit/s of the picture alone, datagramsPerViewer all that a viewer gets`,
      generators: stage.generators.length, seconds: limits(0).seconds,
    };
  }));
}
