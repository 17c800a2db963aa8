// Processes of a measurement on their processors: who listens on a media port, where it may run, and what it used (Linux).
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** The processor of the media worker that is measured, and those of everything else; null where there is but one. */
export interface Cores { tested: string | null; others: string | null }
export function splitCores(): Cores {
  const count = availableParallelism();
  const there = spawnSync('taskset', ['--version']).status === 0;
  return count < 2 || !there ? { tested: null, others: null } : { tested: '0', others: count === 2 ? '1' : `1-${count - 1}` };
}

/** Moves a process with all its threads; children it starts later follow. */
export function pin(pid: number, cores: string | null): void {
  if (cores !== null) spawnSync('taskset', ['-apc', cores, `${pid}`]);
}

/** The process among `pids` that has this UDP port of IPv4 open; null where none has. */
export function pidOnPort(port: number, pids: readonly number[]): number | null {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const inodes = new Set(readFileSync('/proc/net/udp', 'utf8').split('\n').map((line) => line.trim().split(/\s+/)).filter((fields) => fields[1]?.endsWith(suffix)).map((fields) => `socket:[${fields[9]}]`));
  return pids.find((pid) => readdirSync(`/proc/${pid}/fd`).some((fd) => {
    try {
      return inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`));
    } catch {
      return false;
    }
  })) ?? null;
}

/** Processor seconds of this process alone, user and system, to the nanosecond scheduler's accuracy where the kernel tells it. */
export function ownSeconds(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.reduce((sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e9, 0);
}
