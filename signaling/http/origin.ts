// Where this platform is reached, whoever asks: the same paper names the same address.
import type { SignalingConfig } from '../deps.ts';

/** Such as `https://keshi.example.cn`. */
export function originOf({ PUBLIC_HOST: host, PORT: port, TRUSTED_PROXIES: proxies }: Pick<SignalingConfig, 'PUBLIC_HOST' | 'PORT' | 'TRUSTED_PROXIES'>): string {
  if (proxies !== undefined) return `https://${host}`;
  return host === 'localhost' ? `http://${host}:${port}` : `https://${host}${port === 443 ? '' : `:${port}`}`;
}
