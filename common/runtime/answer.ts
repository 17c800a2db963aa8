// Answers one request: checks its data, runs the handler, turns errors into codes. Unknown errors leave only as `internal`.
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Reply, ReplyError } from '#contracts/request-table.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { allKeepable } from '#domain/text.ts';
import type { Logger } from './log.ts';

/** What a client may see of an error; an unknown one is logged under the request id it leaves with. */
export function toReplyError(error: unknown, log: Logger, context: Record<string, unknown>): ReplyError {
  if (error instanceof DomainError) return { code: error.code, message: error.message };
  const requestId = newId();
  log.error({ err: error, requestId, ...context }, 'request failed');
  return { code: 'internal', message: 'internal error', requestId };
}

/** Compiling costs more than a hundred checks, and schemas are shared by many requests: each is compiled once in a process. */
const compiledOf = new WeakMap<TSchema, ReturnType<typeof Compile>>();
function compiledOnce(schema: TSchema): ReturnType<typeof Compile> {
  const known = compiledOf.get(schema) ?? Compile(schema);
  compiledOf.set(schema, known);
  return known;
}

/** A checker of one schema: answers the data, or throws bad_request naming the first wrong field. */
export function checker<T extends TSchema>(schema: T): (data: unknown) => Static<T> {
  const compiled = compiledOnce(schema);
  return (data) => {
    if (compiled.Check(data)) return data as Static<T>;
    const error = compiled.Errors(data)[0];
    throw new DomainError('bad_request', `${error?.instancePath || 'data'} ${error?.message ?? 'is not valid'}`);
  };
}

/** The same of what people send, in which every text must be one a database can keep: one such sign would fail the whole unit of work, in which others may stand too. */
export function sentChecker<T extends TSchema>(schema: T): (data: unknown) => Static<T> {
  const check = checker(schema);
  return (data) => {
    const checked = check(data);
    if (!allKeepable(checked)) throw new DomainError('bad_request', 'a text has signs that cannot be kept');
    return checked;
  };
}

/** Runs `work` and answers in the one shape every request has. */
export async function answer<T>(log: Logger, context: Record<string, unknown>, work: () => Promise<T>): Promise<Reply<T>> {
  try {
    return { ok: true, data: await work() };
  } catch (error) {
    return { ok: false, error: toReplyError(error, log, context) };
  }
}
