// What a supervision connector's work is given; tests make it quicker.
import type { Orm } from '#db/orm.ts';
import type { Vault } from '#db/vault.ts';
import type { Logger } from '#runtime/log.ts';

export interface ConnectorDeps {
  orm: Orm; log: Logger; vault: Vault; now: () => Date; random?: () => number;
  /** CONNECTOR_MAPPINGS_DIR and CONNECTOR_PRIVATE_ADDRESSES. */
  mappingsDir?: string | undefined; allowInward: boolean;
  /** Of one message from its first byte to the answer's last; default 20 s. */
  timeoutMs?: number;
  /** Whoever died with a connector is believed dead after this; default a minute, more than a message takes. */
  leaseMs?: number;
  lookEveryMs?: number;
  /** How often it is looked whether a day is to be compared; default ten minutes. */
  daysEveryMs?: number;
  /** All pauses times this; default 1. */
  pauseShare?: number;
}
export const timeoutOf = ({ timeoutMs = 20_000 }: ConnectorDeps): number => timeoutMs;
export const leaseOf = ({ leaseMs = 60_000 }: ConnectorDeps): number => leaseMs;
