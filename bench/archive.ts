// bench archive: five years of many learners; regulators look somebody up, offices read their ledger, old films are fetched, after PostgreSQL was restarted and nothing is in memory (R115, R145).
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { masterKeyFile, loadMasterKey } from '#db/master-key.ts';
import { openDatabase, type Orm } from '#db/orm.ts';
import { ledgerCounts, ledgerRows, type LedgerAsk } from '#db/queries/ledger.ts';
import { searchLearners } from '#db/queries/oversight-search.ts';
import { createVault, type Vault } from '#db/vault.ts';
import { seededRandom } from '#runtime/seeded-random.ts';
import { folderStorage } from '#runtime/storage.ts';
import { tieredStorage } from '#runtime/tiered-storage.ts';
import { makeArchive, unitsOfLearner, type MadeArchive } from './archive/made.ts';
import { numberOption, withoutDemo, withProduct } from './product-world.ts';
import { percentile } from './statistics.ts';

type Figures = Record<string, unknown>;
const clients = 20;
const seed = 'cd'.repeat(32);
export interface ArchiveLooks { clients: number; looks: number; thinkMs: number }
export interface Looked { kind: string; ms: number; found: number }

/** What regulators and offices ask, half of each; every look asks for something else. */
async function look(orm: Orm, vault: Vault, made: MadeArchive, kind: string, random: () => number): Promise<number> {
  const one = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const em = orm.em.fork();
  const now = new Date();
  if (kind.startsWith('search')) {
    const text = kind === 'searchNumber' ? one(made.numbers) : kind === 'searchCertificate' ? one(made.serials) : random() < 0.5 ? one(made.names) : one(made.names).slice(0, 2);
    return (await searchLearners(em, vault, { institutionIds: made.institutionIds, text, now })).learners.length;
  }
  const ask: LedgerAsk = { scope: { institutionId: one(made.institutionIds), cohortIds: null }, narrowing: kind === 'ledgerNarrowed' ? { attendanceLow: 'yes' } : {} };
  const [rows] = await Promise.all([ledgerRows(em, ask, { offset: 0, limit: 100 }), ledgerCounts(orm.em.fork(), ask, now)]);
  return rows.length;
}

const kinds = ['searchName', 'ledgerPage', 'searchNumber', 'ledgerNarrowed', 'searchCertificate', 'ledgerPage'] as const;
/** Everybody one look after the other. Throws where a look finds nobody: all of it was made. */
export async function lookAtArchive(orm: Orm, vault: Vault, made: MadeArchive, plan: ArchiveLooks): Promise<Looked[]> {
  const looked: Looked[] = [];
  await Promise.all(Array.from({ length: plan.clients }, async (_, client) => {
    const random = seededRandom(seed, `archive ${client}`);
    for (let count = 0; count < plan.looks; count++) {
      const kind = kinds[(count + client) % kinds.length]!;
      const began = performance.now();
      const found = await look(orm, vault, made, kind, random);
      if (found === 0) throw new Error(`${kind} found nobody`);
      looked.push({ kind, ms: performance.now() - began, found });
      await pause(random() * 2 * plan.thinkMs);
    }
  }));
  return looked;
}

/** Nothing of these files stays in the machine's memory. */
const forget = (folder: string): void => {
  execFileSync('sync', ['-f', folder]);
  execFileSync('find', [folder, '-type', 'f', '-size', '+0', '-exec', 'dd', 'if={}', 'iflag=nocache', 'count=0', 'status=none', ';'], { stdio: 'ignore' });
};

const segmentBytes = 1_000_000;
/** Units that were moved to the archive, asked for by twenty at once: until the first segment is there. The near place does not have them. */
export async function retrieve(folder: string, plan: { units: number; unitBytes: number; clients: number; looks: number }): Promise<number[]> {
  const [near, far] = [join(folder, 'near'), join(folder, 'far')];
  const files = tieredStorage(folderStorage(near), folderStorage(far), join(folder, 'incoming'));
  const keys = Array.from({ length: plan.units }, (_, unit) => `replays/${unit}.mp4`);
  for (const key of keys) {
    await files.putBytes(key, randomBytes(plan.unitBytes));
    await files.archive(key);
  }
  forget(far);
  const times: number[] = [];
  await Promise.all(Array.from({ length: plan.clients }, async (_, client) => {
    for (let count = 0; count < plan.looks; count++) {
      const began = performance.now();
      const start = Math.floor((plan.unitBytes - segmentBytes) * (count / plan.looks));
      let bytes = 0;
      for await (const piece of files.stream(keys[(client + count * plan.clients) % keys.length]!, { start, end: start + segmentBytes - 1 })) bytes += (piece as Buffer).length;
      if (bytes !== segmentBytes) throw new Error(`a segment of ${bytes} bytes`);
      times.push(performance.now() - began);
    }
  }));
  return times;
}

/** A fast end of the server; whoever watches over it starts it again. */
async function restart(product: { databaseUrl: string; dataDir: string; postgresPid(): number | null }): Promise<void> {
  const before = product.postgresPid();
  if (before === null) throw new Error('cold cache needs the PostgreSQL of the product itself: leave DATABASE_URL out');
  process.kill(before, 'SIGINT');
  for (let tries = 0; tries < 600; tries++) {
    await pause(200);
    const client = new Client({ connectionString: product.databaseUrl });
    const up = product.postgresPid() !== before && await client.connect().then(() => true, () => false);
    await client.end().catch(() => undefined);
    if (up) break;
    if (tries === 599) throw new Error('PostgreSQL did not come back');
  }
  forget(product.dataDir);
}

/** While rows are made nothing is written out twice or waited for; what is measured afterwards runs on the settings of the product. */
async function hurry(client: Client, on: boolean): Promise<void> {
  for (const [name, value] of [['fsync', 'off'], ['full_page_writes', 'off'], ['max_wal_size', "'8GB'"]]) await client.query(on ? `alter system set ${name} = ${value}` : `alter system reset ${name}`);
  await client.query('select pg_reload_conf()');
}

const p95 = (looked: readonly Looked[], kind: string): number => Math.round(percentile(looked.filter((one) => one.kind.startsWith(kind)).map(({ ms }) => ms), 0.95));

/** `--learners` 200,000, `--years` 5, `--looks` 24 of each of the twenty. */
export const benchArchive = (args: readonly string[]): Promise<Figures> => withProduct({ ...withoutDemo, LOG_LEVEL: 'error' }, 1, async ({ product, folder }) => {
  const plan = { learners: numberOption(args, 'learners', 200_000), years: numberOption(args, 'years', 5) };
  const vault = createVault(await loadMasterKey(masterKeyFile({ DATA_DIR: product.dataDir, MASTER_KEY_FILE: undefined })));
  const [first, client] = [await openDatabase(product.databaseUrl), new Client({ connectionString: product.databaseUrl })];
  await client.connect();
  const began = performance.now();
  await hurry(client, true);
  const made = await makeArchive(first, client, vault, plan, new Date());
  await hurry(client, false);
  const madeSeconds = Math.round((performance.now() - began) / 1000);
  const { rows: [size] } = await client.query<{ bytes: string }>('select pg_database_size(current_database()) as bytes');
  await Promise.all([first.close(), client.end()]);
  await restart(product);
  const orm = await openDatabase(product.databaseUrl);
  try {
    const [cpu, from] = [process.cpuUsage(), performance.now()];
    const looked = await lookAtArchive(orm, vault, made, { clients, looks: numberOption(args, 'looks', 24), thinkMs: 250 });
    const { user, system } = process.cpuUsage(cpu);
    const generatorCpu = Math.round((user + system) / 10 / (performance.now() - from)) / 100;
    const units = { units: 60, unitBytes: 16_000_000, clients, looks: 6 };
    const fetched = await retrieve(join(folder, 'archive'), units);
    return {
      learners: plan.learners, years: plan.years, unitsOfLearner, institutions: made.institutionIds.length, rows: made.rows, madeSeconds, clients, looks: looked.length,
      searchP95Ms: p95(looked, 'search'), ledgerP95Ms: p95(looked, 'ledger'), retrieveArchivedP95Ms: Math.round(percentile(fetched, 0.95)),
      searchNameP95Ms: p95(looked, 'searchName'), searchNumberP95Ms: p95(looked, 'searchNumber'), searchCertificateP95Ms: p95(looked, 'searchCertificate'), slowestMs: Math.round(Math.max(...looked.map(({ ms }) => ms))),
      archivedUnits: units.units, archivedUnitMb: units.unitBytes / 1e6, diskMb: Math.round(Number(size!.bytes) / 1e6), generatorCpu,
      method: `rows made by SQL, sums of the ledger by the product, vacuumed and analysed; then PostgreSQL restarted and its files dropped from the machine's memory; ${clients} clients of one process in a mixture of searches by name, number and certificate over all institutions and pages of a ledger with its figures, by the queries behind both pages (no HTTP between), pausing 0 to 500 ms; retrieved: ${clients} at once read 1 MB out of units that lie in the archive only, from its folder on this machine's disk, not in memory`,
    };
  } finally {
    await orm.close();
  }
});
