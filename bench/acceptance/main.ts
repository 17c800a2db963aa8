// `npm run acceptance`: prepares a class on an instance, runs the load against an address, writes the signed report, and checks one. See docs/acceptance.md.
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openDatabase } from '#db/orm.ts';
import { instanceKeyFile, loadInstanceKey } from '#db/instance-key.ts';
import { masterKeySettings, readMasterKey } from '#db/master-key.ts';
import { createVault } from '#db/vault.ts';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { createLog } from '#runtime/log.ts';
import { openStorage, storageSettings } from '#runtime/open-storage.ts';
import { prepareClass, type AcceptanceClass } from '../../setup/acceptance-class.ts';
import { databaseSettings, findDatabase } from '../../setup/find-database.ts';
import { foundPaths } from '../../setup/found.ts';
import { checkReport, fingerprintOf, pageOf, reportFormat, signReport, type Report } from './report.ts';
import { judge } from './requirements.ts';
import { runAcceptance } from './run.ts';

const usage = `npm run acceptance -- --url https://… --learners N [--media M] [--browsers B] [--seconds S] [--out FOLDER]   on the instance itself
npm run acceptance -- --prepare --learners N --class FILE [--into-production]                                on the instance
npm run acceptance -- --url https://… --class FILE [--media M] …                                             on another machine; report unsigned
npm run acceptance -- --sign FILE                                                                            on the instance
npm run acceptance -- --check FILE [--key PUBLIC_KEY]`;

const options = {
  url: { type: 'string' }, learners: { type: 'string' }, media: { type: 'string' }, browsers: { type: 'string' }, seconds: { type: 'string' }, out: { type: 'string' },
  class: { type: 'string' }, prepare: { type: 'boolean' }, 'into-production': { type: 'boolean' }, light: { type: 'boolean' }, sign: { type: 'string' }, check: { type: 'string' }, key: { type: 'string' },
} as const;
type Words = ReturnType<typeof parseArgs<{ options: typeof options }>>['values'];

const root = join(import.meta.dirname, '../..');
const say = (line: string): void => { process.stderr.write(`${line}\n`); };
/** Files are named from where the command was typed; npm changes to the project's folder. */
const placeOf = (path: string): string => resolve(process.env['INIT_CWD'] ?? process.cwd(), path);

function numberOf(words: Words, name: 'learners' | 'media' | 'browsers' | 'seconds', usual: number | null, least = 0): number {
  const value = words[name] === undefined ? usual : Number(words[name]);
  if (value === null) throw new ConfigError([`--${name} is missing.`, usage]);
  if (!Number.isInteger(value) || value < least || value > 100_000) throw new ConfigError([`--${name} must be a whole number from ${least} to 100000.`]);
  return value;
}

function ownSettings() {
  const config = readConfig([...databaseSettings, ...storageSettings, ...masterKeySettings], { ...foundPaths(process.env), ...process.env });
  return { ...config, DATA_DIR: resolve(root, config.DATA_DIR) };
}

async function prepare(words: Words): Promise<AcceptanceClass> {
  const config = ownSettings();
  const vault = createVault(await readMasterKey(config));
  const database = await findDatabase(config, config.DATA_DIR);
  const storage = await openStorage(config, createLog('acceptance', 'error'));
  try {
    const orm = await openDatabase(database.url);
    try {
      return await prepareClass(orm, numberOf(words, 'learners', null, 2), { vault, intoProduction: words['into-production'] ?? false, films: { storage: storage.files, ffmpeg: foundPaths(process.env).FFMPEG_BIN ?? 'ffmpeg' } });
    } finally {
      await orm.close();
    }
  } finally {
    storage.close();
    await database.close();
  }
}

async function readClass(path: string): Promise<AcceptanceClass> {
  try {
    const klass = JSON.parse(await readFile(placeOf(path), 'utf8')) as AcceptanceClass;
    if (typeof klass.lessonId !== 'string' || !Array.isArray(klass.learners) || klass.learners.length < 2) throw new Error('it holds no class');
    return klass;
  } catch (error) {
    throw new ConfigError([`--class ${path} cannot be used: ${(error as Error).message}. --prepare makes one on the instance.`]);
  }
}

function commit(): string {
  try {
    const git = (...args: string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') ? '+' : '');
  } catch {
    return 'unknown';
  }
}

/** Signed where the instance's key is; unsigned elsewhere, until `--sign` on the instance. */
async function write(report: Report, folder: string, signed: boolean): Promise<void> {
  await mkdir(folder, { recursive: true });
  const name = join(folder, `acceptance-${report.startedAt.replaceAll(':', '').slice(0, 17)}`);
  if (!signed) {
    await writeFile(`${name}.unsigned.json`, JSON.stringify({ report }, null, 2));
    return say(`Unsigned report: ${name}.unsigned.json — on the instance: npm run acceptance -- --sign FILE`);
  }
  const key = await loadInstanceKey(instanceKeyFile(ownSettings().DATA_DIR));
  const done = signReport(report, key);
  await writeFile(`${name}.json`, JSON.stringify(done, null, 2));
  await writeFile(`${name}.html`, pageOf(done));
  say(`Report: ${name}.html and .json, key ${fingerprintOf(key.publicKey)}`);
}

async function run(words: Words): Promise<void> {
  if (!words.url || !URL.canParse(words.url)) throw new ConfigError(['--url is missing, or is no address.', usage]);
  const found = foundPaths(process.env);
  const remote = words.class !== undefined;
  const klass = remote ? await readClass(words.class!) : await prepare(words);
  const startedAt = new Date().toISOString();
  const { figures, generators } = await runAcceptance({
    url: words.url, klass, media: numberOf(words, 'media', Math.min(100, klass.learners.length)), browsers: numberOf(words, 'browsers', 2), seconds: numberOf(words, 'seconds', 60, 1),
    chromium: found.CHROMIUM_BIN ?? null, ffmpeg: found.FFMPEG_BIN ?? 'ffmpeg', light: words.light ?? false, say,
  });
  const report: Report = {
    format: reportFormat, url: words.url, startedAt, endedAt: new Date().toISOString(), commit: commit(), sameMachine: !remote,
    machine: `${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`, requirements: judge(figures), figures, generators,
  };
  await write(report, placeOf(words.out ?? '.'), !remote);
  for (const { id, verdict, measured, why } of report.requirements) process.stdout.write(`${id}  ${verdict}  ${measured.en}${why.en ? ` (${why.en})` : ''}\n`);
}

async function check(words: Words): Promise<number> {
  const text = await readFile(placeOf(words.check!), 'utf8').catch((error: NodeJS.ErrnoException) => { throw new ConfigError([`${words.check} cannot be read: ${error.code}`]); });
  const { wrong, signed } = checkReport(text, words.key ?? null);
  for (const line of wrong) process.stdout.write(`${words.check}: ${line}\n`);
  if (wrong.length === 0 && signed) process.stdout.write(`${words.check}: as it was signed with ${fingerprintOf(signed.signature.publicKey)}, ${signed.report.endedAt}\n`);
  return wrong.length === 0 ? 0 : 1;
}

async function sign(path: string): Promise<void> {
  let report: Report;
  try {
    ({ report } = JSON.parse(await readFile(placeOf(path), 'utf8')) as { report: Report });
    if (report.format !== reportFormat) throw new Error('it is no acceptance report');
  } catch (error) {
    throw new ConfigError([`--sign ${path}: ${(error as Error).message}`]);
  }
  await write(report, placeOf(join(path, '..')), true);
}

async function main(): Promise<number> {
  let words: Words;
  try {
    ({ values: words } = parseArgs({ options, allowPositionals: false }));
  } catch (error) {
    throw new ConfigError([(error as Error).message, usage]);
  }
  if (words.check) return check(words);
  if (words.sign) await sign(words.sign);
  else if (words.prepare) {
    if (!words.class) throw new ConfigError(['--class FILE is missing: where the class is written.', usage]);
    await writeFile(placeOf(words.class), JSON.stringify(await prepare(words)), { mode: 0o600 });
    say(`${words.class} logs in as everybody in it for 12 hours: keep it like a password.`);
  } else await run(words);
  return 0;
}

try {
  process.exit(await main());
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  for (const line of error.lines) process.stderr.write(`${line}\n`);
  process.exit(2);
}
