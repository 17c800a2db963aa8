// Checks of where it all stands: what is set, keys in their files, disks, backups.
import { execFile } from 'node:child_process';
import { stat, statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { backupLimits } from '#domain/backup.ts';
import { failed, judged, passed, skipped, type TriedId } from '#domain/self-test/controls.ts';
import { keyState, masterKeyFile } from '../master-key.ts';
import { backupState } from '../queries/backups.ts';
import type { Check } from './people-checks.ts';

const encrypted: Check = async ({ config }) => {
  const { TLS_CERT_FILE, TRUSTED_PROXIES, PUBLIC_HOST } = config;
  // Without a certificate of its own another name than localhost gets one that is made.
  return judged(Boolean(TLS_CERT_FILE || TRUSTED_PROXIES), PUBLIC_HOST === 'localhost' ? 'PUBLIC_HOST=localhost' : 'TLS_CERT_FILE, TRUSTED_PROXIES');
};

const inner = /^(127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|::1$|f[cd]|localhost$)/i;
/** An address of all networks is right only where the engine publishes none of these ports (containers). */
const internalPorts: Check = async ({ config: { INTERNAL_HOST: host } }) => judged(inner.test(host), `INTERNAL_HOST=${host}`);

const uploadsCleaned: Check = async ({ config: { QPDF_BIN: program } }) => {
  const found = await promisify(execFile)(program, ['--version'], { timeout: 5_000 }).then(({ stdout }) => stdout.split('\n')[0] ?? '', () => null);
  return found === null ? failed('QPDF_BIN') : passed(found);
};

const othersMay = 0o077;
const keyFileMode: Check = async ({ config }) => {
  if (config.MASTER_KEY) return passed('MASTER_KEY');
  const file = masterKeyFile(config);
  const modes = await Promise.all([stat(file), stat(dirname(file))]).catch(() => null);
  if (!modes) return failed('MASTER_KEY_FILE');
  const [own, folder] = modes.map(({ mode }) => mode & 0o777);
  // A folder others may look into is fine where the file itself is shut.
  return judged((own! & othersMay) === 0 && (folder! & 0o022) === 0, `${own!.toString(8)} / ${folder!.toString(8)}`);
};

const yearMs = 400 * 86_400_000;
const keyCurrent: Check = async ({ orm }) => {
  const em = orm.em.fork();
  const { current, next } = await keyState(em);
  const [row] = await em.execute<{ ageMs: number }[]>(`select (extract(epoch from now() - at) * 1000)::float8 as "ageMs" from master_key where state = 'current'`);
  if (!current || !row) return skipped('0');
  return judged(next === null && row.ageMs < yearMs, next ? `${current} → ${next}` : `${Math.round(row.ageMs / 86_400_000)} d`);
};

const diskFree: Check = async ({ config }) => {
  const { bavail, bsize } = await statfs(resolve(config.DATA_DIR));
  const freeMb = Math.round(Number(bavail) * Number(bsize) / 1e6);
  return judged(freeMb >= config.DISK_LOW_MB, `${freeMb} MB / ${config.DISK_LOW_MB} MB`);
};

const ageOf = (which: 'baseMs' | 'walMs' | 'drillMs', limit: number): Check => async ({ orm }) => {
  const age = (await backupState(orm.em.fork()))[which];
  return age === null ? failed('–') : judged(age <= limit, `${Math.round(age / 1000)} s / ${limit / 1000} s`);
};

/** Set, or done from another machine: then there are rows of it. */
const backupSetUp: Check = async ({ orm, config: { BACKUP_DIR, BACKUP_KEYS_DIR } }) => {
  const { ever } = await backupState(orm.em.fork());
  return judged(ever || Boolean(BACKUP_DIR && BACKUP_KEYS_DIR), 'BACKUP_DIR, BACKUP_KEYS_DIR');
};

export const placeChecks = {
  loginEncrypted: encrypted, transportEncrypted: encrypted, internalPorts, uploadsCleaned, keyFileMode, keyCurrent, diskFree, backupSetUp,
  backupAge: ageOf('baseMs', backupLimits.baseMs), walAge: ageOf('walMs', backupLimits.walMs), drillAge: ageOf('drillMs', backupLimits.drillMs),
} satisfies Partial<Record<TriedId, Check>>;
