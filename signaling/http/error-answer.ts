// Every refusal in one shape: { error: { code, message } }. Unknown errors leave only as `internal` with a request id.
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError, errorStatus } from '#domain/errors.ts';
import { toReplyError } from '#runtime/answer.ts';
import type { Logger } from '#runtime/log.ts';

/** What Fastify itself refuses (unreadable JSON, another content type, too large a body) is a bad request. */
function known(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  const { statusCode, message } = error as Partial<FastifyError>;
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? new DomainError('bad_request', message ?? 'bad request') : error;
}

/** What was promised of a file that then could not be read. */
const ofFiles = ['accept-ranges', 'content-disposition', 'content-encoding', 'content-length', 'content-range', 'etag'] as const;

export function answerError(log: Logger, error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const context = { route: request.routeOptions.url, method: request.method, personId: request.person?.personId };
  const refusal = toReplyError(known(error), log, context);
  for (const name of ofFiles) reply.removeHeader(name);
  log.debug({ ...context, code: refusal.code }, 'request refused');
  return reply.code(errorStatus[refusal.code]).header('cache-control', 'no-store').type('application/json; charset=utf-8').send({ error: refusal });
}
