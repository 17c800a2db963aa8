// Where people find the product: for links that are printed or sent, the same whoever asks.
import type { SignalingConfig } from '../deps.ts';

export function publicOrigin({ PUBLIC_HOST: host, PORT: port, TRUSTED_PROXIES: proxies }: Pick<SignalingConfig, 'PUBLIC_HOST' | 'PORT' | 'TRUSTED_PROXIES'>): string {
  if (proxies !== undefined) return `https://${host}`;
  return host === 'localhost' ? `http://${host}:${port}` : `https://${host}${port === 443 ? '' : `:${port}`}`;
}
