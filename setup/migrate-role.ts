// The role `migrate`, run once before the others: database made and brought up to date, master key drawn, bucket made. Run again it changes nothing.
import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateBucketCommand, HeadBucketCommand, S3Client, type S3ServiceException } from '@aws-sdk/client-s3';
import { Client } from 'pg';
import { masterKeyFile, loadMasterKey, parseMasterKey } from '#db/master-key.ts';
import { ConfigError } from '#runtime/config.ts';
import { objectStoreSettings } from '#runtime/open-storage.ts';
import type { ObjectStoreSettings } from '#runtime/object-store.ts';
import type { Config, SettingName } from '#runtime/settings.ts';
import { openProductDatabase } from './product-database.ts';
import { readProductSettings } from './product-settings.ts';

type Say = (line: string) => void;
const retryMs = 1_000;

async function sealedPictures(databaseUrl: string): Promise<number> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: number }>('select count(*)::int as n from (select person_id from learner_key union select person_id from identity) of_somebody');
    return rows[0]?.n ?? 0;
  } finally {
    await client.end();
  }
}

/** A new key beside an old database would make every sealed picture unreadable without a word: that is refused. */
async function ensureMasterKey(path: string, databaseUrl: string, say: Say): Promise<void> {
  const there = await access(path).then(() => true, () => false);
  if (!there) {
    const learners = await sealedPictures(databaseUrl);
    if (learners > 0) throw new ConfigError([`MASTER_KEY_FILE=${path} is not there, and the keys of ${learners} learners in the database are wrapped with it: put it back from the backup.`]);
    say(`Drawing the master key into ${path}: back it up, apart from the database.`);
  }
  await loadMasterKey(path);
}

/** Made by us at first start, so that no other program has to be run beside the store. Waits for a store that starts at the same time. */
export async function ensureBucket(settings: ObjectStoreSettings, say: Say, patienceMs = 60_000): Promise<void> {
  const { endpoint, region, bucket, accessKeyId, secretAccessKey } = settings;
  const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 });
  const until = performance.now() + patienceMs;
  try {
    for (;;) {
      const error = await client.send(new HeadBucketCommand({ Bucket: bucket })).then(() => null, (reason: S3ServiceException) => reason);
      if (!error) return;
      const status = error.$metadata?.httpStatusCode;
      if (status === 404) {
        say(`Making the bucket ${bucket}.`);
        await client.send(new CreateBucketCommand({ Bucket: bucket })).catch((reason: S3ServiceException) => {
          if (reason.name !== 'BucketAlreadyOwnedByYou' && reason.name !== 'BucketAlreadyExists') throw reason;
        });
      } else if (status === 403 || status === 401) {
        throw new ConfigError([`S3_ACCESS_KEY_ID: the object store at ${endpoint} does not let this key see the bucket ${bucket} (${status}).`]);
      } else if (performance.now() > until) {
        throw new ConfigError([`S3_ENDPOINT=${endpoint}: the object store does not answer (${status ?? error.message ?? error.name}).`]);
      }
      await pause(retryMs);
    }
  } finally {
    client.destroy();
  }
}

export async function runMigrateRole(env: NodeJS.ProcessEnv, config: Config<SettingName>, say: Say): Promise<void> {
  const database = await openProductDatabase(readProductSettings(env), say);
  await database.close();
  say('The database is up to date.');
  if (config.MASTER_KEY) parseMasterKey('MASTER_KEY', config.MASTER_KEY);
  else await ensureMasterKey(masterKeyFile({ ...config, DATA_DIR: resolve(config.DATA_DIR) }), database.url, say);
  const store = objectStoreSettings(config);
  if (store) await ensureBucket(store, say);
  say('Done.');
}
