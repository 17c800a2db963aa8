// `recording`: with `--minutes N` a live lesson, with `--from-log N` a long one from a made log, with `--two-units` the files of long lessons; alone it is a live lesson of 3 minutes.
import { recorderCpu } from './recorder-cpu.ts';
import { benchFromLog } from './recording-from-log.ts';
import { benchLive } from './recording-live.ts';
import { benchTwoUnits } from './recording-two-units.ts';
import { numberOption } from './product-world.ts';

export async function benchRecording(args: readonly string[]): Promise<Record<string, unknown>> {
  if (args.includes('--from-log')) return benchFromLog(numberOption(args, 'from-log', 45));
  if (args.includes('--two-units')) return benchTwoUnits(numberOption(args, 'scale', 1));
  const minutes = numberOption(args, 'minutes', 3);
  return { ...await benchLive(minutes), ...await recorderCpu(minutes < 1 ? 1 : 5) };
}
