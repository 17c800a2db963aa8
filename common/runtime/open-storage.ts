// Opens where files lie, as the settings say: an object store where S3_* is set, folders of this machine otherwise.
import { join } from 'node:path';
import { ConfigError } from './config.ts';
import type { Logger } from './log.ts';
import type { ObjectStore, ObjectStoreSettings } from './object-store.ts';
import type { Config, SettingName } from './settings.ts';
import { folderStorage, type Storage } from './storage.ts';
import { tieredStorage, type TieredStorage } from './tiered-storage.ts';

export const storageSettings = [
  'DATA_DIR', 'ARCHIVE_DIR', 'S3_ENDPOINT', 'S3_PUBLIC_ENDPOINT', 'S3_REGION', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY',
] as const satisfies readonly SettingName[];
export type StorageConfig = Config<(typeof storageSettings)[number]> & { CAPTURE_COPY_DIR?: string | undefined };

const needed = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const;
const isWebAddress = (address: string): boolean => /^https?:$/.test(URL.parse(address)?.protocol ?? '');

/** Null where files lie in folders. Throws ConfigError for a half-set object store, naming each setting that is missing or wrong. */
export function objectStoreSettings(config: StorageConfig): ObjectStoreSettings | null {
  const { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey, S3_PUBLIC_ENDPOINT: publicEndpoint, S3_REGION: region } = config;
  const set = [...needed, 'S3_PUBLIC_ENDPOINT' as const].filter((name) => config[name] !== undefined);
  if (set.length === 0) return null;
  const lines = needed.filter((name) => config[name] === undefined).map((name) => `${name} is missing: ${set.join(', ')} ${set.length === 1 ? 'is' : 'are'} set, and an object store needs ${needed.join(', ')}.`);
  for (const name of ['S3_ENDPOINT', 'S3_PUBLIC_ENDPOINT'] as const) {
    const address = config[name];
    if (address !== undefined && !isWebAddress(address)) lines.push(`${name}=${address} is no address such as https://s3.example.org.`);
  }
  if (lines.length > 0 || !endpoint || !bucket || !accessKeyId || !secretAccessKey) throw new ConfigError(lines);
  return { endpoint, bucket, accessKeyId, secretAccessKey, region, publicEndpoint: publicEndpoint ?? null };
}

/** Where browsers go for signed links; null where everything passes through us. */
export const publicStoreOrigin = (config: StorageConfig): string | null => {
  const address = objectStoreSettings(config)?.publicEndpoint;
  return address ? new URL(address).origin : null;
};

export interface OpenedStorage {
  files: Storage;
  /** The same, where old files may go to ARCHIVE_DIR; null without it. */
  archive: TieredStorage | null;
  /** The second copy of sealed capture files. */
  copies: Storage;
  close(): void;
}

/** With ARCHIVE_DIR what is not near is read from there. */
function withArchive(near: Storage, { ARCHIVE_DIR: folder }: StorageConfig): Pick<OpenedStorage, 'files' | 'archive'> {
  if (!folder) return { files: near, archive: null };
  const archive = tieredStorage(near, folderStorage(join(folder, 'files')), join(folder, 'incoming'));
  return { files: archive, archive };
}

/** Throws ConfigError where the object store cannot be used. Its library is loaded only where it is needed. */
export async function openStorage(config: StorageConfig, log: Logger): Promise<OpenedStorage> {
  const settings = objectStoreSettings(config);
  if (!settings) {
    return {
      ...withArchive(folderStorage(join(config.DATA_DIR, 'files')), config), copies: folderStorage(config.CAPTURE_COPY_DIR ?? join(config.DATA_DIR, 'capture-copy')), close: () => undefined,
    };
  }
  const [{ ObjectStore: Store }, { objectStorage }] = await Promise.all([import('./object-store.ts'), import('./object-storage.ts')]);
  const store: ObjectStore = await Store.open(settings, log);
  return { ...withArchive(objectStorage(store, 'files'), config), copies: objectStorage(store, 'capture-copy'), close: () => store.close() };
}
