// Runs ffmpeg at low priority: progress while it works, its last words when it fails, an end when it hangs or is not wanted any more.
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { DomainError } from '#domain/errors.ts';

export interface FfmpegRun {
  bin: string; args: readonly string[]; cwd: string;
  /** Seconds of output that are finished. */
  onProgress?: ((seconds: number) => void) | undefined;
  signal?: AbortSignal | undefined;
}

const niceness = 15;
/** ffmpeg tells its progress twice a second; silence for so long is a hang. */
const silenceMs = 120_000;
const keptErrorBytes = 4000;

/** Resolves when ffmpeg ended well. Throws internal with ffmpeg's last words, or when it was stopped. */
export async function runFfmpeg({ bin, args, cwd, onProgress, signal }: FfmpegRun): Promise<void> {
  signal?.throwIfAborted();
  const child = spawn(bin, ['-hide_banner', '-nostdin', '-y', '-loglevel', 'error', '-progress', 'pipe:1', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = (): void => void child.kill('SIGKILL');
  let hung = false;
  const watchdog = setTimeout(() => { hung = true; stop(); }, silenceMs);
  signal?.addEventListener('abort', stop, { once: true });
  if (child.pid) {
    try {
      setPriority(child.pid, niceness);
    } catch {
      // It has ended already, or the system forbids it; the work is the same.
    }
  }
  let words = '';
  child.stderr.on('data', (bytes: Buffer) => { words = (words + bytes.toString()).slice(-keptErrorBytes); });
  createInterface({ input: child.stdout }).on('line', (line) => {
    watchdog.refresh();
    const match = /^out_time_us=(\d+)$/.exec(line);
    if (match) onProgress?.(Number(match[1]) / 1e6);
  });
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal?.throwIfAborted();
    if (hung) throw new DomainError('internal', `ffmpeg said nothing for ${silenceMs / 1000} s and was stopped`);
    if (code !== 0) throw new DomainError('internal', `ffmpeg ended with ${code}: ${words.trim()}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new DomainError('internal', `ffmpeg not found: ${bin}`);
    throw error;
  } finally {
    clearTimeout(watchdog);
    signal?.removeEventListener('abort', stop);
  }
}
