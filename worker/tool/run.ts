// What the command does: looks into recordings, checks them, derives them again. Answers the exit code.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { captureDirectory } from '#contracts/places.ts';
import { Recording } from '#db/entities/recording.ts';
import { openDatabase, type Orm } from '#db/orm.ts';
import { DomainError } from '#domain/errors.ts';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { createLog } from '#runtime/log.ts';
import type { Config, SettingName } from '#runtime/settings.ts';
import { openStorage, storageSettings } from '#runtime/open-storage.ts';
import type { Storage } from '#runtime/storage.ts';
import { rebuildRecording } from '../derive/rebuild.ts';
import { readCommand, type Command } from './command.ts';
import { findSessions } from './capture-places.ts';
import { inspectSession, type Inspection } from './inspect.ts';
import { inspectionLines, rowLines } from './print-inspection.ts';
import { lessonRows } from './rows.ts';
import { verifiedLines, verifyRecordings } from './verify.ts';

const toolSettings = ['DATABASE_URL', ...storageSettings, 'FFMPEG_BIN', 'CAPTURE_COPY_DIR'] as const satisfies readonly SettingName[];
type ToolConfig = Config<(typeof toolSettings)[number]>;
export interface Terminal { out: (text: string) => void; err: (text: string) => void }
interface Tool { orm: Orm; config: ToolConfig; storage: Storage; copies: Storage; stop: AbortSignal }
interface Asked extends Command { terminal: Terminal }

const answer = ({ json, terminal }: Asked, value: unknown, lines: readonly string[]): void =>
  terminal.out(json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));

async function inspectFolder(command: Asked, folder: string): Promise<number> {
  const sessions: Inspection[] = [];
  for (const session of await findSessions(folder)) sessions.push(await inspectSession(session));
  answer(command, { sessions }, sessions.flatMap(inspectionLines));
  return 0;
}

async function inspectLesson(command: Asked, { orm, config }: Tool): Promise<number> {
  const rows = await lessonRows(orm, config.DATA_DIR, command.target, Date.now());
  // One above the session's: `capture/<lesson>`.
  const folder = join(config.DATA_DIR, captureDirectory(command.target, ''));
  const sessions: Inspection[] = [];
  if (existsSync(folder)) for (const session of await findSessions(folder)) sessions.push(await inspectSession(session));
  if (sessions.length === 0 && rows.recordings.length === 0) throw new ConfigError([`Lesson ${command.target} was never recorded: it has no rows and no captures.`]);
  const gone = sessions.length === 0 ? [`There are no raw captures of it in ${folder}.`] : [];
  answer(command, { lesson: rows, sessions }, [...rowLines(rows), ...gone, ...sessions.flatMap(inspectionLines)]);
  return 0;
}

async function verify(command: Asked, { orm, config, storage, copies }: Tool): Promise<number> {
  const verified = await verifyRecordings({ orm, dataDir: config.DATA_DIR, copies, storage }, command.target === 'all' ? null : command.target);
  answer(command, verified, verifiedLines(verified));
  return verified.ok ? 0 : 1;
}

async function rebuild(command: Asked, { orm, config, storage, copies, stop }: Tool): Promise<number> {
  const recordings = await orm.em.fork().find(Recording, { lessonId: command.target }, { orderBy: { createdAt: 'asc' } });
  if (recordings.length === 0) throw new ConfigError([`There is no recording of a lesson ${command.target}.`]);
  // Its lines would stand between those of the answer.
  const log = createLog('recording', command.json ? 'silent' : 'warn');
  const deps = { orm, log, storage, copies, dataDir: config.DATA_DIR, ffmpegBin: config.FFMPEG_BIN, now: () => new Date(), signal: stop };
  const rebuilt: { recordingId: string; restored: number; status: string; failReason: string | null }[] = [];
  for (const { id } of recordings) rebuilt.push({ recordingId: id, ...await rebuildRecording(deps, id) });
  answer(command, { rebuilt }, rebuilt.map(({ recordingId, restored, status, failReason }) =>
    `recording ${recordingId}: ${status}${failReason ? ` (${failReason})` : ''}${restored > 0 ? `, ${restored} segments brought back from the second copy` : ''}`));
  return rebuilt.every(({ status }) => status === 'ready') ? 0 : 1;
}

async function run(command: Asked, env: NodeJS.ProcessEnv, stop: AbortSignal): Promise<number> {
  if (command.name === 'inspect' && command.isFolder) return inspectFolder(command, command.target);
  const config = readConfig(toolSettings, env);
  if (!config.DATABASE_URL) throw new ConfigError(['DATABASE_URL is missing: use npm run recording, or name a database.']);
  const { files: storage, copies, close } = await openStorage(config, createLog('recording', command.json ? 'silent' : 'warn'));
  const orm = await openDatabase(config.DATABASE_URL);
  try {
    return await { inspect: inspectLesson, verify, rebuild }[command.name](command, { orm, config, stop, storage, copies });
  } finally {
    await orm.close();
    close();
  }
}

/** 0: all is well. 1: something is missing, changed or was not made. 2: it cannot be done, with a line that says why. */
export async function runTool(words: readonly string[], env: NodeJS.ProcessEnv, terminal: Terminal, stop: AbortSignal): Promise<number> {
  try {
    return await run({ ...readCommand(words), terminal }, env, stop);
  } catch (error) {
    if (stop.aborted) return 2;
    const lines = error instanceof ConfigError ? error.lines : error instanceof DomainError ? [`${error.message}.`] : null;
    if (!lines) throw error;
    for (const line of lines) terminal.err(`${line}\n`);
    return 2;
  }
}
