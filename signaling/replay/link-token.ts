// Links to segments, signed: whoever holds one may read these bytes until it expires, and only as the person it was made for.
import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto';
import Type, { type Static } from 'typebox';
import { Compile } from 'typebox/compile';
import { replayRenditions } from '#contracts/replay.ts';
import { Closed, Nullable, OneOf, Uuid } from '#contracts/shapes.ts';

const Place = Type.Integer({ minimum: 0 });
const Link = Closed({
  viewingId: Uuid, replayId: Uuid, rendition: OneOf(replayRenditions), number: Type.String(), personId: Uuid,
  /** Bytes of the rendition's file, both included. */
  start: Place, end: Place,
  /** Milliseconds since epoch. */
  expiresMs: Place,
  /** `filmId/ordinal` of a file that is lent from a film. */
  film: Type.Optional(Nullable(Type.String())),
});
export type Link = Static<typeof Link>;
const fields = ['viewingId', 'replayId', 'rendition', 'number', 'personId', 'start', 'end', 'expiresMs', 'film'] as const satisfies readonly (keyof Link)[];

const checked = Compile(Link);

/** A KeyObject signs in half the time that bytes take. */
type Key = KeyObject | Uint8Array;
const sign = (key: Key, payload: string): Buffer => createHmac('sha256', key).update(payload).digest();

/** At most 400 characters: `payload.signature`, both base64url. */
export function sealLink(key: Key, link: Link): string {
  const payload = Buffer.from(JSON.stringify(fields.map((field) => link[field]))).toString('base64url');
  return `${payload}.${sign(key, payload).toString('base64url')}`;
}

/** Null for whatever was not sealed with this key. Expiry is for the caller to judge. */
export function openLink(key: Key, token: string): Link | null {
  const [payload = '', signature = '', rest] = token.split('.');
  const given = Buffer.from(signature, 'base64url');
  const due = sign(key, payload);
  if (rest !== undefined || given.length !== due.length || !timingSafeEqual(given, due) || given.toString('base64url') !== signature) return null;
  const values = JSON.parse(Buffer.from(payload, 'base64url').toString()) as unknown[];
  const link = Object.fromEntries(fields.map((field, index) => [field, values[index]]));
  return checked.Check(link) ? link as Link : null;
}
