// JSON sent to an operator's own server: signed, with a time limit, tried once more. Both tries carry the same id, so that the other side can tell them from two orders.
import { createHmac } from 'node:crypto';
import { newId } from '#domain/id.ts';

export interface SignedPlace {
  url: string;
  secret: string;
  /** Of one try; default 5 s. */
  timeoutMs?: number;
}

const usualTimeoutMs = 5_000;
const longestAnswerBytes = 16_384;

/** Hex HMAC-SHA256 over `<epoch ms>.<body>`. */
export const signatureOf = (secret: string, atMs: number, body: string): string => createHmac('sha256', secret).update(`${atMs}.${body}`).digest('hex');

const webhookPrefix = 'whsec_';
const leastKeyBytes = 24;
/** As standardwebhooks.com says: base64 HMAC-SHA256 over `<id>.<epoch s>.<body>` under the bytes behind `whsec_`. Throws for a secret that has fewer than 24 bytes. */
export function webhookHeaders(secret: string, id: string, atMs: number, body: string): Record<string, string> {
  const time = String(Math.floor(atMs / 1000));
  const key = Buffer.from(secret.startsWith(webhookPrefix) ? secret.slice(webhookPrefix.length) : secret, 'base64');
  if (key.length < leastKeyBytes) throw new Error('a webhook\'s secret is too short to sign with');
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')}` };
}
/** `bytes`: 32, random. */
export const webhookSecretOf = (bytes: Buffer): string => `${webhookPrefix}${bytes.toString('base64')}`;

async function attempt({ url, secret, timeoutMs = usualTimeoutMs }: SignedPlace, id: string, body: string): Promise<string> {
  const atMs = Date.now();
  const response = await fetch(url, {
    method: 'POST', body, redirect: 'error', signal: AbortSignal.timeout(timeoutMs),
    headers: { 'content-type': 'application/json', 'x-keshi-id': id, 'x-keshi-time': `${atMs}`, 'x-keshi-signature': signatureOf(secret, atMs, body) },
  });
  const text = (await response.text()).slice(0, longestAnswerBytes);
  if (!response.ok) throw new Error(`answered with ${response.status}`);
  return text;
}

/**
 * The text of the answer. Throws the second try's error: no answer in time, a line that cannot be opened, another status than 2xx.
 * The error tells nothing of what was sent.
 */
export async function signedPost(place: SignedPlace, message: Record<string, unknown>): Promise<string> {
  const [id, body] = [newId(), JSON.stringify(message)];
  try {
    return await attempt(place, id, body);
  } catch {
    return attempt(place, id, body);
  }
}
