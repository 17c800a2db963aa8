// An authority that can tell whether a name belongs to a document (R102): what the platform asks of it.
import type { AuthorityStatus } from '#domain/identity/authority.ts';
import type { DocumentKind } from '#domain/identity/document.ts';
import { ConfigError } from './config.ts';
import type { Config } from './settings.ts';

export interface StatedDocument { name: string; documentKind: DocumentKind; number: string }
export interface IdentityAuthority {
  /** False where nobody is asked: the record then says `not_asked`. */
  readonly asks: boolean;
  /** `unavailable` where no clear answer came. Throws nothing. */
  ask(stated: StatedDocument): Promise<AuthorityStatus>;
}

export const authoritySettings = ['AUTHORITY_URL', 'AUTHORITY_SECRET'] as const;

/** Null where there is none. Throws ConfigError for half of it. */
export function authorityPlace(config: Config<(typeof authoritySettings)[number]>): { url: string; secret: string } | null {
  const { AUTHORITY_URL: url, AUTHORITY_SECRET: secret } = config;
  if (!url && !secret) return null;
  if (!url || !secret) throw new ConfigError([`${url ? 'AUTHORITY_SECRET' : 'AUTHORITY_URL'} is missing: both are needed to ask an authority.`]);
  return { url, secret };
}
