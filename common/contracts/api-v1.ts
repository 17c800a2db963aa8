// What programs of an institution may read by signed requests, page by page (docs/api.md). Rows of the client's own institution alone.
import Type, { type Static, type TSchema } from 'typebox';
import { apiLimits, type ApiScope } from '#domain/api-client.ts';
import { lessonKinds } from '#domain/lesson-kind.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** `cursor`: from the page before, as it was given; `limit`: rows, default 100. */
export const ApiPageQuery = Closed({ cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 400 })), limit: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,3}$' })) });
/** `cursor`: of the next page, also where there is none yet; `more`: whether it has rows now. */
const pageOf = <T extends TSchema>(item: T) => Closed({ items: Type.Array(item, { maxItems: apiLimits.pageMost }), cursor: Nullable(Type.String()), more: Type.Boolean() });

export const ApiLesson = Closed({ lessonId: Uuid, cohortId: Uuid, title: Type.String(), kind: OneOf(lessonKinds), status: Type.String(), startsAt: Instant, plannedMinutes: Type.Integer() });
export const ApiLedgerRow = Closed({
  lessonId: Uuid, personId: Uuid, cohortId: Uuid, heldMs: Type.Integer(), liveMs: Type.Integer(), madeUpMs: Type.Integer(), correctedMs: Type.Integer(), takenBackMs: Type.Integer(), asked: Type.Integer(), answered: Type.Integer(), correct: Type.Integer(),
  rulePack: Type.String(), reckonedAt: Instant,
});
export const ApiCertificate = Closed({ certificateId: Uuid, serial: Type.String(), personId: Uuid, cohortId: Uuid, sha256: Type.String(), issuedAt: Instant, revokedAt: Nullable(Instant), revocation: Nullable(Type.String()) });
export const ApiEvent = Closed({ id: Uuid, stream: Type.String(), type: Type.String(), at: Instant, payload: Type.Record(Type.String(), Type.Unknown()), actorId: Nullable(Uuid) });

export interface ApiRouteSpec { scope: ApiScope; reply: TSchema }
export const apiV1Routes = {
  /** By id: what was there when the first page was asked for is given once. */
  'GET /api/v1/lessons': { scope: 'lessons:read', reply: pageOf(ApiLesson) },
  'GET /api/v1/ledger': { scope: 'ledger:read', reply: pageOf(ApiLedgerRow) },
  'GET /api/v1/certificates': { scope: 'certificates:read', reply: pageOf(ApiCertificate) },
  /** Facts in the order in which they were committed, however many write meanwhile: none is skipped, none comes twice; asked again with the last cursor, what came since. */
  'GET /api/v1/events': { scope: 'events:read', reply: pageOf(ApiEvent) },
} as const satisfies Record<string, ApiRouteSpec>;
export type ApiV1Route = keyof typeof apiV1Routes;
export type ApiPage<K extends ApiV1Route> = Static<(typeof apiV1Routes)[K]['reply']>;
