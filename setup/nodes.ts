// `npm run nodes`: the media nodes there are, and taking one out of service or back. The node hears it at its next registration.
import { join, resolve } from 'node:path';
import { openDatabase, platform, unitOfWork, type Orm } from '#db/orm.ts';
import { knownNodes, setDraining, type KnownNode } from '#db/queries/media-nodes.ts';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { databaseSettings, findDatabase } from './find-database.ts';
import { foundPaths } from './found.ts';

const usage = 'Usage: npm run nodes -- list | drain ID | undrain ID';
type Say = (line: string) => void;

function stateOf({ fresh, draining, load }: KnownNode): string {
  if (!fresh) return 'silent';
  if (draining || load.draining) return draining === load.draining ? 'draining' : draining ? 'to drain' : 'to serve';
  return load.full ? 'full' : 'serving';
}

function heard(agoMs: number): string {
  const seconds = Math.round(agoMs / 1000);
  return seconds < 120 ? `${seconds} s ago` : seconds < 7200 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
}

/** One line per node under a head line, columns as wide as they need. */
function nodeTable(nodes: readonly KnownNode[]): string[] {
  const rows = [['NODE', 'STATE', 'HEARD', 'ROOMS', 'SEATS', 'STREAMS', 'CPU', 'MBIT/S', 'ADDRESS'], ...nodes.map((node) => {
    const { capacity, load } = node;
    const streams = load.workers.reduce((sum, worker) => sum + worker.consumers, 0);
    const cpu = load.workers.length > 0 ? `${Math.round(load.workers.reduce((sum, worker) => sum + worker.cpuPercent, 0) / load.workers.length)} %` : '-';
    const egress = (load.egressBitsPerSecond / 1_000_000).toFixed(1);
    return [
      node.nodeId, stateOf(node), heard(node.heardAgoMs), `${node.rooms}`, `${node.seats}`, `${streams}/${capacity.workers * capacity.streamsPerWorker}`, cpu,
      capacity.egressMbps > 0 ? `${egress}/${capacity.egressMbps}` : egress, node.controlUrl,
    ];
  })];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd());
}

async function list(orm: Orm, say: Say): Promise<void> {
  const nodes = await knownNodes(orm.em.fork());
  for (const line of nodes.length > 0 ? nodeTable(nodes) : ['No media node has registered yet.']) say(line);
}

async function drain(orm: Orm, nodeId: string, draining: boolean, say: Say): Promise<void> {
  if (!await unitOfWork(orm, platform, (em) => setDraining(em, nodeId, draining))) {
    throw new ConfigError([`There is no media node called ${nodeId}: npm run nodes -- list shows those there are.`]);
  }
  say(draining ? `${nodeId} takes no new lessons and no new people; what is there ends by itself.` : `${nodeId} takes lessons and people again.`);
}

/** Runs one command. Throws ConfigError with one line per thing that is wrong. */
export async function runNodes(words: readonly string[], env: NodeJS.ProcessEnv, say: Say): Promise<void> {
  const [command, nodeId = ''] = words;
  const known = command === 'list' ? words.length === 1 : (command === 'drain' || command === 'undrain') && words.length === 2;
  if (!known) throw new ConfigError([usage]);
  const config = readConfig(databaseSettings, { ...foundPaths(env), ...env });
  const database = await findDatabase(config, resolve(join(import.meta.dirname, '..'), config.DATA_DIR));
  try {
    const orm = await openDatabase(database.url);
    await (command === 'list' ? list(orm, say) : drain(orm, nodeId, command === 'drain', say)).finally(() => orm.close());
  } finally {
    await database.close();
  }
}

if (import.meta.main) {
  try {
    await runNodes(process.argv.slice(2), process.env, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const line of error.lines) process.stderr.write(`${line}\n`);
    process.exitCode = 2;
  }
}
