// `recording`: with `--minutes N` a live lesson, with `--from-log N` a long one from a made log, with `--two-units` the files of long lessons; alone it is a live lesson of 3 minutes.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { foundPaths } from '../setup/found.ts';
import { benchFromLog } from './recording-from-log.ts';
import { benchLive } from './recording-live.ts';
import { benchTwoUnits } from './recording-two-units.ts';
import { numberOption } from './product-world.ts';

async function recorderCpu(rounds: number): Promise<Record<string, unknown>> {
  const env = { ...process.env, ...foundPaths(process.env) };
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'recorder-cpu.ts'), String(rounds)], { env });
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
}

export async function benchRecording(args: readonly string[]): Promise<Record<string, unknown>> {
  if (args.includes('--from-log')) return benchFromLog(numberOption(args, 'from-log', 45));
  if (args.includes('--two-units')) return benchTwoUnits(numberOption(args, 'scale', 1));
  const minutes = numberOption(args, 'minutes', 3);
  const live = await benchLive(minutes);
  // Said at once: what follows may fail by itself.
  console.error(JSON.stringify(live));
  return { ...live, ...await recorderCpu(minutes < 1 ? 1 : 5) };
}
