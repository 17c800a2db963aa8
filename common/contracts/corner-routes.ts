// The public corner: what everybody reads, and the desk of whoever writes, lets through and takes down (R33, R34, R35, R70).
import Type, { type Static } from 'typebox';
import { attachmentTypes } from '#domain/attachment.ts';
import { cornerKinds, cornerSigns as signs, cornerStates, resourceSigns } from '#domain/corner.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** `YYYY-MM-DD`, of Shanghai. */
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const words = (most: number) => Type.String({ maxLength: most });
const content = {
  title: words(signs.title), words: words(signs.words), source: words(signs.source), link: words(signs.link), employer: words(signs.employer), place: words(signs.place), wage: words(signs.wage), contact: words(signs.contact),
};
/** What a kind has no use for is empty. `postId` is drawn by the browser: a retry is the same post. */
export const CornerPostBody = Closed({ postId: Uuid, kind: OneOf(cornerKinds), ...content, lastDay: Nullable(Day) });
export type CornerPostBody = Static<typeof CornerPostBody>;

const line = {
  postId: Uuid, kind: OneOf(cornerKinds), title: Type.String(), source: Type.String(), employer: Type.String(), place: Type.String(), wage: Type.String(),
  /** The institution that wrote it; null: the authority did. */
  by: Nullable(Type.String()), publishedAt: Instant, lastDay: Nullable(Day),
};
const Line = Closed(line);
export type CornerLine = Static<typeof Line>;
/** Newest first, twenty a page; pages count from 1. */
export const CornerPage = Closed({ posts: Type.Array(Line), page: Type.Integer(), more: Type.Boolean() });
export type CornerPage = Static<typeof CornerPage>;
export const CornerPost = Closed({ ...line, words: Type.String(), link: Type.String(), contact: Type.String() });
export type CornerPost = Static<typeof CornerPost>;
const Resource = Closed({ resourceId: Uuid, title: Type.String(), words: Type.String(), fileName: Type.String(), contentType: OneOf(attachmentTypes), sizeBytes: Type.Integer(), addedAt: Instant });
export type CornerResource = Static<typeof Resource>;
/** First pages of both. `service`: the public employment service. */
export const Corner = Closed({ news: CornerPage, jobs: CornerPage, resources: Type.Array(Resource), service: Closed({ name: Type.String(), address: Type.String() }) });
export type Corner = Static<typeof Corner>;

export const DeskPost = Closed({
  postId: Uuid, kind: OneOf(cornerKinds), state: OneOf(cornerStates), title: Type.String(), words: Type.String(), source: Type.String(), link: Type.String(), employer: Type.String(), place: Type.String(), wage: Type.String(), contact: Type.String(),
  lastDay: Nullable(Day), over: Type.Boolean(), institutionName: Type.String(), byAuthority: Type.Boolean(), writtenBy: Type.String(), writtenAt: Instant,
  /** Who let it through or refused it, and why. */
  decided: Nullable(Closed({ by: Type.String(), at: Instant, reason: Type.String() })), takenDown: Nullable(Closed({ by: Type.String(), at: Instant, reason: Type.String() })),
  mayDecide: Type.Boolean(), mayTakeDown: Type.Boolean(),
});
export type DeskPost = Static<typeof DeskPost>;
/** Those that wait first, then the newest; two hundred at most. `ownResources`: of the authority's, those the asker may withdraw. */
export const CornerDesk = Closed({
  posts: Type.Array(DeskPost), writesFor: Type.Array(Closed({ institutionId: Uuid, name: Type.String(), kinds: Type.Array(OneOf(cornerKinds)) })), mayAddResource: Type.Boolean(), ownResources: Type.Array(Uuid),
});
export type CornerDesk = Static<typeof CornerDesk>;

const desk = ['admin', 'institution', 'regulator'] as const;
const OnePost = Closed({ postId: Uuid });
const OneResource = Closed({ resourceId: Uuid });
const Reason = Type.String({ minLength: signs.reasonLeast, maxLength: signs.reason, pattern: '\\S' });
/** Of an upload; `sizeBytes`: exactly so many follow as the body. */
export const ResourceUpload = Closed({
  title: Type.String({ minLength: 1, maxLength: resourceSigns.title, pattern: '\\S' }), words: words(resourceSigns.words), fileName: Type.String({ minLength: 1, maxLength: resourceSigns.fileName }), sizeBytes: Type.String({ pattern: '^[1-9]\\d{0,8}$' }),
});
export type ResourceUpload = Static<typeof ResourceUpload>;

export const cornerRoutes = {
  /** Published and not over. */
  'GET /api/corner': { by: 'anyone', reply: Corner },
  'GET /api/corner/posts': { by: 'anyone', query: Closed({ kind: OneOf(cornerKinds), page: Type.String({ pattern: '^[1-9]\\d{0,3}$' }) }), reply: CornerPage },
  /** Errors: not_found (also: not published, over, taken down). */
  'GET /api/corner/posts/:postId': { by: 'anyone', params: OnePost, reply: CornerPost },
  /** As a file to be kept. Errors: not_found. */
  'GET /api/corner/resources/:resourceId/file': { by: 'anyone', params: OneResource, reply: 'file' },
  /** Posts of the institutions one is of the office of or oversees; of all for whoever operates the platform. */
  'GET /api/corner-desk': { by: desk, across: true, reply: CornerDesk },
  /** By its office, or whoever oversees it (news alone). It waits for somebody else. Errors: not_found, forbidden (a job by the authority), corner_invalid, word_refused, bad_request (the id is another's). */
  'POST /api/institutions/:institutionId/corner-posts': { by: desk, params: Closed({ institutionId: Uuid }), body: CornerPostBody, reply: CornerDesk },
  /** By another than the writer: whoever oversees that institution, or operates the platform. Refusing needs a reason. Errors: not_found, corner_own_post, corner_decided, corner_over (a last day that is past), bad_request (no reason). */
  'POST /api/corner/posts/:postId/decision': { by: ['admin', 'regulator'], across: true, params: OnePost, body: Closed({ publish: Type.Boolean(), reason: Type.String({ maxLength: signs.reason }) }), reply: CornerDesk },
  /** By its office too. Errors: not_found, corner_decided (it is neither waiting nor published). */
  'POST /api/corner/posts/:postId/taking-down': { by: desk, across: true, params: OnePost, body: Closed({ reason: Reason }), reply: CornerDesk },
  /** By the authority, for everybody, at once. The same file again is the same resource. Errors: corner_resources_full (ten stand), word_refused, attachment_type (by content: PDF, JPEG or PNG), picture_invalid, attachment_too_large, bad_request (another number of bytes). */
  'POST /api/corner/resources': { by: ['regulator'], query: ResourceUpload, body: 'bytes', reply: Corner },
  /** By who added it, or whoever operates the platform; its place is free then. Errors: not_found. */
  'POST /api/corner/resources/:resourceId/withdrawal': { by: ['admin', 'regulator'], across: true, params: OneResource, body: Closed({ reason: Reason }), reply: Empty },
} as const;
