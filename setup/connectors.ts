// `npm run connectors`: supervision platforms that are sent facts; what waits, what was put aside, a replay, a comparison. Sending and comparing is the worker's.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Connector } from '#contracts/connector-routes.ts';
import { masterKeySettings, readMasterKey, requireCurrentKey } from '#db/master-key.ts';
import { openDatabase, type Orm } from '#db/orm.ts';
import { addConnector, askReconciliation, pauseConnector, replayFrom, sendDeadAgain, type Doing } from '#db/queries/connector-deeds.ts';
import { deadFacts, listConnectors, reconciliationsOf } from '#db/queries/connectors.ts';
import { loggedDeed } from '#db/queries/security-log.ts';
import { createVault } from '#db/vault.ts';
import { isWebhook } from '#domain/connector/mapping.ts';
import { DomainError } from '#domain/errors.ts';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { connectorSettings, loadMappings, type Mappings } from '#runtime/connector-mappings.ts';
import type { Config } from '#runtime/settings.ts';
import { databaseSettings, findDatabase } from './find-database.ts';
import { foundPaths } from './found.ts';

const usage = [
  'Usage: npm run connectors -- list',
  '       npm run connectors -- mappings',
  '       npm run connectors -- add NAME ADDRESS MAPPING [--institution ID] [--from YYYY-MM-DD]',
  '       npm run connectors -- pause ID | resume ID',
  '       npm run connectors -- replay ID --from YYYY-MM-DD',
  '       npm run connectors -- dead ID [--send-again]',
  '       npm run connectors -- reconcile ID --day YYYY-MM-DD',
];
type Say = (line: string) => void;
const settingNames = [...databaseSettings, ...masterKeySettings, ...connectorSettings] as const;
type Settings = Config<(typeof settingNames)[number]>;
interface At { doing: Doing; config: Settings; mappings: Mappings; say: Say; waitMs: number }
interface Options { institution?: string; from?: string; day?: string; 'send-again'?: boolean }

const minutes = (ms: number | null): string => (ms === null ? 'time left not known yet' : `${Math.ceil(ms / 60_000)} min left`);
function lineOf(one: Connector): string {
  const { replay, reconciliation: last } = one;
  return [
    `${one.connectorId}  ${one.name}  ${one.institutionName ?? 'all institutions'}  ${one.address}  ${one.mapping}${one.mappingFound ? '' : ' (not found)'}`, `${one.waiting} waiting`, `${one.sent} sent`, `${one.dead} put aside`,
    ...(one.oldestMs === null ? [] : [`oldest ${Math.round(one.oldestMs / 1000)} s`]), ...(one.pausedAt ? ['paused'] : []), ...(one.trouble ? [`in trouble since ${one.troubleAt}: ${one.trouble}`] : []),
    ...(replay && (replay.left > 0 || replay.preparing) ? [`replay from ${replay.from}: ${replay.facts - replay.left} of ${replay.facts}${replay.preparing ? ' so far' : ''}, ${minutes(replay.leftMs)}`] : []),
    ...(last ? [`${last.day} ${last.outcome}${last.differenceCount > 0 ? ` (${last.differenceCount})` : ''}${last.code ? ` (${last.code})` : ''}`] : []),
  ].join('; ');
}

async function list({ doing: { orm }, mappings, say }: At): Promise<void> {
  const found = await listConnectors(orm.em.fork(), new Set(mappings.byName.keys()));
  if (found.length === 0) say('There is no connector yet.');
  for (const one of found) say(lineOf(one));
}

function showMappings({ mappings: { byName, wrong }, say }: At): void {
  for (const mapping of byName.values()) if (!isWebhook(mapping)) say(`${mapping.name}  ${mapping.facts.map(({ kind }) => kind).join(', ')}  ${mapping.about}`);
  for (const { file, faults } of wrong) for (const { code, at } of faults) say(`${file}: ${code} ${at}`.trim());
}

async function add({ doing, config, mappings, say }: At, [name = '', address = '', mapping = '']: readonly string[], { institution, from }: Options): Promise<void> {
  const masterKey = await readMasterKey(config);
  await requireCurrentKey(doing.orm, masterKey);
  const body = { name, address, mapping, institutionId: institution ?? null, from: from ?? null, secret: null };
  const added = await addConnector({ ...doing, vault: createVault(masterKey), mappings, allowInward: config.CONNECTOR_PRIVATE_ADDRESSES }, body);
  say(`${added.connectorId}  ${name}  is there.`);
  say(`Secret, told this once, for whoever runs that platform: ${added.secret}`);
}

async function dead({ doing, say }: At, id: string, { 'send-again': again }: Options): Promise<void> {
  const facts = await deadFacts(doing.orm.em.fork(), id);
  if (facts.length === 0) say('Nothing was put aside.');
  for (const { factId, sequence, kind, at, code } of facts) say(`${factId}  ${sequence ?? '-'}  ${kind}  ${at}  ${code}`);
  if (!again || facts.length === 0) return;
  await sendDeadAgain(doing, id, null);
  say('They are sent again.');
}

const lookMs = 500;
async function reconcile({ doing, say, waitMs }: At, id: string, day: string): Promise<void> {
  const asked = await askReconciliation(doing, id, day);
  for (const until = Date.now() + waitMs; Date.now() < until; await new Promise((go) => { setTimeout(go, lookMs); })) {
    const made = (await reconciliationsOf(doing.orm.em.fork(), id)).find((one) => one.reconciliationId === asked && one.outcome !== 'asked');
    if (!made) continue;
    for (const { kind, count, theirCount } of made.kinds) say(`${kind}: ${count} here, ${theirCount ?? 0} there`);
    for (const { factId, kind, way } of made.differences) say(`${way}  ${kind}  ${factId}`);
    say(made.outcome === 'failed' ? `${day} could not be compared: ${made.code}` : made.outcome === 'same' ? `${day} is the same on both sides.` : `${day} differs in ${made.differenceCount} facts.`);
    return;
  }
  say('Asked; no worker has done it yet. npm run connectors -- list shows what came of it.');
}

type Command = (at: At) => Promise<void> | void;
function commandOf(words: readonly string[], options: Options): Command | null {
  const [command = '', id = '', ...rest] = words;
  const only = (...names: (keyof Options)[]): boolean => Object.keys(options).every((name) => (names as string[]).includes(name));
  if (words.length === 1 && only() && command === 'list') return list;
  if (words.length === 1 && only() && command === 'mappings') return showMappings;
  if (command === 'add' && rest.length === 2 && only('institution', 'from') && id.trim() !== '') return (at) => add(at, [id, ...rest], options);
  if (rest.length > 0 || !/^[0-9a-f-]{36}$/.test(id)) return null;
  if ((command === 'pause' || command === 'resume') && only()) return async (at) => { await pauseConnector(at.doing, id, command === 'pause'); at.say(command === 'pause' ? 'Paused: facts wait.' : 'Sends again.'); };
  if (command === 'dead' && only('send-again')) return (at) => dead(at, id, options);
  if (command === 'replay' && only('from') && options.from) return async (at) => { await replayFrom(at.doing, id, options.from!); at.say(`What was recorded since ${options.from} is sent again, under the same ids; list shows how far it is.`); };
  if (command === 'reconcile' && only('day') && options.day) return (at) => reconcile(at, id, options.day!);
  return null;
}

function wished(words: readonly string[]): Command {
  try {
    const { values, positionals } = parseArgs({ args: [...words], allowPositionals: true, options: { institution: { type: 'string' }, from: { type: 'string' }, day: { type: 'string' }, 'send-again': { type: 'boolean' } } });
    const command = commandOf(positionals, values);
    if (command) return command;
  } catch {
    // An option nobody knows.
  }
  throw new ConfigError(usage);
}

const explained: Partial<Record<DomainError['code'], string>> = {
  connector_address: 'Platforms are sent to over HTTPS at public addresses, without user, query and fragment; CONNECTOR_PRIVATE_ADDRESSES=true allows others.',
  connector_mapping: 'npm run connectors -- mappings shows those there are, and what is wrong with files that cannot be used.',
};
async function run(orm: Orm, command: Command, config: Settings, say: Say, waitMs: number): Promise<void> {
  try {
    await command({ doing: { orm, now: new Date(), personId: null }, config, mappings: await loadMappings(config.CONNECTOR_MAPPINGS_DIR), say, waitMs });
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    throw new ConfigError([`${error.code}: ${error.message}`, ...(explained[error.code] ? [explained[error.code]!] : [])]);
  }
}

const usualWaitMs = 60_000;
/** Runs one command. Throws ConfigError with one line per thing that is wrong. `waitMs`: how long a comparison is waited for. */
export async function runConnectors(words: readonly string[], env: NodeJS.ProcessEnv, say: Say, waitMs = usualWaitMs): Promise<void> {
  const command = wished(words);
  const given = readConfig(settingNames, { ...foundPaths(env), ...env });
  const config = { ...given, DATA_DIR: resolve(import.meta.dirname, '..', given.DATA_DIR) };
  const database = await findDatabase(config, config.DATA_DIR);
  try {
    const orm = await openDatabase(database.url);
    const deed = (): Promise<void> => run(orm, command, config, say, waitMs);
    const [name = '', id = ''] = words;
    const changes = ['add', 'pause', 'resume', 'replay'].includes(name) || words.includes('--send-again');
    await (changes ? loggedDeed(orm, { kind: 'settings', subject: `npm run connectors -- ${name}`, detail: /^[0-9a-f-]{36}$/.test(id) ? { connectorId: id } : {} }, deed) : deed()).finally(() => orm.close());
  } finally {
    await database.close();
  }
}

if (import.meta.main) {
  try {
    await runConnectors(process.argv.slice(2), process.env, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const line of error.lines) process.stderr.write(`${line}\n`);
    process.exitCode = 2;
  }
}
