// Runs a program that reads files of strangers: with limits of processor time, memory, file size and time, in its own folder, with nothing of our environment.
import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';

export interface LimitedRun {
  bin: string; args: readonly string[];
  /** Its working folder and its home. */
  cwd: string;
  cpuSeconds: number; memoryMb: number; wallMs: number;
  signal?: AbortSignal | undefined;
}
/** `missing`: there is no such program. `stopped`: it went beyond a limit. Output is cut at 256 KB each. */
export interface RunEnd { end: 'done' | 'failed' | 'missing' | 'stopped'; code: number | null; out: string; words: string }

const keptBytes = 256 * 1024;
const fileMb = 2_048;
/** Blocks of 512 bytes for files, KB for memory, as POSIX shells count; a limit the system does not know is left out. */
const limits = 'ulimit -c 0; ulimit -t "$1"; ulimit -v "$2" 2>/dev/null; ulimit -f "$3"; shift 3; exec "$@"';
const notFound = [126, 127];

function stopAll(pid: number | undefined): void {
  if (!pid) return;
  try {
    // The group: LibreOffice starts others.
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

/** Resolves with how it ended; rejects only where our own process stops (`signal`). */
export async function runLimited({ bin, args, cwd, cpuSeconds, memoryMb, wallMs, signal }: LimitedRun): Promise<RunEnd> {
  signal?.throwIfAborted();
  const sizes = [cpuSeconds, memoryMb * 1024, fileMb * 2048].map(String);
  const child = spawn('/bin/sh', ['-c', limits, 'sh', ...sizes, bin, ...args], {
    cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: cwd, TMPDIR: cwd, LANG: 'C.UTF-8' },
  });
  let late = false;
  const stop = (): void => stopAll(child.pid);
  const timer = setTimeout(() => { late = true; stop(); }, wallMs);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    if (child.pid) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  } catch {
    // The system forbids it; the work is the same.
  }
  const text = { out: '', words: '' };
  child.stdout.on('data', (bytes: Buffer) => { text.out = (text.out + bytes.toString()).slice(0, keptBytes); });
  child.stderr.on('data', (bytes: Buffer) => { text.words = (text.words + bytes.toString()).slice(-keptBytes); });
  try {
    const { code, killed } = await new Promise<{ code: number | null; killed: boolean }>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (ended, by) => resolve({ code: ended, killed: by !== null }));
    });
    signal?.throwIfAborted();
    if (late || killed) return { end: 'stopped', code, ...text };
    return { end: code === 0 ? 'done' : notFound.includes(code ?? 0) ? 'missing' : 'failed', code, ...text };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}
