// The socket through which signaling drives this node: on loopback only, behind a shared secret, every request checked by its schema.
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Static } from 'typebox';
import { Server, type Socket } from 'socket.io';
import { sfuRequests, type SfuRequests } from '#contracts/sfu-control.ts';
import type { Reply } from '#contracts/request-table.ts';
import { DomainError } from '#domain/errors.ts';
import { answer, checker } from '#runtime/answer.ts';
import type { Logger } from '#runtime/log.ts';
import type { Tell } from '../tell.ts';
import type { SfuHandlers } from './handlers.ts';

export interface ControlServer { readonly port: number; readonly tell: Tell; serve(handlers: SfuHandlers, greet: (tell: Tell) => void): void; close(): Promise<void> }
type Ack = (reply: Reply<unknown>) => void;
type Handle = (data: unknown) => Promise<unknown>;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function checked<K extends keyof SfuRequests>(name: K, handlers: SfuHandlers): Handle {
  const check: (data: unknown) => Static<SfuRequests[K]['data']> = checker<SfuRequests[K]['data']>(sfuRequests[name].data);
  return async (data) => handlers[name](check(data));
}

/** One line per request: the ids it names, never its parameters. */
function idsIn(data: unknown): Record<string, unknown> {
  if (typeof data !== 'object' || data === null) return {};
  return Object.fromEntries(Object.entries(data).filter(([key, value]) => key.endsWith('Id') && typeof value === 'string'));
}

function attend(socket: Socket, handles: Map<string, Handle>, log: Logger): void {
  socket.onAny((name: string, ...sent: unknown[]) => {
    const last = sent.at(-1);
    const ack = (typeof last === 'function' ? last : () => undefined) as Ack;
    const data = typeof last === 'function' && sent.length === 1 ? undefined : sent[0];
    const handle = handles.get(name);
    void answer(log, { request: name, ...idsIn(data) }, async () => {
      if (!handle) throw new DomainError('bad_request', 'no such request');
      return handle(data);
    }).then((reply) => {
      if (!reply.ok) log.debug({ request: name, code: reply.error.code, ...idsIn(data) }, 'request refused');
      ack(reply);
    });
  });
}

/** Listens at once, so that a second sfu on this port fails before it touches any file; serves when told to. */
export async function createControlServer(port: number, secret: string, log: Logger): Promise<ControlServer> {
  const http = createServer((_request, response) => response.writeHead(404).end());
  const io = new Server(http, { transports: ['websocket'], serveClient: false, pingInterval: 5000, pingTimeout: 10_000 });
  const expected = digest(secret);
  io.use((socket, next) => {
    const given: unknown = socket.handshake.auth['secret'];
    if (typeof given === 'string' && timingSafeEqual(digest(given), expected)) return next();
    log.warn('control connection refused: wrong secret');
    next(new Error('unauthenticated'));
  });
  http.listen(port, '127.0.0.1');
  await once(http, 'listening').catch((error: unknown) => {
    throw new Error(`control port ${port} on 127.0.0.1 cannot be used: set SFU_CONTROL_PORT to another one`, { cause: error });
  });
  const address = http.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    tell: (event, data) => { io.emit(event, data); },
    serve(handlers, greet) {
      const handles = new Map(Object.keys(sfuRequests).map((name) => [name, checked(name as keyof SfuRequests, handlers)]));
      const welcome = (socket: Socket): void => {
        attend(socket, handles, log);
        greet((event, data) => { socket.emit(event, data); });
        log.info({ socketId: socket.id }, 'signaling connected');
      };
      io.on('connection', welcome);
      io.sockets.sockets.forEach(welcome);
    },
    async close() { await io.close(); },
  };
}
