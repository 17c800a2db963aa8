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

/** `layers`: folders from the newest down to Debian's base; `root`: what they are together, while mounted. */
interface Built { layers: string[]; root: string; env: Record<string, string>; cwd: string; user: string; health: string[]; entry: string[] }

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

/** As an engine does it: what a stage writes is a layer over what it starts from. */
function mountLayer(folder: string, name: string, below: readonly string[]): { root: string; layers: string[] } {
  const [written, work, root] = ['written', 'work', 'root'].map((part) => join(folder, name, part)) as [string, string, string];
  execFileSync('rm', ['-rf', join(folder, name)]);
  for (const path of [written, work, root]) mkdirSync(path, { recursive: true });
  execFileSync('mount', ['-t', 'overlay', 'overlay', '-o', `lowerdir=${below.join(':')},upperdir=${written},workdir=${work}`, root]);
  return { root, layers: [written, ...below] };
}

async function build(stage: Stage, folder: string, base: string, stages: Map<string, Built>): Promise<Built> {
  const below = stages.get(stage.from);
  const place = mountLayer(folder, stage.name, below?.layers ?? [base]);
  const built: Built = below ? { ...below, ...place, env: { ...below.env } } : { ...place, env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' }, cwd: '/', user: 'root', health: [], entry: [] };
  stages.set(stage.name, built);
  const standIn = stage.name === 'media-worker' ? options['media-worker'] : undefined;
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

async function buildAll(folder: string, stages: Map<string, Built>): Promise<Image> {
  const base = await makeBase(folder);
  for (const stage of readDockerfile(readFileSync(join(project, 'Dockerfile'), 'utf8'))) {
    const started = performance.now();
    await build(stage, folder, base, stages);
    say(`${stage.name}: done in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
  const built = stages.get('image')!;
  const sizeMb = (path: string): number => Number(execFileSync('du', ['-sxm', path]).toString().split('\t')[0]);
  say(`image: ${sizeMb(built.layers[0]!)} MB over Debian's base of ${sizeMb(base)} MB; under /opt: ${readdirSync(join(built.root, 'opt')).join(', ')}`);
  return { root: built.root, env: built.env, cwd: built.cwd, entry: built.entry, health: built.health, ...ids(built) };
}

async function main(folder: string): Promise<void> {
  const from = performance.now();
  const stages = new Map<string, Built>();
  // Ctrl-C ends the step that runs; what is mounted is still taken down.
  process.on('SIGINT', () => undefined);
  try {
    const image = await buildAll(folder, stages);
    await tryRoles(image, join(folder, 'volumes'), say);
    say(`All of it in ${((performance.now() - from) / 60_000).toFixed(1)} min. Run: every step of the Dockerfile${options['media-worker'] ? ', but the media worker was given, not compiled' : ''}; every role as user ${stages.get('image')!.user}, without capabilities, on a read-only root.`);
    say('Not run: a container engine, seccomp, networks, cpu and memory limits, and the engine\'s own calls of the health check.');
  } finally {
    for (const { root } of [...stages.values()].reverse()) execFileSync('umount', [root]);
  }
}

if (process.getuid?.() !== 0 || !positionals[0]) {
  console.error('As root: node setup/image-in-debian-root.ts FOLDER [--media-worker FILE] [--ca FILE]');
  process.exitCode = 2;
} else await main(resolve(positionals[0]));
