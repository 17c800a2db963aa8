// The HTTP half of signaling: every route of the table, the web app, headers and errors. It does not listen by itself.
import { createServer, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { fileURLToPath } from 'node:url';
import { fastify, LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify';
import { publicStoreOrigin } from '#runtime/open-storage.ts';
import { accountRoutes } from './account/routes.ts';
import { afterClassRoutes } from './after-class/routes.ts';
import { attachmentRoutes } from './attachment/routes.ts';
import { evidenceHandlers } from './evidence/routes.ts';
import { apiClientHandlers } from './api-client/routes.ts';
import { registerApiV1 } from './api-v1/register.ts';
import { openApiHandlers } from './openapi/routes.ts';
import { certificateHandlers } from './certificate/routes.ts';
import { calendarHandlers } from './calendar/routes.ts';
import { checkRoutes } from './check/routes.ts';
import { courseHandlers } from './course/routes.ts';
import { clientRoutes } from './client/routes.ts';
import { offlineRoutes } from './offline/routes.ts';
import { siteHandlers } from './site/routes.ts';
import { retentionHandlers } from './retention/routes.ts';
import { correctionRoutes } from './correction/routes.ts';
import { helpHandlers } from './help/routes.ts';
import { cornerHandlers } from './corner/routes.ts';
import { coursewareRoutes } from './courseware/routes.ts';
import { quizRoutes } from './quiz/routes.ts';
import { consentRoutes } from './consent/routes.ts';
import type { Deps } from './deps.ts';
import { examHandlers } from './exam/routes.ts';
import { ledgerHandlers } from './ledger/routes.ts';
import { faceRoutes } from './face/routes.ts';
import { filmRoutes } from './film/routes.ts';
import { recordedRoutes } from './recorded/routes.ts';
import { hoursRoutes } from './hours/routes.ts';
import { answerError } from './http/error-answer.ts';
import { registerRoutes } from './http/register-routes.ts';
import type { RouteHandlers } from './http/route-handlers.ts';
import { sendSecurityHeaders } from './http/security-headers.ts';
import { serveWebApp } from './http/web-app.ts';
import { identityRoutes } from './identity/routes.ts';
import { inspectionHandlers } from './inspection/routes.ts';
import { institutionRoutes } from './institution/routes.ts';
import { lessonRoutes } from './lesson/routes.ts';
import { liveStreamRoutes } from './live-stream/routes.ts';
import { timeRoutes } from './metrics/routes.ts';
import { operatorRoutes } from './operator/routes.ts';
import { reviewRoutes } from './recording-review/routes.ts';
import { cohortHandlers } from './cohort/routes.ts';
import { openingHandlers } from './opening/routes.ts';
import { invitationHandlers } from './invitation/routes.ts';
import { oversightHandlers } from './oversight/routes.ts';
import { paperHandlers } from './paper/routes.ts';
import { selfTestHandlers } from './self-test/routes.ts';
import { subsidyHandlers } from './subsidy/routes.ts';
import { connectorRoutes } from './connector/routes.ts';
import { questionRoutes } from './question/routes.ts';
import { qaRoutes } from './qa/routes.ts';
import { replayRoutes } from './replay/routes.ts';
import { reportRoutes } from './report/routes.ts';
import { checkReviewRoutes } from './review/routes.ts';
import { staffRoutes } from './staff/routes.ts';
import { rulesRoutes } from './rules/routes.ts';
import { timetableHandlers } from './timetable/routes.ts';
import { webhookHandlers } from './webhook/routes.ts';

export interface SignalingOptions {
  /** Served over HTTPS with these, else over HTTP. */
  tls?: { cert: Buffer; key: Buffer } | undefined;
  /** Built web app; default web/dist of this checkout. */
  webFolder?: string;
}

const builtWebFolder = fileURLToPath(new URL('../web/dist', import.meta.url));
const healthPatienceMs = 2_000;
const jsonMaxBytes = 64 * 1024;
/** An upload slower than this is given up. */
const requestTimeoutMs = 120_000;
/** A class that comes at once waits at the door of the system, not before it: its own usual 511 would have them try again after seconds. */
const backlog = 4_096;
/** Longer than browsers and proxies keep an idle connection: it is theirs to close, or a request could meet the closing. */
const keepAliveMs = 305_000;

/** False also where the database only keeps us waiting. */
async function databaseAnswers({ orm }: Deps): Promise<boolean> {
  const answered = orm.em.fork().execute('select 1').then(() => true, () => false);
  return Promise.race([answered, new Promise<boolean>((resolve) => setTimeout(resolve, healthPatienceMs, false).unref())]);
}

/** A handler for every route; a missing one does not compile. */
function createHandlers(deps: Deps, secure: boolean): RouteHandlers {
  return {
    'GET /api/health': async () => ({ ok: await databaseAnswers(deps) }),
    ...accountRoutes(deps, { secure }), ...lessonRoutes(deps), ...consentRoutes(deps), ...identityRoutes(deps), ...faceRoutes(deps), ...replayRoutes(deps), ...reportRoutes(deps),
    ...reviewRoutes(deps), ...liveStreamRoutes(deps), ...operatorRoutes(deps), ...checkReviewRoutes(deps), ...hoursRoutes(deps), ...rulesRoutes(deps), ...checkRoutes(deps), ...questionRoutes(deps),
    ...afterClassRoutes(deps),
    ...qaRoutes(deps),
    ...coursewareRoutes(deps),
    ...examHandlers(deps),
    ...courseHandlers(deps),
    ...ledgerHandlers(deps),
    ...quizRoutes(deps),
    ...attachmentRoutes(deps),
    ...institutionRoutes(deps),
    ...staffRoutes(deps),
    ...timetableHandlers(deps),
    ...calendarHandlers(deps),
    ...cohortHandlers(deps),
    ...clientRoutes(deps),
    ...openingHandlers(deps),
    ...invitationHandlers(deps),
    ...correctionRoutes(deps),
    ...retentionHandlers(deps),
    ...offlineRoutes(deps),
    ...siteHandlers(deps),
    ...helpHandlers(deps),
    ...filmRoutes(deps),
    ...recordedRoutes(deps),
    ...certificateHandlers(deps),
    ...openApiHandlers(), ...apiClientHandlers(deps), ...webhookHandlers(deps),
    ...evidenceHandlers(deps),
    ...cornerHandlers(deps),
    ...oversightHandlers(deps),
    ...paperHandlers(deps),
    ...subsidyHandlers(deps),
    ...connectorRoutes(deps),
    ...inspectionHandlers(deps),
    ...selfTestHandlers(deps),
  };
}

export async function createSignaling(deps: Deps, options: SignalingOptions = {}): Promise<FastifyInstance> {
  const { log, config } = deps;
  const { tls } = options;
  // Behind a proxy that ends TLS the browser is on HTTPS too: cookie, CSP and HSTS go by what it sees.
  const secure = tls !== undefined || config.TRUSTED_PROXIES !== undefined;
  const logger: FastifyBaseLogger = log;
  const app: FastifyInstance = fastify({
    loggerInstance: logger, logController: new LogController({ disableRequestLogging: true }), bodyLimit: jsonMaxBytes,
    // What is logged of a request names it itself: a logger for each cost more than it told.
    childLoggerFactory: (parent) => parent,
    // Who asks is the last address that no proxy of ours has, never one a client put into a header.
    trustProxy: config.TRUSTED_PROXIES ?? false,
    // Access to a path with and without a slash at its end is one thing; ids are never folded to lower case.
    // Signed links are longer than the 100 characters a parameter has by default.
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 400 },
    frameworkErrors: (error, request, reply) => void answerError(log, error, request, reply),
    serverFactory: (handler): Server => {
      const server: Server = tls ? createSecureServer(tls, handler) : createServer(handler);
      server.requestTimeout = requestTimeoutMs;
      server.keepAliveTimeout = keepAliveMs;
      return server;
    },
  });
  app.setErrorHandler((error, request, reply) => answerError(log, error, request, reply));
  timeRoutes(app, deps.figures);
  await sendSecurityHeaders(app, { publicHost: config.PUBLIC_HOST, secure, storeOrigin: publicStoreOrigin(config) });
  await registerRoutes(app, deps, createHandlers(deps, secure));
  registerApiV1(app, deps);
  await serveWebApp(app, log, options.webFolder ?? builtWebFolder);
  return app;
}

/** Listens and answers the port. For localhost on this machine only: cameras would not work from elsewhere over HTTP. */
export async function listen(app: FastifyInstance, port: number, publicHost: string): Promise<number> {
  await app.listen({ port, host: publicHost === 'localhost' ? '127.0.0.1' : '0.0.0.0', backlog });
  const address = app.server.address();
  return typeof address === 'object' && address ? address.port : port;
}
