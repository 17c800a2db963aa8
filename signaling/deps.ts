// What every part of signaling is given: opened once in main.ts (or by a test), passed on, never looked up.
import { masterKeySettings } from '#db/master-key.ts';
import type { Orm } from '#db/orm.ts';
import { selfTestSettings } from '#db/self-test/context.ts';
import type { Vault } from '#db/vault.ts';
import { connectorSettings } from '#runtime/connector-mappings.ts';
import { factorSettings } from '#runtime/factor-in-force.ts';
import { authoritySettings, type IdentityAuthority } from '#runtime/identity-authority.ts';
import type { Logger } from '#runtime/log.ts';
import { phoneSettings, type PhoneProvider } from '#runtime/phone-provider.ts';
import type { Queues } from '#runtime/queues.ts';
import { trialSettings } from '#runtime/rules-in-force.ts';
import { storageSettings } from '#runtime/open-storage.ts';
import type { Config, SettingName } from '#runtime/settings.ts';
import type { Storage } from '#runtime/storage.ts';
import { wordListSettings, type WordList } from '#runtime/word-list.ts';
import type { SignalingFigures } from './metrics/figures.ts';

/** Settings signaling reads. */
export const signalingSettings = [
  'PORT', 'PUBLIC_HOST', 'TRUSTED_PROXIES', 'TLS_CERT_FILE', 'TLS_KEY_FILE', ...storageSettings, 'DATABASE_URL', 'REDIS_URL', 'SFU_SECRET', 'INTERNAL_HOST', 'SIGNALING_INTERNAL_PORT',
  ...masterKeySettings, ...phoneSettings, ...authoritySettings, 'ADMISSION_PER_SECOND', 'FACE_MODELS_DIR', ...trialSettings, 'LOG_LEVEL', 'DISK_LOW_MB', 'LIVE_STREAMS', 'TURN_URLS', 'TURN_SECRET', 'QUESTION_IMPORT_MAX_MB',
  ...wordListSettings, 'COURSEWARE_MAX_MB', 'FILM_MAX_MB', 'GROUP_RECORDING', 'ROSTER_IMPORT_MAX_MB', 'ROSTER_IMPORT_MAX_ROWS', 'HELP_HOTLINE', 'HELP_HOTLINE_HOURS', 'HELP_URGENT_MINUTES', 'HELP_NORMAL_MINUTES',
  'EVIDENCE_KEY_FILE', 'EMPLOYMENT_SERVICE_NAME', 'EMPLOYMENT_SERVICE_URL', ...connectorSettings, ...factorSettings, ...selfTestSettings,
] as const satisfies readonly SettingName[];
export type SignalingConfig = Config<(typeof signalingSettings)[number]>;

export interface Deps {
  orm: Orm;
  log: Logger;
  storage: Storage;
  queues: Queues;
  /** What is counted and timed of this process. */
  figures: SignalingFigures;
  vault: Vault;
  /** Sends one-time codes; see db/queries/phone-codes.ts. */
  phone: PhoneProvider;
  /** Asked whether name and document belong together. */
  authority: IdentityAuthority;
  /** Asked about everything people write to each other, before anything of it is saved. */
  words: WordList;
  config: SignalingConfig;
  /** Server time for every judgement; tests move it. */
  now: () => Date;
}
