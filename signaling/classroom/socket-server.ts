// The Socket.IO server: WebSocket only, known people only, from our own pages only.
import { ServerResponse, type IncomingMessage, type Server as HttpServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { createAdapter } from '@socket.io/redis-streams-adapter';
import { Server } from 'socket.io';
import { DomainError, errorStatus, type ErrorCode } from '#domain/errors.ts';
import { signOfLifeEveryMs } from '#domain/seat.ts';
import { personBySession } from '../account/session.ts';
import type { Deps } from '../deps.ts';
import { spreadMs } from './audience.ts';
import type { ClassroomServer, ClassroomSocket } from './context.ts';
import { RedisLine, streamName } from './redis-line.ts';

const maxPacketBytes = 256 * 1024;
const blockMs = 1_000;
/** So long somebody who was let go may take to say goodbye: a dead phone never does, and WebSocket would wait half a minute for it. */
const farewellMs = 1_000;

/** What a refused browser sees in `connect_error`: the code as message and in `data`. */
export const refusal = (code: ErrorCode): Error => Object.assign(new Error(code), { data: { code } });

/** Browsers always send Origin with a WebSocket: it must be the host they talk to. Programs send none. */
export function sameHost(request: Pick<IncomingMessage, 'headers'>): boolean {
  const { origin, host } = request.headers;
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

/** A request that came without its upgrade: a proxy took it off, or somebody tries long polling. Said in the words of REST. */
function requireWebSocket(_request: IncomingMessage, response: unknown, next: (error?: Error) => void): void {
  if (!(response instanceof ServerResponse)) return next();
  const error = new DomainError('websocket_required', 'the classroom needs WebSocket: the proxy in between must pass on Upgrade and Connection');
  response.writeHead(errorStatus[error.code], { upgrade: 'websocket', connection: 'upgrade', 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ error: { code: error.code, message: error.message } }));
}

/** The handshake is over: its request, headers and buffers would be kept for every person of a class. */
export function forgetHandshake(socket: ClassroomSocket): void {
  Object.assign(socket.handshake, { headers: {}, query: {} });
  Object.assign(socket.conn, { request: null });
}

function knowPeople(io: ClassroomServer, deps: Deps): void {
  io.use((socket, next) => {
    if (!sameHost(socket.request)) return next(refusal('forbidden'));
    void personBySession(deps, socket.request.headers.cookie).then((person) => {
      if (!person) return next(refusal('unauthenticated'));
      if (person.factorNeeded) return next(refusal('second_factor_needed'));
      socket.data.personId = person.personId;
      socket.data.onlyOversees = person.onlyOversees;
      socket.data.seat = null;
      next();
    }, (error: unknown) => {
      deps.log.error({ err: error }, 'handshake failed');
      next(refusal('internal'));
    });
  });
}

/** The lines of WebSockets, to be cut where nobody at the other end closes them. */
function linesOf(httpServer: HttpServer): Set<Duplex> {
  const lines = new Set<Duplex>();
  httpServer.on('upgrade', (_request, line) => {
    lines.add(line);
    line.once('close', () => lines.delete(line));
  });
  return lines;
}

export interface SocketServer {
  io: ClassroomServer;
  /** Takes nobody any more and lets everybody go; other processes can still be told what follows from that. */
  disconnect(): void;
  close(): Promise<void>;
}

/** Opens the server on `/socket.io`; with `redisUrl` all signaling processes are one. */
export function openSocketServer(httpServer: HttpServer, deps: Deps, redisUrl: string | undefined): SocketServer {
  const opened: { io?: ClassroomServer } = {};
  const redis = redisUrl === undefined ? null : RedisLine.open(redisUrl, deps.log, () => {
    // To the people of every process: what was said here while Redis was away did not reach the others either.
    const { io } = opened;
    io?.emit('lesson:resync', { spreadMs: spreadMs(io.of('/').sockets.size) });
  });
  const io: ClassroomServer = (opened.io = new Server(httpServer, {
    path: '/socket.io', transports: ['websocket'], serveClient: false, maxHttpBufferSize: maxPacketBytes, perMessageDeflate: false,
    pingInterval: signOfLifeEveryMs, pingTimeout: 10_000, connectTimeout: 10_000,
    ...(redis && { adapter: createAdapter(redis.client, { streamName, blockTimeInMs: blockMs, onlyPlaintext: true }) }),
  }));
  io.engine.use(requireWebSocket);
  knowPeople(io, deps);
  const lines = linesOf(httpServer);
  return {
    io,
    disconnect: () => {
      if (httpServer.listening) httpServer.close();
      io.local.disconnectSockets(true);
    },
    close: async () => {
      await redis?.line.flush();
      // It waits for every connection there is, a long download too; what was observed of people must be written before whoever stops us loses patience.
      const closed = io.close();
      await Promise.race([closed, delay(farewellMs, undefined, { ref: false })]);
      for (const line of lines) line.destroy();
      redis?.line.close();
    },
  };
}
