// Runs ffmpeg and ffprobe at low priority: progress while it works, its last words when it fails, an end when it hangs or is not wanted any more.
import { AsyncLocalStorage } from 'node:async_hooks';
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DomainError } from '#domain/errors.ts';

export interface ToolRun {
  bin: string; args: readonly string[]; cwd: string;
  signal?: AbortSignal | undefined;
}
export interface FfmpegRun extends ToolRun {
  /** Seconds of output that are finished. */
  onProgress?: ((seconds: number) => void) | undefined;
}

/** What can wait runs behind everything else. */
const patientNiceness = 15;
/** What people wait for goes before it, and still behind live media. */
const promptNiceness = 5;
/** ffmpeg tells its progress twice a second, ffprobe what it finds; silence for so long is a hang. */
const silenceMs = 120_000;
const keptErrorBytes = 4000;

interface Meter { cpuMs: number }
const meters = new AsyncLocalStorage<Meter>();
/** Runs of ffmpeg within `work` are prompt ones; answers what they took of the processors, as each told when it ended. */
export async function promptFfmpeg<T>(work: () => Promise<T>): Promise<{ result: T; cpuMs: number }> {
  const meter: Meter = { cpuMs: 0 };
  return { result: await meters.run(meter, work), cpuMs: meter.cpuMs };
}

function lowerPriority(pid: number | undefined): void {
  if (!pid) return;
  try {
    setPriority(pid, meters.getStore() ? promptNiceness : patientNiceness);
  } catch {
    // It has ended already, or the system forbids it; the work is the same.
  }
}

/** Runs to the end, telling lines of its output, and answers its last words. Throws internal with its last words, or the signal's reason when it was stopped. */
async function runTool({ bin, args, cwd, signal }: ToolRun, name: string, onLine: (line: string) => void): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn(bin, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => void child.kill('SIGKILL');
  let hung = false;
  const watchdog = setTimeout(() => { hung = true; stop(); }, silenceMs);
  signal?.addEventListener('abort', stop, { once: true });
  lowerPriority(child.pid);
  let words = '';
  child.stderr.on('data', (bytes: Buffer) => { words = (words + bytes.toString()).slice(-keptErrorBytes); });
  const lines = createInterface({ input: child.stdout }).on('line', (line) => {
    watchdog.refresh();
    onLine(line);
  });
  const read = new Promise<void>((resolve) => { lines.once('close', resolve); });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    await read;
    signal?.throwIfAborted();
    if (hung) throw new DomainError('internal', `${name} said nothing for ${silenceMs / 1000} s and was stopped`);
    if (code !== 0) throw new DomainError('internal', `${name} ended with ${code}: ${words.trim()}`);
    return words;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new DomainError('internal', `${name} not found: ${bin}`);
    throw error;
  } finally {
    clearTimeout(watchdog);
    signal?.removeEventListener('abort', stop);
  }
}

/** Resolves when ffmpeg ended well. Throws internal with ffmpeg's last words, or when it was stopped. */
export async function runFfmpeg({ onProgress, ...run }: FfmpegRun): Promise<void> {
  const meter = meters.getStore();
  const talk = meter ? ['-loglevel', 'info', '-nostats', '-benchmark'] : ['-loglevel', 'error'];
  const args = ['-hide_banner', '-nostdin', '-y', ...talk, '-progress', 'pipe:1', ...run.args];
  const words = await runTool({ ...run, args }, 'ffmpeg', (line) => {
    const match = /^out_time_us=(\d+)$/.exec(line);
    if (match) onProgress?.(Number(match[1]) / 1e6);
  });
  const [, user, system] = /bench: utime=([\d.]+)s stime=([\d.]+)s/.exec(words) ?? [];
  if (meter && user && system) meter.cpuMs += (Number(user) + Number(system)) * 1000;
}

/** Tells ffprobe's output line by line, which may be long. Throws as runFfmpeg does. */
export async function scanFfprobe(run: ToolRun, onLine: (line: string) => void): Promise<void> {
  await runTool({ ...run, args: ['-hide_banner', '-v', 'error', ...run.args] }, 'ffprobe', onLine);
}

/** Answers ffprobe's output by lines. Throws as runFfmpeg does. */
export async function runFfprobe(run: ToolRun): Promise<string[]> {
  const lines: string[] = [];
  await scanFfprobe(run, (line) => void lines.push(line));
  return lines;
}

/** ffprobe lies beside ffmpeg and is named like it. */
export const ffprobeBeside = (ffmpegBin: string): string => join(dirname(ffmpegBin), basename(ffmpegBin).replace('ffmpeg', 'ffprobe'));
