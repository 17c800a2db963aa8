// A plain Debian in a folder: commands run in it (chroot, own mounts and process ids), as root or as the image's user without any rights.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Inside {
  root: string;
  cwd: string;
  env: Record<string, string>;
  /** Given: that user, no capability, no way to new rights, and the root read-only but for /tmp and these folders (inside: outside). */
  confined?: { uid: number; gid: number; volumes: Record<string, string> };
}

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Everything is mounted in a namespace of its own: nothing is left on this machine when the command ends. */
function script({ root, cwd, env, confined }: Inside, words: readonly string[]): string {
  const mounts = [
    `mount --bind ${quote(root)} ${quote(root)}`, `mount -t proc proc ${quote(`${root}/proc`)}`, `mount --rbind /dev ${quote(`${root}/dev`)}`,
    `mount --bind /etc/resolv.conf ${quote(`${root}/etc/resolv.conf`)}`,
  ];
  if (confined) {
    mounts.push(`mount -t tmpfs -o size=256m,mode=1777 tmpfs ${quote(`${root}/tmp`)}`);
    for (const [inside, outside] of Object.entries(confined.volumes)) mounts.push(`mount --bind ${quote(outside)} ${quote(root + inside)}`);
    mounts.push(`mount -o remount,bind,ro ${quote(root)}`);
  }
  const environment = Object.entries(env).map(([name, value]) => quote(`${name}=${value}`)).join(' ');
  const drop = confined ? `setpriv --reuid=${confined.uid} --regid=${confined.gid} --clear-groups --inh-caps=-all --bounding-set=-all --no-new-privs` : '';
  // exec: the command itself is process 1 in there, as in a container without an init.
  return [...mounts, `exec chroot ${quote(root)} /usr/bin/env -i ${environment} ${drop} /bin/sh -c ${quote(`cd ${quote(cwd)} && exec "$@"`)} sh ${words.map(quote).join(' ')}`].join(' && ');
}

const launch = (inside: Inside, words: readonly string[], stdio: 'inherit' | 'pipe'): ChildProcess =>
  spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', '/bin/sh', '-c', script(inside, words)], { stdio: ['ignore', stdio, stdio] });

/** Runs to its end with its output shown; throws when it fails. */
export async function runInside(inside: Inside, words: readonly string[]): Promise<void> {
  const [code] = await once(launch(inside, words, 'inherit'), 'exit') as [number | null];
  if (code !== 0) throw new Error(`ended with ${code}: ${words.join(' ')}`);
}

export interface Running {
  lines: string[];
  ended: Promise<number | null>;
  /** The signal as a container's engine sends it: to process 1. */
  signal(name: 'SIGTERM' | 'SIGKILL'): void;
}

function firstProcess(unshared: number): number | null {
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = join('/proc', pid, 'stat');
    if (!existsSync(stat)) continue;
    const parent = /\) \S+ (\d+)/.exec(readFileSync(stat, 'utf8'))?.[1];
    if (Number(parent) === unshared) return Number(pid);
  }
  return null;
}

export function startInside(inside: Inside, words: readonly string[]): Running {
  const child = launch(inside, words, 'pipe');
  const lines: string[] = [];
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => lines.push(...chunk.toString().split('\n').filter(Boolean)));
  return {
    lines,
    ended: once(child, 'exit').then(([code]) => code as number | null),
    signal: (name) => {
      const pid = child.exitCode === null && child.pid ? firstProcess(child.pid) : null;
      if (pid) process.kill(pid, name);
    },
  };
}
