// bench http: R119 and R120. Thousands of distinct learners, logged in and connected, click within one second, then steadily; open loop, from processes of their own.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '#db/orm.ts';
import { seededRandom } from '#runtime/seeded-random.ts';
import { launchBrowser } from '#testing/browser.ts';
import { requestsOf, type Kind, type Learner, type Targets } from './http/clicks.ts';
import { CrowdOfProcesses, type Clicked, type Measured } from './http/crowd.ts';
import { timePage, type Shown } from './http/page.ts';
import { addCrowdedSchool, type CrowdedSchool } from './http/school.ts';
import { numberOption, withProduct, type ProductWorld } from './product-world.ts';
import { percentile, treeSeconds } from './statistics.ts';

type Figures = Record<string, unknown>;
/** The page that a person clicks on comes while the steady load is on. */
const pageAfterMs = 4_000;
const restMs = 2_000;
const floodLines = 64;

const rounded = (value: number): number => Math.round(value * 100) / 100;
const cookieOf = ({ cookie }: Learner): Record<string, string> => ({ cookie: `keshi_session=${cookie}` });

/** What right answers look like, from one learner's own look beforehand. Throws where the product does not serve what it must. */
async function lookOnce(url: string, { learners, targets }: CrowdedSchool): Promise<{ targets: Targets; detailBytes: number }> {
  const learner = learners[0]!;
  const get = async (path: string): Promise<Response> => {
    const answer = await fetch(`${url}${path}`, { headers: cookieOf(learner) });
    if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
    return answer;
  };
  const pageEtag = (await get(`/lessons/${targets.lessonId}`)).headers.get('etag');
  const detail = await (await get(`/api/lessons/${targets.lessonId}`)).text();
  const { learnerCount } = JSON.parse(detail) as { learnerCount: number };
  if (!pageEtag || learnerCount !== learners.length) throw new Error(`the lesson's page is not as it must be: ${learnerCount} learners, tag ${pageEtag}`);
  const segment = await (await get(`/api/viewings/${learner.viewingId}/segments/low/0`)).arrayBuffer();
  return { targets: { ...targets, pageEtag, segmentBytes: segment.byteLength }, detailBytes: Buffer.byteLength(detail) };
}

/** Everybody once, at moments drawn within `spreadMs`. */
function everybody(count: number, spreadMs: number, kindOf: (learner: number) => Kind, random: () => number): Clicked[] {
  return Array.from({ length: count }, (_, learner) => ({ learner, atMs: random() * spreadMs, kind: kindOf(learner) })).sort((a, b) => a.atMs - b.atMs);
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
  const used = usedBy(world);
  const pages = await crowd.wave(everybody(count, 1000, () => 'detail', random));
  await pause(restMs);
  const objects = await crowd.wave(everybody(count, 1000, (learner) => (learner % 2 === 0 ? 'poster' : 'segment'), random));
  const measured = [pages, objects];
  return { figures: { ...latencies(measured), ...used(measured) }, measured };
}

interface Steady { perSecond: number; seconds: number; count: number }
async function steady(world: ProductWorld, crowd: CrowdOfProcesses, { perSecond, seconds, count }: Steady, look: () => Promise<Shown>, random: () => number): Promise<{ figures: Figures; shown: Shown; measured: Measured }> {
  const used = usedBy(world);
  const [measured, shown] = await Promise.all([crowd.wave(steadily(count, perSecond, seconds, random)), pause(pageAfterMs).then(look)]);
  return { figures: { perSecond, seconds, ...latencies([measured]), ...used([measured]) }, shown, measured };
}

/** Answers a second that the server gives where nobody waits between two questions: ours to the lesson's data, bare Fastify to as many bytes. */
async function floods(world: ProductWorld, crowd: CrowdOfProcesses, { port, path, bytes, seconds }: { port: number; path: string; bytes: number; seconds: number }): Promise<{ figures: Figures; errors: string[] }> {
  const bare = fork(join(import.meta.dirname, 'bare/http.ts'), [String(bytes)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const [{ port: barePort }] = await once(bare, 'message') as [{ port: number }];
  const used = usedBy(world);
  const ours = await crowd.flood(port, path, floodLines, seconds);
  const costs = used([ours]);
  const its = await crowd.flood(barePort, '/bare', floodLines, seconds);
  bare.disconnect();
  const rate = ({ requests }: Measured): number => Math.round(requests / seconds);
  return { figures: { requestsPerSecond: { keshi: rate(ours), bareFastify: rate(its), ratio: rounded(rate(ours) / rate(its)), ...costs } }, errors: [...ours.errors, ...its.errors] };
}

async function measure(world: ProductWorld, args: readonly string[]): Promise<Figures> {
  const count = numberOption(args, 'connections', 10_000);
  const [perSecond, seconds, floodSeconds] = [numberOption(args, 'rate', 500), numberOption(args, 'seconds', 30), numberOption(args, 'flood-seconds', 5)];
  const { product, found, folder } = world;
  const orm = await openDatabase(product.databaseUrl);
  const school = await addCrowdedSchool({ orm, dataDir: product.dataDir, folder, ffmpeg: found.ffmpeg }, count).finally(() => orm.close());
  const { targets, detailBytes } = await lookOnce(product.url, school);
  const browser = await launchBrowser(found.chromium);
  const port = Number(new URL(product.url).port);
  const crowd = await CrowdOfProcesses.gather(port, school.learners, targets);
  const random = seededRandom('00'.repeat(32), 'bench http');
  try {
    const first = await burst(world, crowd, count, random);
    await pause(restMs);
    const then = await steady(world, crowd, { perSecond, seconds, count }, () => timePage(browser, product.url, school.learners[0]!, targets.lessonId), random);
    await pause(restMs);
    const last = await floods(world, crowd, { port, path: `/api/lessons/${targets.lessonId}`, bytes: detailBytes, seconds: floodSeconds });
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
  withProduct({ DEMO_SEED: 'false', LIVE_STREAMS: '0' }, 1, (world) => measure(world, args));
