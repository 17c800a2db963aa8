// Answers the requests of one control connection; whatever is not among its handles is refused.
import type { Socket } from 'socket.io';
import type { Reply } from '#contracts/request-table.ts';
import { DomainError } from '#domain/errors.ts';
import { answer } from '#runtime/answer.ts';
import type { Logger } from '#runtime/log.ts';

/** Checks the data, then does what is asked. */
export type Handle = (data: unknown) => Promise<unknown>;
type Ack = (reply: Reply<unknown>) => void;

/** One line per request: the ids it names, never its parameters. */
function idsIn(data: unknown): Record<string, unknown> {
  if (typeof data !== 'object' || data === null) return {};
  return Object.fromEntries(Object.entries(data).filter(([key, value]) => key.endsWith('Id') && typeof value === 'string'));
}

export function attend(socket: Socket, handles: ReadonlyMap<string, Handle>, log: Logger): void {
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
