// Signs heartbeats with the key of a viewing.
import type { Heartbeat } from '#contracts/replay.ts';
import { heartbeatText, type HeartbeatFacts } from '#domain/recording/watching.ts';

const algorithm = { name: 'HMAC', hash: 'SHA-256' };

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
const toBase64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

export type SignHeartbeat = (facts: HeartbeatFacts) => Promise<Heartbeat>;

/** `key` base64url. Needs a secure context: HTTPS or this machine itself. */
export async function heartbeatSigner(viewingId: string, key: string): Promise<SignHeartbeat> {
  const secret = await crypto.subtle.importKey('raw', fromBase64url(key), algorithm, false, ['sign']);
  return async ({ nonce, positionMs, played, leaving }) => {
    const facts = { nonce, positionMs, played: played.map(([from, to]): [number, number] => [from, to]), leaving };
    const signature = await crypto.subtle.sign(algorithm, secret, new TextEncoder().encode(heartbeatText(viewingId, facts)));
    return { ...facts, signature: toBase64url(new Uint8Array(signature)) };
  };
}
