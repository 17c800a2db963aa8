// The public corner: policy news, jobs and links to the public employment service, read without login (R33, R34, R35).
import Type, { type Static } from 'typebox';
import { mostLinks, publicPostKinds, publicPostSigns as signs, publicPostStates } from '#domain/public-post.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const text = (most: number) => Type.String({ minLength: 1, maxLength: most });
const Link = Closed({ name: text(60), address: text(500) });
export const NewsBody = Closed({ postId: Uuid, title: text(signs.title), words: text(signs.words), source: Type.String({ maxLength: signs.source }), links: Type.Array(Link, { maxItems: mostLinks }) });
export type NewsBody = Static<typeof NewsBody>;
export const JobBody = Closed({
  postId: Uuid, title: text(signs.title), place: text(signs.place), region: Nullable(Type.String({ pattern: '^\\d{6}$' })), wage: text(signs.wage), requirements: Type.String({ maxLength: signs.requirements }), contact: text(signs.contact), endsAt: Instant,
});
export type JobBody = Static<typeof JobBody>;
const News = Closed({ postId: Uuid, title: Type.String(), words: Type.String(), source: Type.String(), links: Type.Array(Link), publishedAt: Instant, by: Type.String() });
const Job = Closed({ postId: Uuid, title: Type.String(), place: Type.String(), region: Nullable(Type.String()), wage: Type.String(), requirements: Type.String(), contact: Type.String(), publishedAt: Instant, endsAt: Instant, by: Type.String() });
/** Newest first, fifty of each; `by` is the institution. `services`: the public employment service. */
export const PublicCorner = Closed({ news: Type.Array(News), jobs: Type.Array(Job), services: Type.Array(Link), serverAt: Instant });
export type PublicCorner = Static<typeof PublicCorner>;
export const DeskPost = Closed({
  postId: Uuid, kind: OneOf(publicPostKinds), state: OneOf(publicPostStates), title: Type.String(), content: Type.Union([NewsBody, JobBody]), writtenAt: Instant, by: Type.String(), endsAt: Nullable(Instant),
  reason: Nullable(Type.String()), complaints: Type.Array(Closed({ text: Type.String(), at: Instant })), mayDecide: Type.Boolean(),
});
export const DeskPosts = Closed({ posts: Type.Array(DeskPost) });
export type DeskPosts = Static<typeof DeskPosts>;

const writers = ['admin', 'institution', 'regulator'] as const;
const OneInstitution = Closed({ institutionId: Uuid });
const OnePost = Closed({ postId: Uuid });
const Reason = Closed({ reason: text(signs.reason) });
export const publicRoutes = {
  'GET /api/public-corner': { by: 'anyone', reply: PublicCorner },
  /** Of a shown post; without login, rate limited. Errors: not_found, too_many_attempts. */
  'POST /api/public-corner/:postId/complaints': { by: 'anyone', params: OnePost, body: Closed({ text: text(signs.complaint) }), reply: Empty },
  'GET /api/institutions/:institutionId/public-posts': { by: writers, params: OneInstitution, reply: DeskPosts },
  /** Errors: not_found, word_refused, bad_request (a link that is none, the id is another's). */
  'POST /api/institutions/:institutionId/public-news': { by: writers, params: OneInstitution, body: NewsBody, reply: DeskPosts },
  'POST /api/institutions/:institutionId/public-jobs': { by: ['admin', 'institution'], params: OneInstitution, body: JobBody, reply: DeskPosts },
  /** By another than the writer. Errors: not_found, forbidden (one's own), already_decided. */
  'POST /api/public-posts/:postId/decision': { by: writers, params: OnePost, body: Closed({ publish: Type.Boolean(), reason: Type.String({ maxLength: signs.reason }) }), reply: DeskPosts },
  'POST /api/public-posts/:postId/taking-down': { by: writers, params: OnePost, body: Reason, reply: DeskPosts },
} as const;
