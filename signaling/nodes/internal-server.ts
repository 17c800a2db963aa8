// The HTTP server of the internal port: media nodes register here, metrics are read here. Never reached by the public.
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { newId } from '#domain/id.ts';
import { ConfigError } from '#runtime/config.ts';
import type { Logger } from '#runtime/log.ts';
import { answerError } from '../http/error-answer.ts';

const bodyMaxBytes = 64 * 1024;

/** Without routes: whoever has something internal to answer registers it before `listenInternally`. */
export function createInternalServer(log: Logger): FastifyInstance {
  const logger: FastifyBaseLogger = log;
  const app = fastify({
    loggerInstance: logger, logController: new LogController({ disableRequestLogging: true }), genReqId: () => newId(), bodyLimit: bodyMaxBytes,
    requestTimeout: 10_000, forceCloseConnections: true, frameworkErrors: (error, request, reply) => void answerError(log, error, request, reply),
  });
  app.setErrorHandler((error, request, reply) => answerError(log, error, request, reply));
  return app;
}

/** Answers the port. Throws ConfigError where it cannot be had. */
export async function listenInternally(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<number> {
  await app.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError([`SIGNALING_INTERNAL_PORT=${port} on INTERNAL_HOST=${host} cannot be used (${error.code ?? error.message})`]);
  });
  const address = app.server.address();
  return typeof address === 'object' && address ? address.port : port;
}
