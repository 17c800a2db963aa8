// The Socket.IO server: WebSocket only, known people only, from our own pages only.
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import type { ErrorCode } from '#domain/errors.ts';
import { personBySession } from '../account/session.ts';
import type { Deps } from '../deps.ts';
import type { ClassroomServer } from './context.ts';

const maxPacketBytes = 256 * 1024;

/** What a refused browser sees in `connect_error`: the code as message and in `data`. */
const refusal = (code: ErrorCode): Error => Object.assign(new Error(code), { data: { code } });

/** Browsers always send Origin with a WebSocket: it must be the host they talk to. Programs send none. */
export function sameHost(request: Pick<IncomingMessage, 'headers'>): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** Opens the server on `/socket.io`; with `redisUrl` all signaling processes are one. */
export function openSocketServer(httpServer: HttpServer, deps: Deps, redisUrl: string | undefined): { io: ClassroomServer; close(): Promise<void> } {
  const redis = redisUrl ? new Redis(redisUrl, { maxRetriesPerRequest: null }) : null;
  redis?.on('error', (error: Error) => deps.log.warn({ reason: error.message }, 'redis is away'));
  const io: ClassroomServer = new Server(httpServer, {
    path: '/socket.io', transports: ['websocket'], serveClient: false, maxHttpBufferSize: maxPacketBytes,
    pingInterval: 5_000, pingTimeout: 10_000, connectTimeout: 10_000,
    ...(redis && { adapter: createAdapter(redis, { streamName: 'keshi', blockTimeInMs: 1_000, onlyPlaintext: true }) }),
  });
  io.use((socket, next) => {
    if (!sameHost(socket.request)) return next(refusal('forbidden'));
    void personBySession(deps, socket.request.headers.cookie).then((person) => {
      if (!person) return next(refusal('unauthenticated'));
      socket.data.personId = person.personId;
      socket.data.seat = null;
      next();
    }, (error: unknown) => {
      deps.log.error({ err: error }, 'handshake failed');
      next(refusal('internal'));
    });
  });
  return {
    io,
    close: async () => {
      await io.close();
      redis?.disconnect();
    },
  };
}
