// What every driver of a socket does alike: it connects or is refused, sends and reads the answers.
import type { Socket } from 'socket.io-client';
import type { Reply } from '#contracts/request-table.ts';
import type { ErrorCode } from '#domain/errors.ts';

/** A refusal of the server, by its code. */
export class Refused extends Error {
  readonly code: ErrorCode;
  constructor(request: string, code: ErrorCode, message: string) {
    super(`${request} refused: ${code} (${message})`);
    this.code = code;
  }
}

/** Connects, or throws Refused with the code of `connect_error`; a line that was refused is closed. */
export function connectLine(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve());
    socket.once('connect_error', (error: Error & { data?: { code?: ErrorCode } }) => {
      socket.disconnect();
      reject(new Refused('connect', error.data?.code ?? 'internal', error.message));
    });
    socket.connect();
  });
}

/** The raw answer, whatever it is; `data` unchecked, for sending what is wrong. */
export async function sendOn(socket: Socket, patienceMs: number, name: string, data: readonly unknown[]): Promise<Reply<unknown>> {
  const reply: Reply<unknown> = await socket.timeout(patienceMs).emitWithAck(name, ...data);
  return reply;
}

/** What was answered. Throws Refused. */
export function granted<T>(name: string, reply: Reply<T>): T {
  if (!reply.ok) throw new Refused(name, reply.error.code, reply.error.message);
  return reply.data;
}

/** The code of the refusal; throws where the request was granted. */
export function refusalIn(name: string, reply: Reply<unknown>): ErrorCode {
  if (reply.ok) throw new Error(`${name} was not refused`);
  return reply.error.code;
}
