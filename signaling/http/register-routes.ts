// One registration for every route of the table: from our own page, known, allowed, well-formed; then its handler; then its reply checked.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { restRoutes, type RouteName, type RouteSpec } from '#contracts/rest.ts';
import { Empty } from '#contracts/shapes.ts';
import { Membership } from '#db/entities/people.ts';
import { acrossInstitutions, withinInstitutions } from '#db/tenancy.ts';
import { DomainError } from '#domain/errors.ts';
import { checker, sentChecker } from '#runtime/answer.ts';
import { asReader, asReaderOfOwn } from '../account/reader.ts';
import { personBySession, type KnownPerson } from '../account/session.ts';
import type { Deps } from '../deps.ts';
import { sendFile, type FileAnswer, type Redirect } from './file-answer.ts';
import { writeLook } from './looks.ts';
import type { RouteContext, RouteHandlers } from './route-handlers.ts';
import { securityEntries, type SecurityEntries } from './security-entries.ts';
import { fromOwnPage } from './same-origin.ts';
import { bytesUpload, pictureUpload, picturesUpload, takeForms, takeRawBodies, workbookUpload } from './uploads.ts';

declare module 'fastify' {
  /** `oversees`: of those whom the route is for they are regulators alone. */
  interface FastifyRequest { person: KnownPerson | null; oversees: boolean }
}

/** Throws unauthenticated, second_factor_needed or forbidden; runs before a body is read. */
async function admit(deps: Deps, spec: RouteSpec, request: FastifyRequest): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD' && !fromOwnPage(request.headers)) throw new DomainError('forbidden', 'asked from another site');
  if (spec.by === 'anyone') return;
  request.person = await personBySession(deps, request.headers.cookie);
  if (!request.person) throw new DomainError('unauthenticated', 'log in first');
  if (request.person.factorNeeded && !spec.beforeFactor) throw new DomainError('second_factor_needed', 'set up a second factor first');
  if (spec.by === 'account') return;
  const fitting = await deps.orm.em.fork().find(Membership, { personId: request.person.personId, role: { $in: [...spec.by] } }, { fields: ['role'] });
  request.oversees = fitting.every(({ role }) => role === 'regulator');
  if (fitting.length === 0) throw new DomainError('forbidden', `for ${spec.by.join(', ')} only`);
}

function bodyReader(body: RouteSpec['body']): (request: FastifyRequest) => unknown {
  if (body === 'picture') return pictureUpload;
  if (body === 'pictures') return picturesUpload;
  if (body === 'workbook') return workbookUpload;
  if (body === 'bytes') return bytesUpload;
  const check = sentChecker(body ?? Empty);
  return (request) => {
    const checked = check(body ? request.body : (request.body ?? {}));
    return body && checked;
  };
}

/** Checks params, query and body; a part the route does not declare must be empty. */
function contextReader<K extends RouteName>(spec: RouteSpec): (request: FastifyRequest, reply: FastifyReply) => RouteContext<K> {
  const params = sentChecker(spec.params ?? Empty);
  const query = sentChecker(spec.query ?? Empty);
  const body = bodyReader(spec.body);
  return (request, reply) => {
    const context: unknown = {
      person: request.person, params: params(request.params), query: query(request.query), body: body(request), request, reply,
    };
    return context as RouteContext<K>;
  };
}

/** A reply that does not fit its schema never leaves: it is a fault of ours. */
function replySender(name: RouteName, reply: RouteSpec['reply']): (request: FastifyRequest, answer: FastifyReply, value: unknown) => FastifyReply | Promise<FastifyReply> {
  if (reply === 'file') return (request, answer, value) => sendFile(request, answer, value as FileAnswer | Redirect);
  const check = checker(reply);
  return (_request, answer, value) => {
    try {
      return answer.header('cache-control', 'no-store').send(check(value));
    } catch (cause) {
      throw new Error(`the reply of ${name} does not fit its schema`, { cause });
    }
  };
}

/** Rows of other institutions than the asker's are not there for a handler; who is nobody yet has none. */
function inReach<T>(name: RouteName, spec: RouteSpec, { person, oversees }: FastifyRequest, work: () => Promise<T>): Promise<T> {
  const reached = (): Promise<T> => (spec.across ? acrossInstitutions(work) : withinInstitutions(person?.institutionIds ?? [], work));
  if (!person?.onlyOversees && !oversees) return reached();
  return ownAccount.test(name) ? asReaderOfOwn(reached) : asReader(reached);
}
/** Of one's own account: rows of a person, not of an institution. */
const ownAccount = /^[A-Z]+ \/api\/(me|consents|check-way|face-enrolment)(\/|$)/;

function addRoute<K extends RouteName>(scope: FastifyInstance, deps: Deps, name: K, handlers: RouteHandlers, entries: SecurityEntries): void {
  const spec: RouteSpec = restRoutes[name];
  const [method = '', url = ''] = name.split(' ');
  const read = contextReader<K>(spec);
  const send = replySender(name, spec.reply);
  scope.route({
    method: method === 'GET' ? ['GET', 'HEAD'] : method, url,
    ...(spec.bodyMaxBytes && { bodyLimit: spec.bodyMaxBytes }),
    onRequest: (request) => admit(deps, spec, request),
    onError: (request, _reply, error) => entries.refused(name, request, error),
    handler: async (request, reply) => {
      const value = await inReach(name, spec, request, async () => {
        const answer = await handlers[name](read(request, reply));
        await writeLook(deps, name, spec, request, answer);
        return answer;
      });
      await entries.done(name, request, value);
      return send(request, reply, value);
    },
  });
}

/** JSON as Fastify reads it, but an empty body is no body. */
function takeJson(scope: FastifyInstance): void {
  const parse = scope.getDefaultJsonParser('error', 'error');
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body: string, done) => {
    if (body === '') done(null, undefined);
    else void parse(request, body, done);
  });
}

export async function registerRoutes(app: FastifyInstance, deps: Deps, handlers: RouteHandlers): Promise<void> {
  app.decorateRequest('person', null);
  app.decorateRequest('oversees', false);
  const entries = securityEntries(deps);
  const names = Object.keys(restRoutes) as RouteName[];
  const bodyOf = (name: RouteName): RouteSpec['body'] => (restRoutes[name] as RouteSpec).body;
  const scopes = [
    { take: takeJson, mine: (body: RouteSpec['body']) => typeof body !== 'string' },
    { take: takeRawBodies, mine: (body: RouteSpec['body']) => body === 'picture' || body === 'workbook' || body === 'bytes' },
    { take: takeForms, mine: (body: RouteSpec['body']) => body === 'pictures' },
  ];
  for (const { take, mine } of scopes) {
    await app.register(async (scope) => {
      await take(scope);
      for (const name of names) if (mine(bodyOf(name))) addRoute(scope, deps, name, handlers, entries);
    });
  }
}
