// What the table of routes demands: a handler per route, typed by its schemas. A missing one does not compile.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { RestRoutes, RouteName } from '#contracts/rest.ts';
import type { KnownPerson } from '../account/session.ts';
import type { FileAnswer, Redirect } from './file-answer.ts';
import type { BytesUpload, PictureUpload, PicturesUpload, WorkbookUpload } from './uploads.ts';

type PartOf<K extends RouteName, P extends string> = RestRoutes[K] extends { [Q in P]: infer S extends TSchema } ? Static<S> : undefined;
type BodyOf<K extends RouteName> = RestRoutes[K] extends { body: 'picture' } ? PictureUpload
  : RestRoutes[K] extends { body: 'pictures' } ? PicturesUpload : RestRoutes[K] extends { body: 'workbook' } ? WorkbookUpload : RestRoutes[K] extends { body: 'bytes' } ? BytesUpload : PartOf<K, 'body'>;
type ReplyOf<K extends RouteName> = RestRoutes[K] extends { reply: 'file' } ? FileAnswer | Redirect : PartOf<K, 'reply'>;
type PersonOf<K extends RouteName> = RestRoutes[K] extends { by: 'anyone' } ? null : KnownPerson;

/** One checked request: who asks is known, and every part fits its schema. */
export interface RouteContext<K extends RouteName> {
  person: PersonOf<K>;
  params: PartOf<K, 'params'>;
  query: PartOf<K, 'query'>;
  body: BodyOf<K>;
  request: FastifyRequest;
  reply: FastifyReply;
}
export type RouteHandlers = { [K in RouteName]: (context: RouteContext<K>) => Promise<ReplyOf<K>> };
