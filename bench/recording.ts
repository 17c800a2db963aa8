// `recording`: with `--minutes N` a live lesson, with `--from-log N` a long one from a made log, with `--two-units` the files of long lessons; what is not named is not run.
import { recorderCpu } from './recorder-cpu.ts';
import { benchLive } from './recording-live.ts';
import { numberOption } from './product-world.ts';

export async function benchRecording(args: readonly string[]): Promise<Record<string, unknown>> {
  return { ...await benchLive(numberOption(args, 'minutes', 3)), ...await recorderCpu() };
}
