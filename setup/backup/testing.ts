// A small platform for tests of backups: a durable PostgreSQL of its own with facts in chains, learners with keys, files with rows.
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { requireCurrentKey } from '#db/master-key.ts';
import { appendEvent, migrate, openDatabase, platform, unitOfWork, type Orm } from '#db/orm.ts';
import { chainedColumns, firstHash, linkHash, type ChainedEvent } from '#db/queries/event-chain.ts';
import { createVault, type Vault } from '#db/vault.ts';
import { newId } from '#domain/id.ts';
import { attachmentKey } from '#contracts/places.ts';
import { freePort } from '#runtime/free-port.ts';
import { ensureDatabase } from '../databases.ts';
import { startPostgres, type EmbeddedPostgres } from '../embedded-postgres.ts';
import { findPostgresPlace } from '../postgres-place.ts';
import type { BackupDeps } from './keeper.ts';

const masterKey = Buffer.alloc(32, 7);

/** All events that have no link yet get one, in their order, as the worker's linker gives them. */
async function linkAll(orm: Orm): Promise<void> {
  await unitOfWork(orm, platform, async (em) => {
    const events = await em.execute<ChainedEvent[]>(`select ${chainedColumns} from event e where not exists (select from event_link l where l.event_id = e.id) order by e.id`);
    for (const event of events) {
      const [last] = await em.execute<{ position: string; hash: Buffer }[]>('select position, hash from event_link where stream = ? order by position desc limit 1', [event.stream]);
      const previous = last?.hash ?? firstHash;
      await em.execute('insert into event_link (stream, position, event_id, hash, previous_hash, linked_at) values (?, ?, ?, ?, ?, now())',
        [event.stream, Number(last?.position ?? 0) + 1, event.id, linkHash(previous, event), previous]);
    }
  });
}

export interface SmallPlatform {
  folder: string; dataDir: string; orm: Orm; vault: Vault; deps: BackupDeps; postgres: EmbeddedPostgres;
  addFacts(stream: string, count: number): Promise<void>;
  addLearner(): Promise<string>;
  /** A file with its row; answers its path in DATA_DIR. */
  addAttachment(bytes: Buffer): Promise<string>;
  close(): Promise<void>;
}

async function addInstitution(orm: Orm): Promise<{ institutionId: string; personId: string }> {
  const [institutionId, personId] = [newId(), newId()];
  const em = orm.em.fork();
  await em.execute(`insert into institution (id, name, created_at) values (?, '甲', now())`, [institutionId]);
  await em.execute(`insert into person (id, name, created_at) values (?, '乙', now())`, [personId]);
  return { institutionId, personId };
}

export async function smallPlatform(): Promise<SmallPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'keshi-backup-'));
  await chmod(folder, 0o711);
  const dataDir = join(folder, 'data');
  await mkdir(dataDir, { mode: 0o711 });
  const postgres = await startPostgres({ dataDir, port: await freePort(), log: () => undefined });
  const url = await ensureDatabase(postgres.url, 'keshi');
  await migrate(url);
  await writeFile(join(dataDir, 'keys', 'master.key'), masterKey, { mode: 0o600 });
  const orm = await openDatabase(url);
  await requireCurrentKey(orm, masterKey);
  const vault = createVault(masterKey);
  const { institutionId, personId: clerk } = await addInstitution(orm);
  const place = { dir: join(folder, 'backup'), keysDir: join(folder, 'keys') };
  return {
    folder, dataDir, orm, vault, postgres,
    deps: { url, orm, place, keys: { DATA_DIR: dataDir, MASTER_KEY: undefined, MASTER_KEY_FILE: undefined }, keepDays: 14, now: () => new Date() },
    addFacts: async (stream, count) => {
      for (let index = 0; index < count; index++) {
        await unitOfWork(orm, { personId: clerk, institutionId }, (em) => appendEvent(em, { personId: clerk, institutionId }, `lesson:${stream}`, 'tried', new Date(), { index }));
      }
      await linkAll(orm);
    },
    addLearner: async () => {
      const id = newId();
      await orm.em.fork().execute(`insert into person (id, name, created_at) values (?, '丙', now())`, [id]);
      await vault.seal(orm.em.fork(), id, Buffer.from('a picture'));
      return id;
    },
    addAttachment: async (bytes) => {
      const id = newId();
      const path = join('files', attachmentKey(institutionId, id));
      await mkdir(dirname(join(dataDir, path)), { recursive: true });
      await writeFile(join(dataDir, path), bytes);
      await orm.em.fork().execute(
        `insert into attachment (id, institution_id, kind, subject_type, subject_id, file_name, content_type, size_bytes, sha256, uploaded_by, uploaded_at)
         values (?, ?, 'signed_sheet', 'lesson', ?, 'a.pdf', 'application/pdf', ?, ?, ?, now())`, [id, institutionId, newId(), bytes.length, createHash('sha256').update(bytes).digest('hex'), clerk]);
      return path;
    },
    close: async () => {
      await orm.close();
      await postgres.stop();
      const { cluster } = await findPostgresPlace(dataDir);
      if (!cluster.startsWith(folder)) await rm(dirname(cluster), { recursive: true, force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
