// `npm run backup`: takes a backup now, keeps taking them, says how they stand, or tries a restore (drill). `npm start` keeps them by itself.
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '#db/orm.ts';
import { backupState } from '#db/queries/backups.ts';
import type { HeldHead } from '#db/queries/evidence-log.ts';
import { backupWarnings } from '#domain/backup.ts';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { createLog } from '#runtime/log.ts';
import { objectStoreSettings } from '#runtime/open-storage.ts';
import { settings, type SettingName } from '#runtime/settings.ts';
import { runDrill } from './backup/drill.ts';
import { backUpBase, backUpFiles, keepBackups, prune, type BackupDeps } from './backup/keeper.ts';
import { BackupRefused, baseDir, checkedPlaces, linesOf } from './backup/places.ts';
import { headsOf, logWords } from './backup/held-heads.ts';
import { findDatabase } from './find-database.ts';
import { foundPaths } from './found.ts';

const usage = 'Usage: npm run backup [-- now | keep | drill [FOLDER] [--head HEAD]… | status]';
const commands = ['now', 'keep', 'drill', 'status'] as const;
type Say = (line: string) => void;
const names = Object.keys(settings) as SettingName[];
const age = (ms: number | null): string => (ms === null ? 'never' : ms < 180_000 ? `${Math.round(ms / 1000)} s ago` : ms < 7_200_000 ? `${Math.round(ms / 60_000)} min ago` : `${Math.round(ms / 3_600_000)} h ago`);

interface Words { command: (typeof commands)[number]; folder: string | undefined; held: HeldHead[] }
function wordsOf(words: readonly string[]): Words {
  const given = parsedWords(words);
  const [first = 'now', folder, ...more] = given?.positionals ?? [];
  const [command, heads] = [commands.find((one) => one === first), given?.values.head ?? []];
  if (!given || !command || more.length > 0 || (command !== 'drill' && (folder !== undefined || heads.length > 0))) throw new ConfigError([usage]);
  return { command, folder, held: headsOf(heads) };
}
function parsedWords(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options: { head: { type: 'string', multiple: true } } });
  } catch {
    return null;
  }
}

async function takeNow(deps: BackupDeps, say: Say): Promise<void> {
  const manifest = await backUpBase(deps);
  const bytes = Object.values(manifest.files).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  say(`Base backup ${baseDir(deps.place.dir, manifest.stamp)}: ${(bytes / 1e6).toFixed(1)} MB, ${manifest.streams} chains, ${manifest.events} facts.`);
  const pass = await backUpFiles(deps);
  say(`Files: ${pass.files} (${(pass.bytes / 1e6).toFixed(1)} MB), of them ${pass.copied} new (${(pass.copiedBytes / 1e6).toFixed(1)} MB).`);
  await prune(deps);
}

async function status({ orm }: BackupDeps, say: Say): Promise<void> {
  const state = await backupState(orm.em.fork());
  say(`Base backup: ${age(state.baseMs)}. WAL: ${age(state.walMs)}. Drill: ${age(state.drillMs)}.`);
  for (const warning of backupWarnings(state)) say(`Warning: ${warning}`);
  if (state.failing) say(`Failing: ${state.failing.kind} (${state.failing.code}) at ${state.failing.at}`);
}

async function drill({ orm, place, now }: BackupDeps, { folder, held }: Words, filesElsewhere: boolean, say: Say): Promise<void> {
  const result = await runDrill({ orm, place, now, say, filesElsewhere, held }, folder);
  const { restored, streams, links, unlinked, files, lostFacts, lostSeconds, tookMs } = result;
  say(`Restored ${restored.stamp} up to ${restored.reachesTo.toISOString()}: ${streams} chains with ${links} links verified, ${unlinked} facts not yet linked.`);
  say(logWords(restored.log));
  say(files ? `Files: ${files.intact} as their rows say, ${files.notYet} newer than the last pass.` : 'Files: in the object store, not in this backup.');
  say(`Deletions repeated: ${Object.entries(restored.repeated).map(([name, rows]) => `${name} ${rows}`).join(', ')}.`);
  say(`Facts lost: ${lostFacts}${lostFacts > 0 ? `, the oldest ${lostSeconds.toFixed(1)} s old` : ''}. Took ${(tookMs / 1000).toFixed(1)} s.`);
}

async function keep(deps: BackupDeps, level: string): Promise<void> {
  const keeper = keepBackups(deps, createLog('backup', level));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void keeper.stop());
  process.send?.({ type: 'ready' });
  await keeper.done;
}

/** Runs one command. Throws ConfigError with one line per thing that is wrong. */
export async function runBackup(words: readonly string[], env: NodeJS.ProcessEnv, say: Say): Promise<void> {
  const asked = wordsOf(words);
  const { command } = asked;
  const config = readConfig(names, { ...foundPaths(env), ...env });
  const dataDir = resolve(join(import.meta.dirname, '..'), config.DATA_DIR);
  const { BACKUP_DIR: dir, BACKUP_KEYS_DIR: keysDir } = config;
  if (!dir || !keysDir) throw new BackupRefused('not_set_up', 'set BACKUP_DIR and BACKUP_KEYS_DIR, two folders apart from each other and from DATA_DIR.');
  const place = checkedPlaces({ dir, keysDir }, dataDir);
  const database = await findDatabase(config, dataDir);
  try {
    const orm = await openDatabase(database.url);
    const { MASTER_KEY, MASTER_KEY_FILE, EVIDENCE_KEY_FILE } = config;
    const deps: BackupDeps = { url: database.url, orm, place, keys: { DATA_DIR: dataDir, MASTER_KEY, MASTER_KEY_FILE, EVIDENCE_KEY_FILE }, keepDays: config.BACKUP_KEEP_DAYS, now: () => new Date() };
    try {
      if (command === 'now') await takeNow(deps, say);
      else if (command === 'status') await status(deps, say);
      else if (command === 'drill') await drill(deps, asked, objectStoreSettings(config) !== null, say);
      else await keep(deps, config.LOG_LEVEL);
    } finally {
      await orm.close();
    }
  } finally {
    await database.close();
  }
}

if (import.meta.main) {
  try {
    await runBackup(process.argv.slice(2), process.env, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    const lines = linesOf(error);
    if (!lines) throw error;
    for (const line of lines) process.stderr.write(`${line}\n`);
    process.exitCode = 2;
  }
}
