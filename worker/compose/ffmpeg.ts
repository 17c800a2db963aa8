// Runs ffmpeg and ffprobe at low priority: progress while it works, its last words when it fails, an end when it hangs or is not wanted any more.
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

const niceness = 15;
/** ffmpeg tells its progress twice a second, ffprobe what it finds; silence for so long is a hang. */
const silenceMs = 120_000;
const keptErrorBytes = 4000;

function lowerPriority(pid: number | undefined): void {
  if (!pid) return;
  try {
    setPriority(pid, niceness);
  } catch {
    // It has ended already, or the system forbids it; the work is the same.
  }
}

/** Runs to the end, telling lines of its output. Throws internal with its last words, or the signal's reason when it was stopped. */
async function runTool({ bin, args, cwd, signal }: ToolRun, name: string, onLine: (line: string) => void): Promise<void> {
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
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new DomainError('internal', `${name} not found: ${bin}`);
    throw error;
  } finally {
    clearTimeout(watchdog);
    signal?.removeEventListener('abort', stop);
  }
}

/** Resolves when ffmpeg ended well. Throws internal with ffmpeg's last words, or when it was stopped. */
export function runFfmpeg({ onProgress, ...run }: FfmpegRun): Promise<void> {
  const args = ['-hide_banner', '-nostdin', '-y', '-loglevel', 'error', '-progress', 'pipe:1', ...run.args];
  return runTool({ ...run, args }, 'ffmpeg', (line) => {
    const match = /^out_time_us=(\d+)$/.exec(line);
    if (match) onProgress?.(Number(match[1]) / 1e6);
  });
}

/** Answers ffprobe's output by lines. Throws as runFfmpeg does. */
export async function runFfprobe(run: ToolRun): Promise<string[]> {
  const lines: string[] = [];
  await runTool({ ...run, args: ['-hide_banner', '-v', 'error', ...run.args] }, 'ffprobe', (line) => void lines.push(line));
  return lines;
}

/** ffprobe lies beside ffmpeg and is named like it. */
export const ffprobeBeside = (ffmpegBin: string): string => join(dirname(ffmpegBin), basename(ffmpegBin).replace('ffmpeg', 'ffprobe'));
