// A base backup of the database: PostgreSQL's own tar with the WAL it needs, the ends of all event chains as they were before it began, and a manifest
// with the SHA-256 of everything, written last.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Orm } from '#db/orm.ts';
import { keyState } from '#db/master-key.ts';
import { identifySystem, openReplication, takeBase } from './replication.ts';
import { BackupRefused, baseDir, basesDir, readJson, sha256Of, sha256Text, stampOf, syncPath, writeWhole } from './places.ts';

export interface BaseManifest {
  form: 1; stamp: string; startedAt: string; finishedAt: string;
  systemId: string; timeline: number; postgresMajor: string; databaseName: string; startLsn: string; endLsn: string;
  /** Of the master key the database was sealed with; null where nothing was sealed. */
  keyVersion: string | null;
  streams: number; events: number;
  files: Record<string, { sha256: string; sizeBytes: number }>;
}
export interface ChainHead { stream: string; position: number; hash: string }

const [tarName, serverManifest, headsName, manifestName] = ['base.tar.gz', 'backup_manifest', 'heads.jsonl', 'manifest.json'] as const;

export const baseStamps = async (dir: string): Promise<string[]> => (await readdir(basesDir(dir)).catch((): string[] => [])).filter((name) => /^\d{8}T\d{6}Z$/.test(name)).sort();
export const tarOf = (dir: string, stamp: string): string => join(baseDir(dir, stamp), tarName);

/** Throws BackupRefused where the manifest is not as it was written. */
export async function readManifest(dir: string, stamp: string): Promise<BaseManifest> {
  const path = join(baseDir(dir, stamp), manifestName);
  const manifest = await readJson<BaseManifest>(path);
  const expected = await readFile(`${path}.sha256`, 'utf8').catch(() => '');
  if (sha256Text(await readFile(path)) !== expected.trim()) throw new BackupRefused('damaged', `the manifest of ${stamp} is not as it was written.`);
  return manifest;
}

/** Reads every byte of it. Throws BackupRefused naming what is not as it was written. */
export async function verifyBase(dir: string, stamp: string): Promise<BaseManifest> {
  const manifest = await readManifest(dir, stamp);
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    const found = await sha256Of(join(baseDir(dir, stamp), name)).catch(() => null);
    if (found !== sha256) throw new BackupRefused('damaged', `${name} of the base backup ${stamp} is ${found ? 'not as it was written' : 'missing'}.`);
  }
  return manifest;
}

export const readHeads = async (dir: string, stamp: string): Promise<ChainHead[]> =>
  (await readFile(join(baseDir(dir, stamp), headsName), 'utf8')).split('\n').filter(Boolean).map((line) => JSON.parse(line) as ChainHead);

async function chainHeads(orm: Orm): Promise<{ text: string; streams: number; events: number }> {
  const em = orm.em.fork();
  const rows = await em.execute<ChainHead[]>(
    `select distinct on (stream) stream, position::int as position, encode(hash, 'hex') as hash from event_link order by stream, position desc`);
  const [count] = await em.execute<{ events: number }[]>('select count(*)::int as events from event');
  return { text: rows.map((row) => `${JSON.stringify(row)}\n`).join(''), streams: rows.length, events: count?.events ?? 0 };
}

/** Writes pieces in their order into a file of `folder`. */
function fileSink(folder: string, name: string, compress: boolean) {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const counted = new Transform({ transform(chunk: Buffer, _encoding, done) { hash.update(chunk); sizeBytes += chunk.length; done(null, chunk); } });
  const first = compress ? createGzip({ level: 1 }) : counted;
  const target = createWriteStream(join(folder, name), { flags: 'wx', mode: 0o600, flush: true });
  const done = compress ? pipeline(first, counted, target) : pipeline(counted, target);
  done.catch(() => undefined);
  return {
    write: async (bytes: Buffer): Promise<void> => { if (!first.write(bytes)) await Promise.race([once(first, 'drain'), done]); },
    close: async (): Promise<{ sha256: string; sizeBytes: number }> => {
      first.end();
      await done;
      return { sha256: hash.digest('hex'), sizeBytes };
    },
  };
}

async function receive(url: string, folder: string, stamp: string) {
  const client = await openReplication(url);
  try {
    const identity = await identifySystem(client);
    const tar = fileSink(folder, tarName, true);
    const manifest = fileSink(folder, serverManifest, false);
    const ends = await takeBase(client, `keshi ${stamp}`, {
      archive: (name) => {
        if (name !== 'base.tar') throw new BackupRefused('not_set_up', `the database has tablespaces of its own (${name}): they are not backed up.`);
        return tar;
      },
      manifest,
    });
    return { identity, ends, files: { [tarName]: await tar.close(), [serverManifest]: await manifest.close() } };
  } finally {
    await client.end();
  }
}

/** Answers once it is whole and on disk under its own name; leaves nothing when it fails. `url`: as the owner, with REPLICATION. */
export async function makeBase({ url, orm, dir, now }: { url: string; orm: Orm; dir: string; now: () => Date }): Promise<BaseManifest> {
  const startedAt = now();
  const stamp = stampOf(startedAt);
  const folder = join(basesDir(dir), `.${stamp}.part`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    const em = orm.em.fork();
    // Before it begins: whatever is restored from it has at least these.
    const heads = await chainHeads(orm);
    const [server] = await em.execute<{ major: string; name: string; segment: string }[]>(
      `select (current_setting('server_version_num')::int / 10000)::text as major, current_database() as name, current_setting('wal_segment_size') as segment`);
    if (server?.segment !== '16MB') throw new BackupRefused('not_set_up', `WAL segments of ${server?.segment}: only 16MB are backed up.`);
    const { identity, ends, files } = await receive(url, folder, stamp);
    await writeWhole(join(folder, headsName), heads.text);
    const manifest: BaseManifest = {
      form: 1, stamp, startedAt: startedAt.toISOString(), finishedAt: now().toISOString(), systemId: identity.systemId, timeline: ends.timeline, postgresMajor: server.major, databaseName: server.name,
      startLsn: ends.startLsn, endLsn: ends.endLsn, keyVersion: (await keyState(em)).current, streams: heads.streams, events: heads.events,
      files: { ...files, [headsName]: { sha256: sha256Text(heads.text), sizeBytes: (await stat(join(folder, headsName))).size } },
    };
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    await writeWhole(join(folder, manifestName), text);
    await writeWhole(join(folder, `${manifestName}.sha256`), `${sha256Text(text)}\n`);
    await rename(folder, baseDir(dir, stamp));
    await syncPath(basesDir(dir));
    return manifest;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
