// The mark of a restore that is not whole yet: nothing starts in such a folder, and the next restore clears it away.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '#runtime/config.ts';
import { syncPath, writeWhole } from './places.ts';

export const unfinishedName = '.restore-unfinished';
export const markUnfinished = (dataDir: string): Promise<void> => writeWhole(join(dataDir, unfinishedName), 'npm run restore was cut off: run it again, it clears this folder first.\n');
export async function markFinished(dataDir: string): Promise<void> {
  await rm(join(dataDir, unfinishedName));
  await syncPath(dataDir);
}
/** Throws ConfigError. */
export function requireFinished(dataDir: string): void {
  if (existsSync(join(dataDir, unfinishedName))) throw new ConfigError([`A restore into ${dataDir} was cut off: run npm run restore again, it clears the folder first.`]);
}
