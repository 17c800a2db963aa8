// What the checks of the self-test are given.
import type { EntityManager, Orm } from '../orm.ts';
import type { Config, SettingName } from '#runtime/settings.ts';

export const selfTestSettings = [
  'DATA_DIR', 'PUBLIC_HOST', 'TLS_CERT_FILE', 'TRUSTED_PROXIES', 'INTERNAL_HOST', 'DISK_LOW_MB', 'QPDF_BIN', 'BACKUP_DIR', 'BACKUP_KEYS_DIR', 'MASTER_KEY', 'MASTER_KEY_FILE', 'S3_ENDPOINT',
] as const satisfies readonly SettingName[];
export interface SelfTestContext {
  /** Across all institutions. */
  orm: Orm;
  config: Config<(typeof selfTestSettings)[number]>;
  now: () => Date;
}

/** The first row of a question across all institutions. */
export async function ask<T>({ orm }: SelfTestContext, sql: string, values: readonly unknown[] = []): Promise<T> {
  const [row] = await orm.em.fork().execute<T[]>(sql, [...values]);
  return row!;
}

/** Runs `work` and takes all of it back, whatever came of it; null where it went through, else the error's code. */
export async function refusedWith({ orm }: SelfTestContext, work: (em: EntityManager) => Promise<unknown>): Promise<string | null> {
  const em = orm.em.fork();
  await em.begin();
  try {
    await work(em);
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? 'error';
  } finally {
    await em.rollback();
  }
}
