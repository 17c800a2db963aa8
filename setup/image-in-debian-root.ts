// Builds the image without a container engine: runs the Dockerfile's own steps in a plain Debian made with debootstrap, then every role in the result.
// As root, by hand: node setup/image-in-debian-root.ts FOLDER [--media-worker FILE] [--ca FILE]
//   --media-worker FILE  a built mediasoup-worker instead of the stage that compiles it (11 minutes); said in the report
//   --ca FILE            certificates (PEM) that the steps trust, where a company's proxy stands between here and the registries
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runInside } from './debian-root.ts';
import { readDockerfile, readDockerignore, type Stage, type Step } from './image-steps.ts';
import { tryRoles, type Image } from './image-roles.ts';

const project = join(import.meta.dirname, '..');
const { values: options, positionals } = parseArgs({ allowPositionals: true, options: { 'media-worker': { type: 'string' }, ca: { type: 'string' } } });
const say = (line: string): void => console.log(`[image] ${line}`);

/** The base every stage starts from: Debian's smallest system, with the security updates this machine uses. */
async function makeBase(folder: string): Promise<string> {
  const base = join(folder, 'base');
  if (existsSync(join(base, '.complete'))) return base;
  rmSync(base, { recursive: true, force: true });
  execFileSync('debootstrap', ['--variant=minbase', 'bookworm', base], { stdio: 'inherit' });
  const sources = '/etc/apt/sources.list.d/debian.sources';
  if (existsSync(sources)) {
    copyFileSync(sources, join(base, sources));
    rmSync(join(base, 'etc/apt/sources.list'), { force: true });
  }
  execFileSync('touch', [join(base, '.complete')]);
  return base;
}

interface Built { root: string; env: Record<string, string>; cwd: string; user: string; health: string[]; entry: string[] }

const allowed = readDockerignore(readFileSync(join(project, '.dockerignore'), 'utf8'));

function copy(step: Extract<Step, { kind: 'COPY' }>, built: Built, stages: Map<string, Built>): void {
  const target = join(built.root, resolve(built.cwd, step.target));
  const from = step.from === null ? project : stages.get(step.from)!.root;
  for (const source of step.sources) {
    const path = join(from, source);
    const folder = statSync(path).isDirectory();
    const into = !folder && (step.target.endsWith('/') || step.sources.length > 1) ? join(target, basename(source)) : target;
    mkdirSync(dirname(into), { recursive: true });
    const filter = step.from === null ? (file: string) => file === path || allowed(relative(project, file)) || statSync(file).isDirectory() && !/node_modules|dist|testing/.test(basename(file)) : undefined;
    cpSync(path, into, { recursive: true, verbatimSymlinks: true, ...(filter && { filter }) });
  }
}

async function run(command: string, built: Built): Promise<void> {
  const ca = options.ca && '/tmp/keshi-ca.pem';
  if (ca) copyFileSync(options.ca!, join(built.root, ca));
  // HOME and the certificates are the builder's, as a container engine's build arguments are; nothing of them stays in the image.
  const env = { ...built.env, HOME: '/root', ...(ca && { NODE_EXTRA_CA_CERTS: ca, npm_config_cafile: ca, SSL_CERT_FILE: ca }) };
  await runInside({ root: built.root, cwd: built.cwd, env }, ['/bin/sh', '-c', command]);
  if (ca) rmSync(join(built.root, ca));
}

async function take(step: Step, built: Built, stages: Map<string, Built>): Promise<void> {
  switch (step.kind) {
    case 'RUN': return run(step.command, built);
    case 'COPY': return copy(step, built, stages);
    case 'ENV': built.env[step.name] = step.value; return;
    case 'WORKDIR':
      built.cwd = step.path;
      mkdirSync(join(built.root, step.path), { recursive: true });
      return;
    case 'USER': built.user = step.name; return;
    case 'HEALTHCHECK': built.health = step.words; return;
    case 'ENTRYPOINT': built.entry = step.words; return;
    default: return;
  }
}

function putMediaWorker(built: Built, file: string): void {
  const target = join(built.root, 'opt/media-worker/mediasoup-worker');
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(file, target);
  chmodSync(target, 0o755);
}

async function build(stage: Stage, folder: string, base: string, stages: Map<string, Built>): Promise<Built> {
  const root = join(folder, stage.name);
  const below = stages.get(stage.from);
  const standIn = stage.name === 'media-worker' ? options['media-worker'] : undefined;
  execFileSync('rm', ['-rf', root]);
  if (standIn) mkdirSync(root);
  else execFileSync('cp', ['-a', '--reflink=auto', below?.root ?? base, root]);
  const built: Built = below ? { ...below, root, env: { ...below.env } } : { root, env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }, cwd: '/', user: 'root', health: [], entry: [] };
  for (const step of standIn ? [] : stage.steps) {
    say(`${stage.name}: ${step.kind} ${'command' in step ? step.command.slice(0, 100) : ''}`);
    await take(step, built, stages);
  }
  if (standIn) putMediaWorker(built, standIn);
  return built;
}

function ids(built: Built): { uid: number; gid: number } {
  const line = readFileSync(join(built.root, 'etc/passwd'), 'utf8').split('\n').find((entry) => entry.startsWith(`${built.user}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  if (!uid || !gid || uid === '0') throw new Error(`the image's user is ${built.user}: no user of its own`);
  return { uid: Number(uid), gid: Number(gid) };
}

async function main(folder: string): Promise<void> {
  const from = performance.now();
  const base = await makeBase(folder);
  const stages = new Map<string, Built>();
  for (const stage of readDockerfile(readFileSync(join(project, 'Dockerfile'), 'utf8'))) {
    const started = performance.now();
    stages.set(stage.name, await build(stage, folder, base, stages));
    say(`${stage.name}: done in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  const built = stages.get('image')!;
  const sizeMb = (path: string): number => Number(execFileSync('du', ['-sxm', path]).toString().split('\t')[0]);
  const image: Image = { root: built.root, env: built.env, cwd: built.cwd, entry: built.entry, health: built.health, ...ids(built) };
  say(`image: ${sizeMb(built.root)} MB, of it Debian's base ${sizeMb(base)} MB; files under /opt: ${readdirSync(join(built.root, 'opt')).join(', ')}`);
  await tryRoles(image, join(folder, 'volumes'), say);
  say(`All of it in ${((performance.now() - from) / 60_000).toFixed(1)} min. Run: every step of the Dockerfile${options['media-worker'] ? ', but the media worker was given, not compiled' : ''}; every role as user ${built.user}, without capabilities, on a read-only root.`);
  say('Not run: a container engine, its layers, seccomp, networks, cpu and memory limits, and its own calls of the health check.');
}

if (process.getuid?.() !== 0 || !positionals[0]) {
  console.error('As root: node setup/image-in-debian-root.ts FOLDER [--media-worker FILE] [--ca FILE]');
  process.exitCode = 2;
} else await main(resolve(positionals[0]));
