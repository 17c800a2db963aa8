// The one pattern: a request is declared once (who may ask, what is sent, what comes back); types follow from it.
import type { Static, TSchema } from 'typebox';
import type { ErrorCode } from '#domain/errors.ts';
import type { LessonRole } from '#domain/roles.ts';

export interface RequestSpec {
  /** Roles in the lesson that may ask; everybody else gets `forbidden`. */
  by: readonly LessonRole[];
  data: TSchema;
  reply: TSchema;
}
export type RequestTable = Record<string, RequestSpec>;
/** Facts told to clients: schema by event name. */
export type EventTable = Record<string, TSchema>;

export interface ReplyError { code: ErrorCode; message: string; requestId?: string }
export type Reply<T> = { ok: true; data: T } | { ok: false; error: ReplyError };

export type RequestData<T extends RequestTable, K extends keyof T> = Static<T[K]['data']>;
export type RequestReply<T extends RequestTable, K extends keyof T> = Static<T[K]['reply']>;

/** Socket.IO's map of what a client may send. */
export type ClientToServer<T extends RequestTable> = {
  [K in keyof T]: (data: RequestData<T, K>, ack: (reply: Reply<RequestReply<T, K>>) => void) => void;
};
/** Socket.IO's map of what a server tells. */
export type ServerToClient<T extends EventTable> = { [K in keyof T]: (data: Static<T[K]>) => void };

/** The handlers a table demands; a missing one does not compile. */
export type Handlers<T extends RequestTable, Context> = {
  [K in keyof T]: (context: Context, data: RequestData<T, K>) => Promise<RequestReply<T, K>>;
};
