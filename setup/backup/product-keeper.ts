// Backups beside the running product: a process of their own where both places are set.
import { checkedPlaces } from './places.ts';
import { forgetSlot } from './receiver.ts';
import type { ProductSettings } from '../product-settings.ts';
import { Role } from '../role.ts';
import { ConfigError } from '#runtime/config.ts';

type Say = (line: string) => void;

/** Null where no backup is set up. Throws ConfigError for places that are half set or not apart. */
export function keeperRole({ config, dataDir, env }: ProductSettings, databaseUrl: string, say: Say): Role | null {
  const { BACKUP_DIR: dir, BACKUP_KEYS_DIR: keysDir } = config;
  if (!dir && !keysDir) return null;
  if (!dir || !keysDir) throw new ConfigError([`${dir ? 'BACKUP_KEYS_DIR' : 'BACKUP_DIR'} is missing: backups need both places.`]);
  const place = checkedPlaces({ dir, keysDir }, dataDir);
  return Role.start({
    name: 'backup', script: 'setup/backup/keep.ts', logDir: `${dataDir}/logs`, say,
    env: { ...env, DATABASE_URL: databaseUrl, BACKUP_DIR: place.dir, BACKUP_KEYS_DIR: place.keysDir },
  });
}

/** Nobody takes the WAL any more: the embedded server must not keep it. Another server's slot may belong to a keeper on another machine. */
export async function tidySlot({ config }: ProductSettings, databaseUrl: string, say: Say): Promise<void> {
  if (config.DATABASE_URL) return;
  if (await forgetSlot(databaseUrl)) say('Backups are no longer set up (BACKUP_DIR): the database keeps no WAL for them.');
}
