// bench ledger: twenty people read and filter the ledger of a large institution, and one takes it away as a file; beside the same page read from PostgreSQL with a fixed statement.
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import { openDatabase } from '#db/orm.ts';
import { seededRandom } from '#runtime/seeded-random.ts';
import type { LedgerCounts, LedgerExport, LedgerPage } from '#contracts/ledger.ts';
import { makeLedger, type MadeLedger } from './ledger/made.ts';
import { numberOption, withoutDemo, withProduct } from './product-world.ts';
import { percentile } from './statistics.ts';

type Figures = Record<string, unknown>;
const clients = 20;
/** Between two looks of one person. */
const thinkMs = 250;
const seed = 'ab'.repeat(32);
export interface LedgerPlan { clients: number; looks: number }
type Get = <T>(path: string) => Promise<T>;

const getter = (url: string, cookie: string): Get => async <T>(path: string) => {
  const answer = await fetch(`${url}${path}`, { headers: { cookie } });
  if (!answer.ok) throw new Error(`${path} answers ${answer.status}: ${await answer.text()}`);
  return await answer.json() as T;
};

/** What a page asks for when it is opened or narrowed: figures and the first hundred rows; when it is scrolled, rows alone. */
function looksOf({ cohortIds, rows }: MadeLedger, random: () => number): Record<string, () => string[]> {
  const both = (query: string): string[] => [`/api/ledger?${query}`, `/api/ledger/counts?${query}`];
  const filters = ['attendanceLow=yes', 'accuracyLow=yes', 'unsettled=yes', 'attendanceLow=yes&accuracyLow=yes', `text=${encodeURIComponent('欧阳')}`, `text=${encodeURIComponent('李秀英')}`, 'text=1390000'];
  return {
    firstPage: () => both(''),
    filter: () => (random() < 0.2 ? both(`cohortId=${cohortIds[Math.floor(random() * cohortIds.length)]}`) : both(filters[Math.floor(random() * filters.length)]!)),
    sorted: () => [`/api/ledger?sort=${random() < 0.5 ? 'attendance' : 'accuracy'}&order=${random() < 0.5 ? 'up' : 'down'}`],
    scrolled: () => [`/api/ledger?offset=${Math.floor(random() * rows)}`],
  };
}

export interface Looked { kind: string; ms: number }
/** Everybody looks at one thing after the other; the mixture is the same for everybody and every run. */
export async function readLedger(url: string, made: MadeLedger, plan: LedgerPlan): Promise<Looked[]> {
  const get = getter(url, made.cookie);
  const looked: Looked[] = [];
  await Promise.all(Array.from({ length: plan.clients }, async (_, client) => {
    const random = seededRandom(seed, `ledger ${client}`);
    const looks = looksOf(made, random);
    const kinds = Object.keys(looks);
    for (let count = 0; count < plan.looks; count++) {
      await pause(random() * 2 * thinkMs);
      const kind = kinds[(count + client) % kinds.length]!;
      const began = performance.now();
      await Promise.all(looks[kind]!().map((path) => get<LedgerPage | LedgerCounts>(path)));
      looked.push({ kind, ms: performance.now() - began });
    }
  }));
  return looked;
}
const p95 = (looked: readonly Looked[], kind: string): number => Math.round(percentile(looked.filter((one) => one.kind === kind).map(({ ms }) => ms), 0.95));

/** The same first page and figures, by as many at once, with no product between. */
export async function readBare(databaseUrl: string, { institutionId }: MadeLedger, plan: LedgerPlan): Promise<number> {
  const pool = new Pool({ connectionString: databaseUrl, max: 10 });
  const times: number[] = [];
  try {
    await Promise.all(Array.from({ length: plan.clients }, async (_, client) => {
      const random = seededRandom(seed, `bare ${client}`);
      for (let count = 0; count < plan.looks; count++) {
        await pause(random() * 2 * thinkMs);
        const began = performance.now();
        await Promise.all([
          pool.query('select l.*, c.title, k.title as course, i.number_mask, i.phone_mask from ledger_learner l join cohort c on c.id = l.cohort_id join course k on k.id = l.course_id left join identity i on i.person_id = l.person_id where l.institution_id = $1 order by l.name, l.person_id, l.cohort_id limit 100', [institutionId]),
          pool.query('select count(*), count(*) filter (where attendance_low) as a, count(*) filter (where accuracy_low) as b, count(*) filter (where unsettled > 0) as c, sum(held_ms) as d, sum(live_ms) as e, sum(made_up_ms) as f, sum(asked) as g, sum(correct) as h, min(as_of) as i from ledger_learner where institution_id = $1', [institutionId]),
        ]);
        times.push(performance.now() - began);
      }
    }));
  } finally {
    await pool.end();
  }
  return Math.round(percentile(times, 0.95));
}

const residentMb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
async function exported(url: string, { cookie }: MadeLedger, pid: number): Promise<Figures> {
  const get = getter(url, cookie);
  const idleMb = residentMb(pid);
  let peakMb = idleMb;
  const watch = setInterval(() => { peakMb = Math.max(peakMb, residentMb(pid)); }, 20);
  try {
    const began = performance.now();
    const answer = await fetch(`${url}/api/ledger/exports`, { method: 'POST', headers: { cookie, origin: url, 'content-type': 'application/json' }, body: JSON.stringify({ format: 'xlsx', locale: 'zh' }) });
    let file = await answer.json() as LedgerExport;
    while (file.status === 'waiting' || file.status === 'making') {
      await pause(50);
      file = await get<LedgerExport>(`/api/ledger/exports/${file.exportId}`);
    }
    if (file.status !== 'ready') throw new Error(`the export is ${file.status}`);
    const seconds = (performance.now() - began) / 1000;
    return { exportRows: file.rows, exportSeconds: Math.round(seconds * 10) / 10, exportRowsPerSecond: Math.round(file.rows / seconds), exportPeakMb: Math.round(peakMb - idleMb), workerIdleMb: Math.round(idleMb), exportFileMb: Math.round((file.sizeBytes ?? 0) / 1e5) / 10 };
  } finally {
    clearInterval(watch);
  }
}

/** What PostgreSQL does by itself within a minute of so many changes: without it no query knows how many rows there are. */
async function letSettle(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('vacuum (analyze) ledger_learner, ledger_cohort, ledger_row, cohort, identity');
  } finally {
    await client.end();
  }
}

/** `--learners` 50,000, `--lessons` 40 each of one unit, `--looks` 24 of each of the twenty. */
export const benchLedger = (args: readonly string[]): Promise<Figures> => withProduct(withoutDemo, 1, async ({ product }) => {
  const learners = numberOption(args, 'learners', 50_000);
  const lessons = numberOption(args, 'lessons', 40);
  const plan: LedgerPlan = { clients, looks: numberOption(args, 'looks', 24) };
  const orm = await openDatabase(product.databaseUrl);
  try {
    const made = await makeLedger(orm, learners, lessons);
    await letSettle(product.databaseUrl);
    const first = await readLedger(product.url, made, { ...plan, looks: 4 });
    const cpu = process.cpuUsage();
    const began = performance.now();
    const looked = await readLedger(product.url, made, plan);
    const { user, system } = process.cpuUsage(cpu);
    const generatorCpuShare = Math.round((user + system) / 10 / (performance.now() - began)) / 100;
    const bareP95Ms = await readBare(product.databaseUrl, made, plan);
    const firstPageP95Ms = p95(looked, 'firstPage');
    return {
      learners: made.rows, lessons, clients, looks: looked.length, firstPageP95Ms, filterP95Ms: p95(looked, 'filter'), sortedP95Ms: p95(looked, 'sorted'), scrolledP95Ms: p95(looked, 'scrolled'),
      coldFirstPageP95Ms: p95(first, 'firstPage'), coldFilterP95Ms: p95(first, 'filter'), ...await exported(product.url, made, product.roles.worker.pid!),
      bareFirstPageP95Ms: bareP95Ms, ratioToBare: Math.round((firstPageP95Ms / bareP95Ms) * 100) / 100, sumsPerSecond: made.sumsPerSecond, generatorCpuShare,
      method: 'rows of the ledger made by SQL, sums by the product, then vacuumed and analysed, as the database does by itself within a minute; twenty clients of one process, each looking on after 0 to 500 ms; firstPage and filter: rows and figures asked for together, until both are read; cold: the first looks after the rows were made, with nothing asked before; bare: the two statements of the first page on ten plain connections; export: from the click until the file is ready; exportPeakMb: what the worker process needs meanwhile beyond what it held before, which is mostly its face models',
    };
  } finally {
    await orm.close();
  }
});
