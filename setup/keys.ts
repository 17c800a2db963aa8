// `npm run keys`: which master key the database is sealed with, and another one in its place. The product stands still meanwhile.
import { randomBytes } from 'node:crypto';
import { access, link, readFile, rename } from 'node:fs/promises';
import { resolve } from 'node:path';
import { evidenceKeyFile, rotateEvidenceKey } from '#db/evidence-key.ts';
import { rotateMasterKey, rowsLeft, type Rows } from '#db/key-rotation.ts';
import { readKeyFile } from '#db/key-file.ts';
import { checkedMasterKey, keyState, masterKeyBytes, masterKeyFile, parseMasterKey } from '#db/master-key.ts';
import { openDatabase, type Orm } from '#db/orm.ts';
import { knownProcesses } from '#db/queries/process-reports.ts';
import { loggedDeed } from '#db/queries/security-log.ts';
import { keyVersionOf } from '#db/vault.ts';
import { ConfigError, readConfig } from '#runtime/config.ts';
import type { Config } from '#runtime/settings.ts';
import { databaseSettings, findDatabase } from './find-database.ts';
import { lockFolder } from './folder-lock.ts';
import { foundPaths } from './found.ts';

const usage = 'Usage: npm run keys -- status | rotate | rotate-evidence';
type Say = (line: string) => void;
const keySettings = [...databaseSettings, 'MASTER_KEY_FILE', 'MASTER_KEY', 'MASTER_KEY_NEXT', 'EVIDENCE_KEY_FILE'] as const;
type KeyConfig = Config<(typeof keySettings)[number]>;
/** Processes report every few seconds; one that was killed is forgotten after this. */
const silentMs = 30_000;

interface Keys {
  from: Buffer; to: Buffer;
  /** Where the new one lies, for people. */
  newPlace: string;
  /** Once nothing is under the old key: puts it aside and the new one in its place. */
  settle(): Promise<string>;
}

const there = (path: string): Promise<boolean> => access(path).then(() => true, () => false);

async function keyIn(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => { throw new ConfigError([`MASTER_KEY_FILE=${path} cannot be read: ${error.code}`]); });
  return checkedMasterKey(path, bytes);
}

/** The old key stays under a name with its version, so that a backup from before can still be read. Each step may have been the last one before a kill. */
async function exchange(path: string, next: string, version: string): Promise<string> {
  const aside = `${path}.old-${version}`;
  await link(path, aside).catch((error: NodeJS.ErrnoException) => { if (error.code !== 'EEXIST') throw error; });
  await rename(next, path);
  return `The new key is ${path}; back it up, apart from the database. The old one is put aside as ${aside}: keep it as long as backups from before, then destroy it.`;
}

async function keysOfFiles(path: string): Promise<Keys> {
  const next = `${path}.next`;
  const from = await keyIn(path);
  const to = checkedMasterKey(next, await readKeyFile(next, next, () => randomBytes(masterKeyBytes)));
  return { from, to, newPlace: next, settle: () => exchange(path, next, keyVersionOf(from)) };
}

function keysOfEnvironment({ MASTER_KEY: old, MASTER_KEY_NEXT: next }: KeyConfig): Keys {
  if (!old || !next) throw new ConfigError([`${old ? 'MASTER_KEY_NEXT' : 'MASTER_KEY'} is missing: with the key in the environment both are needed for a change.`]);
  const from = parseMasterKey('MASTER_KEY', old);
  const to = parseMasterKey('MASTER_KEY_NEXT', next);
  const last = 'Now set MASTER_KEY to what MASTER_KEY_NEXT was, and take MASTER_KEY_NEXT away. Keep the old key as long as backups from before, then destroy it.';
  return { from, to, newPlace: 'MASTER_KEY_NEXT', settle: () => Promise.resolve(last) };
}

async function requireStillness(orm: Orm): Promise<void> {
  const running = (await knownProcesses(orm.em.fork())).filter(({ heardAgoMs }) => heardAgoMs < silentMs);
  if (running.length === 0) return;
  throw new ConfigError(running.map(({ role, host, pid, heardAgoMs }) =>
    `${role} on ${host} (process ${pid}) was heard ${Math.round(heardAgoMs / 1000)} s ago: stop it first. One that was killed is forgotten after ${silentMs / 1000} s.`));
}

const leftWords = ({ learnerKeys, identities, secrets, secondFactors }: Rows): string => `${learnerKeys} learner keys and ${identities} identities left${secrets > 0 ? `, ${secrets} secrets of connectors` : ''}${secondFactors > 0 ? `, ${secondFactors} second factors` : ''}`;

async function rotate(orm: Orm, config: KeyConfig, say: Say): Promise<void> {
  await requireStillness(orm);
  const keys = config.MASTER_KEY ? keysOfEnvironment(config) : await keysOfFiles(masterKeyFile(config));
  const before = await rowsLeft(orm.em.fork(), keyVersionOf(keys.to));
  say(`From ${keyVersionOf(keys.from)} to ${keyVersionOf(keys.to)} (${keys.newPlace}): ${leftWords(before)}. Both keys are needed until this says that it is done.`);
  await rotateMasterKey(orm, keys, { onBatch: (left) => say(leftWords(left)) });
  say(await keys.settle());
  say('Done.');
}

async function status(orm: Orm, config: KeyConfig, say: Say): Promise<void> {
  const { current, next } = await keyState(orm.em.fork());
  say(current ? `The database is sealed with ${current}.` : 'No key is known to the database yet: the first start says it.');
  if (next) say(`A change to ${next} has begun: ${leftWords(await rowsLeft(orm.em.fork(), next))}. npm run keys -- rotate goes on with it.`);
  const path = masterKeyFile(config);
  if (config.MASTER_KEY) say(`MASTER_KEY is ${keyVersionOf(parseMasterKey('MASTER_KEY', config.MASTER_KEY))}.`);
  else say(await there(path) ? `${path} is ${keyVersionOf(await keyIn(path))}.` : `${path} is not there.`);
}

async function rotateEvidence(orm: Orm, config: KeyConfig, say: Say): Promise<void> {
  const path = evidenceKeyFile(config);
  const { from, to } = await rotateEvidenceKey(orm, path, new Date());
  say(`Heads are signed with ${to.slice(0, 16)} from now on, endorsed by ${from.slice(0, 16)}, which is destroyed here. Back ${path} up, apart from the database, and destroy old copies.`);
}
const deeds = { status, rotate, 'rotate-evidence': rotateEvidence };

/** Runs one command. Throws ConfigError with one line per thing that is wrong. */
export async function runKeys(words: readonly string[], env: NodeJS.ProcessEnv, say: Say): Promise<void> {
  const command = words.length === 1 ? words[0] : undefined;
  if (command !== 'status' && command !== 'rotate' && command !== 'rotate-evidence') throw new ConfigError([usage]);
  const given = readConfig(keySettings, { ...foundPaths(env), ...env });
  const dataDir = resolve(import.meta.dirname, '..', given.DATA_DIR);
  const config = { ...given, DATA_DIR: dataDir };
  // While it is held no product starts in this folder.
  const folder = command === 'rotate' && await there(dataDir) ? await lockFolder(dataDir, 'product') : null;
  try {
    const database = await findDatabase(config, dataDir);
    try {
      const orm = await openDatabase(database.url);
      const deed = (): Promise<void> => deeds[command](orm, config, say);
      await (command === 'status' ? deed() : loggedDeed(orm, { kind: 'key', subject: `npm run keys -- ${command}` }, deed)).finally(() => orm.close());
    } finally {
      await database.close();
    }
  } finally {
    await folder?.release();
  }
}

if (import.meta.main) {
  try {
    await runKeys(process.argv.slice(2), process.env, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const line of error.lines) process.stderr.write(`${line}\n`);
    process.exitCode = 2;
  }
}
