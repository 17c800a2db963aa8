// Who sends messages to phones, one-time codes and invitations: what the platform asks of it, and which settings say who it is.
import type { PhonePurpose } from '#domain/identity/phone-code.ts';
import { ConfigError } from './config.ts';
import type { Config } from './settings.ts';

export interface PhoneMessage { phone: string; code: string; purpose: PhonePurpose; locale: 'zh' | 'en' }
/** `link`: opened on the phone it is sent to. Whoever is written to has no account yet, so no language either. */
export interface PhoneInvitation { phone: string; link: string; institution: string }
export interface PhoneProvider {
  /** Answers when the message was taken over. Throws DomainError phone_unavailable when it was not; then nothing was sent as far as is known. */
  send(message: PhoneMessage): Promise<void>;
  /** The same of an invitation to a class. */
  invite(invitation: PhoneInvitation): Promise<void>;
}

export const phoneSettings = ['PHONE_PROVIDER', 'PHONE_PROVIDER_URL', 'PHONE_PROVIDER_SECRET', 'DEMO_SEED'] as const;
export type PhoneGateway = { kind: 'log' } | { kind: 'http'; url: string; secret: string };

/** Throws ConfigError: `log` shows codes to whoever reads the log, so it is for the demo alone. */
export function phoneGateway(config: Config<(typeof phoneSettings)[number]>): PhoneGateway {
  const { PHONE_PROVIDER: kind, PHONE_PROVIDER_URL: url, PHONE_PROVIDER_SECRET: secret, DEMO_SEED: demo } = config;
  if (kind === 'log') {
    if (demo) return { kind };
    throw new ConfigError(['PHONE_PROVIDER=log only writes codes into the log and is for the demo: with DEMO_SEED=false set PHONE_PROVIDER=http, PHONE_PROVIDER_URL and PHONE_PROVIDER_SECRET.']);
  }
  const missing = [...(url ? [] : ['PHONE_PROVIDER_URL']), ...(secret ? [] : ['PHONE_PROVIDER_SECRET'])];
  if (!url || !secret) throw new ConfigError(missing.map((name) => `${name} is missing: PHONE_PROVIDER=http needs it.`));
  return { kind, url, secret };
}
