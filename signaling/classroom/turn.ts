// TURN for networks that block media ports: credentials of an hour, made from a secret shared with the TURN server (coturn's REST scheme).
import { createHmac } from 'node:crypto';
import type { IceServer } from '#contracts/media.ts';
import { ConfigError } from '#runtime/config.ts';
import type { SignalingConfig } from '../deps.ts';

const validSeconds = 3600;

/** Null where no TURN server is set. Throws ConfigError where only half of it is, or an address is none of a TURN server. */
export function turnUrls({ TURN_URLS, TURN_SECRET }: Pick<SignalingConfig, 'TURN_URLS' | 'TURN_SECRET'>): string[] | null {
  if (!TURN_URLS && !TURN_SECRET) return null;
  if (!TURN_URLS || !TURN_SECRET) throw new ConfigError([`${TURN_URLS ? 'TURN_SECRET' : 'TURN_URLS'} is missing: addresses and secret go together`]);
  const urls = TURN_URLS.split(',').map((url) => url.trim()).filter((url) => url !== '');
  const wrong = urls.filter((url) => !/^turns?:[^\s?/]+(\?transport=(udp|tcp))?$/.test(url));
  if (urls.length === 0 || wrong.length > 0) throw new ConfigError([`TURN_URLS=${TURN_URLS} is not valid: ${wrong[0] ?? 'it names no server'}; right is turns:turn.example.org:443?transport=tcp`]);
  return urls;
}

/** Name: until when, and for whom; password: HMAC-SHA1 of it. The name is an id, so that the TURN server's log names nobody. Nothing where none is set. */
export function iceServers(config: Pick<SignalingConfig, 'TURN_URLS' | 'TURN_SECRET'>, personId: string, now: Date): IceServer[] | undefined {
  const urls = turnUrls(config);
  if (!urls || !config.TURN_SECRET) return undefined;
  const username = `${Math.floor(now.getTime() / 1000) + validSeconds}:${personId}`;
  return [{ urls, username, credential: createHmac('sha1', config.TURN_SECRET).update(username).digest('base64') }];
}
