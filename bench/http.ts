// bench http: R119 and R120. Thousands of distinct learners, logged in and connected, click within one second, then steadily; open loop, from processes of their own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '#db/orm.ts';
import { seededRandom } from '#runtime/seeded-random.ts';
import { launchBrowser } from '#testing/browser.ts';
import { requestsOf, type Kind } from './http/clicks.ts';
import { CrowdOfProcesses, everybody, type Clicked, type Measured } from './http/crowd.ts';
import { timePage, type Shown } from './http/page.ts';
import { addCrowdedSchool, type CrowdedSchool } from './http/school.ts';
import { numberOption, withoutDemo, withProduct, type ProductWorld } from './product-world.ts';
import { openFilesLimit } from './sockets/class.ts';
import { percentile, treeSeconds } from './statistics.ts';

type Figures = Record<string, unknown>;
/** The page that a person clicks on comes while the steady load is on. */
const pageAfterMs = 4_000;
const restMs = 2_000;
const floodLines = 64;
const filesBesides = 300;

const rounded = (value: number): number => Math.round(value * 100) / 100;
/** What the lesson's data must say, from one learner's own look beforehand; answers how many bytes they are. */
async function dataBytes(url: string, { learners, objects }: CrowdedSchool): Promise<number> {
  const path = `/api/lessons/${objects.lessonId}`;
  const answer = await fetch(`${url}${path}`, { headers: { cookie: learners[0]!.cookie } });
  const text = await answer.text();
  if (!answer.ok || (JSON.parse(text) as { learnerCount: number }).learnerCount !== learners.length) throw new Error(`${path} answers ${answer.status}: ${text}`);
  return Buffer.byteLength(text);
}

/** So many requests a second by learners drawn from all, half of the clicks on pages and half on objects. */
function steadily(count: number, perSecond: number, seconds: number, random: () => number): Clicked[] {
  const kinds: Kind[] = ['detail', 'poster', 'detail', 'segment'];
  const clicks: Clicked[] = [];
  for (let requests = 0; requests < perSecond * seconds;) {
    const kind = kinds[clicks.length % kinds.length]!;
    clicks.push({ learner: Math.floor(random() * count), atMs: (requests / perSecond) * 1000, kind });
    requests += requestsOf[kind];
  }
  return clicks;
}

const worst = (measured: readonly Measured[], kinds: readonly Kind[], share: number): number =>
  Math.round(percentile(measured.flatMap(({ clicks }) => clicks.filter(({ kind }) => kinds.includes(kind)).map(({ ms }) => ms)), share));

function latencies(measured: readonly Measured[]): Figures {
  return {
    detailP99Ms: worst(measured, ['detail'], 0.99), objectFirstByteP99Ms: worst(measured, ['poster', 'segment'], 0.99),
    detailP50Ms: worst(measured, ['detail'], 0.5), posterP99Ms: worst(measured, ['poster'], 0.99), segmentP99Ms: worst(measured, ['segment'], 0.99),
    clicks: measured.reduce((sum, { clicks }) => sum + clicks.length, 0),
    requests: requestsIn(measured),
  };
}

const requestsIn = (measured: readonly Measured[]): number => measured.reduce((sum, { requests, clicks }) => sum + requests + clicks.reduce((own, { kind }) => own + requestsOf[kind], 0), 0);

/** Processor time of signaling and the database per request, and how much of a core the busiest generator used: near 1 it was the limit itself. */
function usedBy({ product }: ProductWorld): (measured: readonly Measured[]) => Figures {
  const read = (pid: number | null): number => (pid === null ? 0 : treeSeconds(pid));
  const now = (): { signaling: number; postgres: number } => ({ signaling: read(product.roles.signaling.pid), postgres: read(product.postgresPid()) });
  const before = now();
  return (measured) => {
    const after = now();
    const perRequest = (seconds: number): number => Math.round((seconds / requestsIn(measured)) * 1e6) / 1000;
    return {
      signalingMsPerRequest: perRequest(after.signaling - before.signaling), postgresMsPerRequest: perRequest(after.postgres - before.postgres),
      generatorMsPerRequest: perRequest(measured.reduce((sum, { generator }) => sum + generator.cpuSeconds, 0)),
      generatorBusiest: rounded(Math.max(...measured.map(({ generator }) => generator.busiest))),
    };
  };
}

async function burst(world: ProductWorld, crowd: CrowdOfProcesses, count: number, random: () => number): Promise<{ figures: Figures; measured: Measured[] }> {
  const [used, usedByPages] = [usedBy(world), usedBy(world)];
  const pages = await crowd.wave(everybody(count, 1000, () => 'detail', random));
  const pageCosts = usedByPages([pages]);
  await pause(restMs);
  const usedByObjects = usedBy(world);
  const objects = await crowd.wave(everybody(count, 1000, (learner) => (learner % 2 === 0 ? 'poster' : 'segment'), random));
  const measured = [pages, objects];
  return { figures: { ...latencies(measured), pages: pageCosts, objects: usedByObjects([objects]), ...used(measured) }, measured };
}

interface Steady { perSecond: number; seconds: number; count: number }
async function steady(world: ProductWorld, crowd: CrowdOfProcesses, { perSecond, seconds, count }: Steady, look: () => Promise<Shown>, random: () => number): Promise<{ figures: Figures; shown: Shown; measured: Measured }> {
  const used = usedBy(world);
  const [measured, shown] = await Promise.all([crowd.wave(steadily(count, perSecond, seconds, random)), pause(pageAfterMs).then(look)]);
  return { figures: { perSecond, seconds, ...latencies([measured]), ...used([measured]) }, shown, measured };
}

/** Answers a second that the server gives where nobody waits between two questions: ours to the lesson's data, bare Fastify to as many bytes. */
async function floods(world: ProductWorld, crowd: CrowdOfProcesses, { url, path, bytes, seconds }: { url: string; path: string; bytes: number; seconds: number }): Promise<{ figures: Figures; errors: string[] }> {
  const bare = fork(join(import.meta.dirname, 'bare/http.ts'), [String(bytes)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port: barePort }] = await once(bare, 'message') as [{ port: number }];
  const used = usedBy(world);
  const ours = await crowd.flood(url, path, floodLines, seconds);
  const costs = used([ours]);
  const its = await crowd.flood(`http://127.0.0.1:${barePort}`, '/bare', floodLines, seconds);
  bare.disconnect();
  const rate = ({ requests }: Measured): number => Math.round(requests / seconds);
  return { figures: { requestsPerSecond: { keshi: rate(ours), bareFastify: rate(its), ratio: rounded(rate(ours) / rate(its)), ...costs } }, errors: [...ours.errors, ...its.errors] };
}

async function measure(world: ProductWorld, args: readonly string[]): Promise<Figures> {
  const count = numberOption(args, 'connections', 10_000);
  if (count + filesBesides > openFilesLimit()) throw new Error(`one process may have ${openFilesLimit()} files open, ${count} connections need more: raise ulimit -n`);
  const [perSecond, seconds, floodSeconds] = [numberOption(args, 'rate', 500), numberOption(args, 'seconds', 30), numberOption(args, 'flood-seconds', 5)];
  const { product, found } = world;
  const orm = await openDatabase(product.databaseUrl);
  const school = await addCrowdedSchool({ orm, dataDir: product.dataDir, ffmpeg: found.ffmpeg }, count).finally(() => orm.close());
  const { learners, objects } = school;
  const bytes = await dataBytes(product.url, school);
  const browser = await launchBrowser(found.chromium);
  const crowd = await CrowdOfProcesses.gather({ url: product.url, learners, objects });
  const random = seededRandom('00'.repeat(32), 'bench http');
  try {
    const first = await burst(world, crowd, count, random);
    await pause(restMs);
    const then = await steady(world, crowd, { perSecond, seconds, count }, () => timePage(browser, product.url, learners[0]!, objects.lessonId), random);
    await pause(restMs);
    const last = await floods(world, crowd, { url: product.url, path: `/api/lessons/${objects.lessonId}`, bytes, seconds: floodSeconds });
    const errors = [...first.measured, then.measured].flatMap((measured) => measured.errors).concat(last.errors);
    return {
      connections: count, burst: first.figures, steady: then.figures, ...then.shown, ...last.figures, errors: errors.length,
      ...(errors.length > 0 && { errorSamples: [...new Set(errors)].slice(0, 5) }), generatorProcesses: then.measured.generator.processes,
    };
  } finally {
    await crowd.close();
    await browser.close();
  }
}

export const benchHttp = (args: string[]): Promise<Figures> =>
  withProduct({ ...withoutDemo, LIVE_STREAMS: '0' }, 1, (world) => measure(world, args));
