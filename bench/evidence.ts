// bench evidence: facts appended with chain and log on a real PostgreSQL with fsync, a file of them verified, and everything anybody could do to it: 1,000 changes, and 100 forgeries by whoever holds the key.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Pool } from 'pg';
import { loadSigner } from '#db/evidence-key.ts';
import { appendEvents, migrate, openDatabase, platform, unitOfWork, type Orm, type Stream } from '#db/orm.ts';
import { sealNow } from '#db/queries/tree-heads.ts';
import { canonicalJson } from '#domain/evidence/canonical.ts';
import { checkEvidence } from '#domain/evidence/evidence-check.ts';
import type { EvidenceLine, SignedHead } from '#domain/evidence/evidence-file.ts';
import { evidenceLines } from '#domain/evidence/evidence-lines.ts';
import { newId } from '#domain/id.ts';
import { nodeTools, verifyEvidenceFile } from '#runtime/evidence-tools.ts';
import { freePort } from '#runtime/free-port.ts';
import { createLog } from '#runtime/log.ts';
import { seededRandom } from '#runtime/seeded-random.ts';
import { ensureDatabase } from '../setup/databases.ts';
import { startPostgres } from '../setup/embedded-postgres.ts';
import { EventLinker } from '../worker/events/linker.ts';
import { forge } from './evidence/forge.ts';
import { addClass, addDay, allLeaves, exported, parsed, someEvents, someStreams, without } from './evidence/made.ts';
import { mutated, mutationKinds } from './evidence/mutate.ts';
import { secondOpinion } from './evidence/second-verifier.ts';
import { inFolder, numberOption } from './product-world.ts';

type Figures = Record<string, unknown>;
const lanes = 20;
/** Facts of one moment that the product writes in one transaction, as when a class answers (docs/decisions/059). */
const together = 50;
const seed = '5e'.repeat(32);

/** Every lane appends to its stream; answers the seconds until the last one is linked too. */
async function appended(orm: Orm, streams: readonly Stream[], perStream: number, batch: number): Promise<number> {
  const linker = await EventLinker.create({ orm, log: createLog('bench', 'silent'), now: () => new Date() });
  const began = performance.now();
  try {
    await Promise.all(streams.map(async (stream) => {
      for (let done = 0; done < perStream; done += batch) await unitOfWork(orm, platform, (em) => appendEvents(em, someEvents(stream, batch, new Date())));
    }));
    for (;;) {
      const [{ left }] = await orm.em.fork().execute<[{ left: number }]>('select count(*)::int as left from unnest(?::text[]) s(stream) where coalesce((select max(position) from event_link l where l.stream = s.stream), 0) < ?', [`{${streams.join(',')}}`, perStream]);
      if (left === 0) return (performance.now() - began) / 1000;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  } finally {
    await linker.close();
  }
}

/** The same rows into the same table with nothing of the product's between, no chain. */
async function bare(url: string, perStream: number): Promise<number> {
  const pool = new Pool({ connectionString: url, max: 10 });
  const began = performance.now();
  try {
    await Promise.all(someStreams(lanes).map(async (stream) => {
      for (let done = 0; done < perStream; done += together) {
        const rows = someEvents(stream, together, new Date()).map(({ type, at, payload }) => ({ id: newId(), stream, type, at, payload }));
        await pool.query('insert into event (id, stream, type, at, payload) select id, stream, type, at, payload from jsonb_to_recordset($1::jsonb) as e(id uuid, stream text, type text, at timestamptz, payload jsonb)', [JSON.stringify(rows)]);
      }
    }));
    return (perStream * lanes) / ((performance.now() - began) / 1000);
  } finally {
    await pool.end();
  }
}

const opinion = (file: Buffer, heads: readonly SignedHead[] = []) => checkEvidence(evidenceLines((async function* whole() { yield file; })()), nodeTools, { heads });

/** Changes nobody noticed, and cases on which the two verifiers do not say the same of the same line. */
async function changes(file: Buffer, count: number): Promise<{ undetected: number; disagreed: number }> {
  const random = seededRandom(seed, 'changes');
  let [undetected, disagreed] = [0, 0];
  for (let index = 0; index < count; index++) {
    const changed = mutated(file, mutationKinds[index % mutationKinds.length]!, random);
    const { ok, fault } = await opinion(changed);
    if (ok) undetected++;
    if (secondOpinion(changed) !== (fault?.line ?? null)) disagreed++;
  }
  return { undetected, disagreed };
}

interface Forgeries { forgeriesAccepted: number; forgeriesNotWhole: number; disagreed: number }
/** Half of them rewrite the whole log; half keep all that somebody holds and put a forged state behind it. A forgery that does not agree with itself would prove nothing: those are counted too. */
async function forgeries(orm: Orm, keyFile: string, file: Buffer, heads: readonly SignedHead[], count: number): Promise<Forgeries> {
  const [signer, log, lines, random] = [await loadSigner(keyFile), await allLeaves(orm), parsed(file), seededRandom(seed, 'forger')];
  const old = heads[0]!;
  const sum = { forgeriesAccepted: 0, forgeriesNotWhole: 0, disagreed: 0 };
  const covered = coveredEvents(lines, old);
  for (let index = 0; index < count; index++) {
    const at = covered[Math.floor(random() * covered.length)]!;
    const change = (all: EvidenceLine[]): EvidenceLine[] => all.with(at, { ...all[at]!, ...(index % 4 < 2 ? { payload: { figure: 10_000 + index } } : { at: '2026-04-01T00:00:00.000000Z' }) } as EvidenceLine);
    const made = Buffer.from(forge(lines, log, signer, change, index % 2 === 0 ? 0 : old.size));
    if (index % 2 === 0 && (!(await opinion(made)).ok || secondOpinion(made) !== null)) sum.forgeriesNotWhole++;
    const verdict = await opinion(made, [old]);
    if (verdict.ok) sum.forgeriesAccepted++;
    if (secondOpinion(made, [old]) !== (verdict.fault?.line ?? null)) sum.disagreed++;
  }
  return sum;
}

/** Of each lesson a file in which it is left out, all else being right and signed: how many of them pass without anybody's head. */
async function withheld(orm: Orm, keyFile: string, file: Buffer, streams: readonly Stream[]): Promise<{ withheldUnnoticed: number; disagreed: number }> {
  const [signer, log, lines] = [await loadSigner(keyFile), await allLeaves(orm), parsed(file)];
  const sum = { withheldUnnoticed: 0, disagreed: 0 };
  for (const stream of streams) {
    const made = Buffer.from(forge(lines, log, signer, (all) => without(all, stream), log.length));
    const { ok, fault } = await opinion(made);
    if (ok) sum.withheldUnnoticed++;
    if (secondOpinion(made) !== (fault?.line ?? null)) sum.disagreed++;
  }
  return sum;
}

/** Lines of events that were under the old head already: what came after it, it cannot speak for. */
function coveredEvents(lines: readonly EvidenceLine[], old: SignedHead): number[] {
  const place = lines.filter((line) => line.kind === 'directory').findIndex(({ size }) => size === old.size);
  const covered: number[] = [];
  let [left, index] = [0, 0];
  for (const line of lines) {
    if (line.kind === 'stream') {
      const found = line.places[place]!;
      left = 'entry' in found ? found.entry.position! : 0;
    }
    if (line.kind === 'event' && left-- > 0) covered.push(index);
    index++;
  }
  return covered;
}

async function measured(orm: Orm, url: string, folder: string, events: number): Promise<Figures> {
  const keyFile = join(folder, 'evidence.key');
  const perStream = Math.ceil(events / lanes / together) * together;
  await appended(orm, someStreams(lanes), together, together);
  const cpu = process.cpuUsage();
  const streams = someStreams(lanes);
  const seconds = await appended(orm, streams, perStream, together);
  const { user, system } = process.cpuUsage(cpu);
  const single = await appended(orm, someStreams(lanes), 100, 1);
  const barePerSecond = await bare(url, perStream);
  const sealing = performance.now();
  const head = await sealNow(orm, keyFile, new Date());
  const sealMs = performance.now() - sealing;
  const path = join(folder, 'evidence.ndjson');
  const exporting = performance.now();
  const file = await exported(orm, keyFile, { streams }, new Date());
  const exportSeconds = (performance.now() - exporting) / 1000;
  await writeFile(path, file);
  const verifying = performance.now();
  const verdict = await verifyEvidenceFile(path, { heads: [head!] });
  if (!verdict.ok) throw new Error(`a true file was refused: ${JSON.stringify(verdict.fault)}`);
  const [stream] = parsed(file).filter((line) => line.kind === 'stream');
  return {
    events: verdict.events, streams: lanes, together, appendPerSecond: Math.round(perStream * lanes / seconds), singlePerSecond: Math.round(100 * lanes / single), barePerSecond: Math.round(barePerSecond), verifyPerSecond: Math.round(verdict.events / ((performance.now() - verifying) / 1000)),
    exportPerSecond: Math.round(verdict.events / exportSeconds), sealMs: Math.round(sealMs), proofBytes: stream!.path.length * 32, placeBytes: canonicalJson(stream!.places).length, logSize: head!.size, generatorCpu: Number(((user + system) / 1e6 / seconds).toFixed(2)),
  };
}

/** `--events N` (default 60,000), `--changes N` (1,000), `--forgeries N` (100). */
export async function benchEvidence(args: string[]): Promise<Figures> {
  const [events, wanted, forged] = [numberOption(args, 'events', 60_000), numberOption(args, 'changes', 1000), numberOption(args, 'forgeries', 100)];
  return inFolder(async (folder) => {
    const server = await startPostgres({ dataDir: folder, port: await freePort(), log: () => undefined });
    try {
      const url = await ensureDatabase(server.url, 'keshi');
      await migrate(url);
      const orm = await openDatabase(url);
      try {
        const figures = await measured(orm, url, folder, events);
        // What is changed and forged is smaller, as each case is verified whole: twenty streams, three days.
        const keyFile = join(folder, 'evidence.key');
        const streams = someStreams(lanes);
        const cohort = await addClass(orm, streams, new Date());
        const heads: SignedHead[] = [];
        for (const day of [1, 2, 3]) heads.push(await addDay(orm, keyFile, streams, 6, new Date(Date.now() + day * 86_400_000)));
        const file = await exported(orm, keyFile, { streams: [cohort, ...streams], held: heads.map(({ size }) => size) }, new Date());
        const changed = await changes(file, wanted);
        const { disagreed, ...accepted } = await forgeries(orm, keyFile, file, heads, forged);
        const left = await withheld(orm, keyFile, file, streams);
        return { ...figures, changes: wanted, undetected: changed.undetected, forgeries: forged, ...accepted, withheld: streams.length, withheldUnnoticed: left.withheldUnnoticed, verifiersDisagreed: changed.disagreed + disagreed + left.disagreed };
      } finally {
        await orm.close();
      }
    } finally {
      await server.stop();
    }
  });
}
