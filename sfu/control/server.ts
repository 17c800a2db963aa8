// The socket through which signaling drives this node and other nodes link to it: on an internal address, behind a shared secret, every request checked by its schema.
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Static } from 'typebox';
import { Server, type Socket } from 'socket.io';
import { sfuRequests, type SfuRequests } from '#contracts/sfu-control.ts';
import { linkRequests, type LinkRequests } from '#contracts/sfu-link.ts';
import { checker } from '#runtime/answer.ts';
import type { Logger } from '#runtime/log.ts';
import type { LinkLine } from '../link/origin-link.ts';
import type { Tell } from '../tell.ts';
import { attend, type Handle } from './attend.ts';
import type { SfuHandlers } from './handlers.ts';
import type { LinkHandlers } from './link-handlers.ts';

export interface ControlServerOptions {
  host: string;
  /** 0 takes a free port. */
  port: number;
  secret: string;
  /** Answers plain HTTP on the same port, such as metrics. */
  onRequest: RequestListener;
}
export interface ControlService {
  signaling: SfuHandlers; nodes: LinkHandlers;
  /** What a signaling that connects must know first. */
  greet: (tell: Tell) => void;
}
export interface ControlServer { readonly port: number; readonly tell: Tell; serve(service: ControlService): void; close(): Promise<void> }

/** A silent connection is noticed within 4.5 s: an origin that is cut off must be missed before its lesson is. */
const heartbeat = { pingInterval: 1500, pingTimeout: 3000 };
/** Those that are told what happens in rooms. */
const signalings = 'signaling';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function signalingHandle<K extends keyof SfuRequests>(name: K, handlers: SfuHandlers): Handle {
  const check: (data: unknown) => Static<SfuRequests[K]['data']> = checker<SfuRequests[K]['data']>(sfuRequests[name].data);
  return async (data) => handlers[name](check(data));
}

function linkHandle<K extends keyof LinkRequests>(name: K, handlers: LinkHandlers): (line: LinkLine) => Handle {
  const check: (data: unknown) => Static<LinkRequests[K]['data']> = checker<LinkRequests[K]['data']>(linkRequests[name].data);
  return (line) => async (data) => handlers[name](line, check(data));
}

function lineOf(socket: Socket): LinkLine {
  return {
    emit: (event, data) => { socket.emit(event, data); },
    onGone: (heard) => { socket.once('disconnect', (reason) => heard(reason === 'client namespace disconnect')); },
  };
}

/** Signaling asks what is in its table and hears what happens; a node asks what is in the other and hears of its own links. */
function welcomer({ signaling, nodes, greet }: ControlService, log: Logger): (socket: Socket) => void {
  const asked = new Map(Object.keys(sfuRequests).map((name) => [name, signalingHandle(name as keyof SfuRequests, signaling)]));
  const linked = Object.keys(linkRequests).map((name) => [name, linkHandle(name as keyof LinkRequests, nodes)] as const);
  return (socket) => {
    if (socket.handshake.auth['as'] === 'node') {
      const line = lineOf(socket);
      attend(socket, new Map(linked.map(([name, handle]) => [name, handle(line)])), log);
      return;
    }
    attend(socket, asked, log);
    greet((event, data) => { socket.emit(event, data); });
    void socket.join(signalings);
    log.info({ socketId: socket.id }, 'signaling connected');
  };
}

/** Listens at once, so that a second sfu on this port fails before it touches any file; serves when told to. */
export async function createControlServer({ host, port, secret, onRequest }: ControlServerOptions, log: Logger): Promise<ControlServer> {
  const http = createServer(onRequest);
  const io = new Server(http, { transports: ['websocket'], serveClient: false, ...heartbeat });
  const expected = digest(secret);
  io.use((socket, next) => {
    const given: unknown = socket.handshake.auth['secret'];
    if (typeof given === 'string' && timingSafeEqual(digest(given), expected)) return next();
    log.warn('control connection refused: wrong secret');
    next(new Error('unauthenticated'));
  });
  http.listen(port, host);
  await once(http, 'listening').catch((error: unknown) => {
    throw new Error(`control port ${port} on ${host} cannot be used: set SFU_CONTROL_PORT to another one`, { cause: error });
  });
  const address = http.address();
  return {
    port: typeof address === 'object' && address ? address.port : port,
    tell: (event, data) => { io.to(signalings).emit(event, data); },
    serve(service) {
      const welcome = welcomer(service, log);
      io.on('connection', welcome);
      io.sockets.sockets.forEach(welcome);
    },
    async close() { await io.close(); },
  };
}
