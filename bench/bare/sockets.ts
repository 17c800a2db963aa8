// The bare library as the limit: Socket.IO with our options that lets everybody into one room and passes words on, no login, no rows. Started as a process of its own.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { signOfLifeEveryMs } from '#domain/seat.ts';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false, maxHttpBufferSize: 256 * 1024, pingInterval: signOfLifeEveryMs, pingTimeout: 10_000 });
io.on('connection', (socket) => {
  // As Socket.IO advises, and as we do: the request of the handshake is not kept.
  Object.assign(socket.conn, { request: null });
  socket.on('lesson:enter', async (_data: unknown, answer: (reply: unknown) => void) => {
    await socket.join('class');
    answer({ ok: true, data: {} });
  });
  socket.on('presence:report', (_data: unknown, answer: (reply: unknown) => void) => answer({ ok: true, data: {} }));
  socket.on('chat:send', (message: unknown, answer: (reply: unknown) => void) => {
    answer({ ok: true, data: {} });
    io.to('class').emit('chat:sent', message);
  });
  socket.on('quiz:open', (quiz: unknown, answer: (reply: unknown) => void) => {
    answer({ ok: true, data: {} });
    io.to('class').emit('quiz:opened', quiz);
  });
  socket.on('quiz:answer', (_data: unknown, answer: (reply: unknown) => void) => answer({ ok: true, data: {} }));
});
http.listen(0, '127.0.0.1', 4096, () => process.send?.({ port: (http.address() as AddressInfo).port }));
process.on('disconnect', () => process.exit(0));
