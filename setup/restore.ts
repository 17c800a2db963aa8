// `npm run restore -- --from DIR --keys DIR --to DATA_DIR [--at TIME]`: a platform out of its backup, into an empty folder. See docs/backup.md.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigError } from '#runtime/config.ts';
import { headsOf, logWords } from './backup/held-heads.ts';
import { linesOf } from './backup/places.ts';
import { restoreBackup } from './backup/restore.ts';

const usage = 'Usage: npm run restore -- --from BACKUP_DIR --keys BACKUP_KEYS_DIR --to DATA_DIR [--at 2026-11-23T09:30:00+08:00] [--head HEAD]…';
type Say = (line: string) => void;

function wordsOf(words: readonly string[]) {
  try {
    const { values } = parseArgs({ args: [...words], options: { from: { type: 'string' }, keys: { type: 'string' }, to: { type: 'string' }, at: { type: 'string' }, head: { type: 'string', multiple: true } } });
    return values;
  } catch {
    throw new ConfigError([usage]);
  }
}

/** Throws ConfigError; BackupRefused's line begins with its code. */
export async function runRestore(words: readonly string[], cwd: string, say: Say, signal?: AbortSignal): Promise<void> {
  const { from, keys, to, at, head } = wordsOf(words);
  if (!from || !keys || !to) throw new ConfigError([usage]);
  // Without a zone it would be another instant on another machine.
  const instant = at === undefined ? null : /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(at) ? new Date(at) : new Date(NaN);
  if (instant && Number.isNaN(instant.getTime())) throw new ConfigError([`--at ${at}: a time with its zone, such as 2026-11-23T09:30:00+08:00.`]);
  const target = resolve(cwd, to);
  const restored = await restoreBackup({ place: { dir: resolve(cwd, from), keysDir: resolve(cwd, keys) }, to: target, at: instant, held: headsOf(head ?? []), now: () => new Date(), say, ...(signal && { signal }) });
  say(`Restored ${restored.stamp} to ${target} in ${(restored.tookMs / 1000).toFixed(1)} s, ${instant ? `as it was ${instant.toISOString()}` : `up to ${restored.reachesTo.toISOString()}`}.`);
  say(`${restored.streams} chains end as they were noted, ${restored.files} files (${(restored.bytes / 1e6).toFixed(1)} MB) are as they were saved.`);
  say(logWords(restored.log));
  const { put, gone } = restored.learnerKeys;
  say(`Sealed with a new master key (keys/master.key; take MASTER_KEY away where it is set): ${put} learners' keys${gone > 0 ? `, ${gone} were made too late to be copied and are gone` : ''}.`);
  say(`Deletions repeated: ${Object.entries(restored.repeated).map(([name, rows]) => `${name} ${rows}`).join(', ')}.`);
  say(`Start it with DATA_DIR=${target} npm start`);
}

if (import.meta.main) {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  try {
    // Folders are named from where the command was typed; npm changes to the project's.
    await runRestore(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd(), (line) => process.stdout.write(`${line}\n`), stopping.signal);
  } catch (error) {
    const lines = linesOf(error);
    if (!lines) throw error;
    for (const line of lines) process.stderr.write(`${line}\n`);
    process.exitCode = 2;
  }
}
