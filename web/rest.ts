// Typed client of the REST routes: names, parameters, bodies and replies come from the contract's table.
import type { Static, TSchema } from 'typebox';
import type { ReplyError } from '#contracts/request-table.ts';
import type { RestRoutes, RouteName } from '#contracts/rest.ts';
import { errorStatus, type ErrorCode } from '#domain/errors.ts';
import { keepableOnly } from '#domain/text.ts';
import { serverClock } from './clock.ts';
import { noteRefusal } from './help/last-refusals.ts';
import { lookHeaders } from './look-purpose.ts';
import { routeAddress } from './rest-path.ts';

type Part<K extends RouteName, P extends string> = RestRoutes[K] extends { [Q in P]: infer S extends TSchema } ? Static<S> : never;
type BodyOf<K extends RouteName> = RestRoutes[K] extends { body: 'picture' | 'workbook' } ? Blob
  : RestRoutes[K] extends { body: 'pictures' } ? readonly Blob[]
  : RestRoutes[K] extends { body: 'bytes' } ? Blob
  : Part<K, 'body'>;
type Given<P extends string, V> = [V] extends [never] ? { [Q in P]?: never } : Record<never, never> extends V ? { [Q in P]?: V } : { [Q in P]: V };
export type RestCall<K extends RouteName> = Given<'params', Part<K, 'params'>> & Given<'query', Part<K, 'query'>> & Given<'body', BodyOf<K>>;
type Arguments<K extends RouteName> = Record<never, never> extends RestCall<K> ? [call?: RestCall<K>] : [call: RestCall<K>];
type FileRoute = { [K in RouteName]: RestRoutes[K] extends { reply: 'file' } ? K : never }[RouteName];
export type JsonRoute = Exclude<RouteName, FileRoute>;
export type RestReply<K extends JsonRoute> = Part<K, 'reply'>;

/** `unreachable` is the browser's own: no answer came at all. */
export type RestErrorCode = ErrorCode | 'unreachable';

/** A refused or failed call; people read `errors.<code>`. */
export class RestError extends Error {
  readonly code: RestErrorCode;
  readonly requestId: string | undefined;
  constructor(code: RestErrorCode, message: string, requestId?: string) {
    super(message);
    this.name = 'RestError';
    this.code = code;
    this.requestId = requestId;
  }
}

const callTimeoutMs = 20_000;
const uploadTimeoutMs = 120_000;
const listeners = new Set<() => void>();
/** Told whenever the server says that nobody is logged in. */
export function onUnauthenticated(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The address of a file route, for links, images and players. */
export function restUrl<K extends FileRoute>(route: K, ...[call]: Arguments<K>): string {
  const { params, query } = (call ?? {}) as { params?: Record<string, string>; query?: Record<string, string> };
  return routeAddress(route, params, query).address;
}

function encoded(body: unknown): { body?: BodyInit; headers: Record<string, string>; timeoutMs: number } {
  if (body === undefined) return { headers: {}, timeoutMs: callTimeoutMs };
  if (body instanceof Blob) return { body, headers: { 'content-type': body.type || 'application/octet-stream' }, timeoutMs: uploadTimeoutMs };
  if (Array.isArray(body)) {
    const form = new FormData();
    body.forEach((picture: Blob, index) => form.append('picture', picture, `picture-${index + 1}.jpg`));
    return { body: form, headers: {}, timeoutMs: uploadTimeoutMs };
  }
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' }, timeoutMs: callTimeoutMs };
}

/** Reads the error the server sent; an answer that is none of ours (a proxy's page) counts as `unreachable`. */
export function readError(status: number, body: unknown): RestError {
  const error = (body as { error?: Partial<ReplyError> } | null)?.error;
  const code = error?.code;
  if (code !== undefined && code in errorStatus) return new RestError(code, error?.message ?? code, error?.requestId);
  if (status === 429) return new RestError('too_many_attempts', 'too many requests');
  return status >= 500 || status === 0 ? new RestError('unreachable', `status ${status}`) : new RestError('internal', `status ${status}`);
}

async function send(address: string, method: string, body: unknown, keepalive: boolean, patienceMs?: number): Promise<Response> {
  const { timeoutMs: usualMs, headers, ...rest } = encoded(body);
  const timeoutMs = patienceMs ?? usualMs;
  try {
    return await fetch(address, { method, ...rest, headers: { ...headers, ...lookHeaders() }, keepalive, credentials: 'same-origin', signal: AbortSignal.timeout(timeoutMs) });
  } catch (cause) {
    noteRefusal('unreachable', undefined);
    throw new RestError('unreachable', String(cause));
  }
}

/** Calls a route. Throws RestError. */
export async function rest<K extends JsonRoute>(route: K, ...[call]: Arguments<K>): Promise<RestReply<K>> {
  return callRoute(route, call, false) as Promise<RestReply<K>>;
}

/** Calls a route whose answer nobody waits for, even while the page is being left. Never throws. */
export function restLast<K extends JsonRoute>(route: K, ...[call]: Arguments<K>): void {
  callRoute(route, call, true).catch(() => undefined);
}

/** Calls a route that answers with a file and has a body; whoever waits for it gets the bytes and the name. Throws RestError. */
export async function restFile<K extends FileRoute>(route: K, ...[call]: Arguments<K>): Promise<{ bytes: Blob; fileName: string }> {
  const { params, query, body } = keepableOnly(call ?? {}) as { params?: Record<string, string>; query?: Record<string, string>; body?: unknown };
  const { method, address } = routeAddress(route, params, query);
  const response = await send(address, method, body, false, uploadTimeoutMs);
  if (!response.ok) throw refusalOf(response.status, await response.json().catch(() => null));
  const named = /filename\*=UTF-8''([^;]+)/.exec(response.headers.get('content-disposition') ?? '');
  return { bytes: await response.blob(), fileName: named?.[1] ? decodeURIComponent(named[1]) : 'file' };
}

function refusalOf(status: number, reply: unknown): RestError {
  const error = readError(status, reply);
  noteRefusal(error.code, error.requestId);
  if (error.code === 'unauthenticated') for (const listener of listeners) listener();
  return error;
}

async function callRoute(route: string, call: unknown, keepalive: boolean): Promise<unknown> {
  const { params, query, body } = keepableOnly(call ?? {}) as { params?: Record<string, string>; query?: Record<string, string>; body?: unknown };
  const { method, address } = routeAddress(route, params, query);
  const sentAtMs = Date.now();
  const response = await send(address, method, body, keepalive);
  const receivedAtMs = Date.now();
  const reply: unknown = await response.json().catch(() => null);
  if (!response.ok) throw refusalOf(response.status, reply);
  const { serverNowMs: toldMs, serverAt } = (reply ?? {}) as { serverNowMs?: unknown; serverAt?: unknown };
  const serverNowMs = typeof serverAt === 'string' ? Date.parse(serverAt) : toldMs;
  if (typeof serverNowMs === 'number') serverClock.sample(serverNowMs, sentAtMs, receivedAtMs);
  return reply;
}
