// What proves a heartbeat: signed with the viewing's key, and carrying what only the reply to the one before it told.
import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import type { Heartbeat } from '#contracts/replay.ts';
import { heartbeatText } from '#domain/recording/watching.ts';

export function isSignedBy(key: Uint8Array, viewingId: string, beat: Heartbeat): boolean {
  const given = Buffer.from(beat.signature, 'base64url');
  const due = createHmac('sha256', key).update(heartbeatText(viewingId, beat)).digest();
  return given.length === due.length && timingSafeEqual(given, due);
}

export interface Heard { viewingId: string; heartbeats: number; signature: string }
/**
 * The nonce given after this many heartbeats, the last of which had this signature (none: ''). It follows from them, so that a heartbeat sent
 * again because its reply was lost is known for the one that was heard; without the server's key nobody knows it beforehand.
 */
export const nonceAfter = (serverKey: KeyObject, { viewingId, heartbeats, signature }: Heard): string =>
  createHmac('sha256', serverKey).update(`${viewingId}\n${heartbeats}\n${signature}`).digest('base64url');
