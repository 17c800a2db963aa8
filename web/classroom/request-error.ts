// A request over the socket that was refused or got no answer.
import type { ErrorCode } from '#domain/errors.ts';

/** `unreachable` is the browser's own: no answer came. People read `errors.<code>`. */
export type RequestErrorCode = ErrorCode | 'unreachable';

export class RequestError extends Error {
  readonly code: RequestErrorCode;
  readonly requestId: string | undefined;
  constructor(code: RequestErrorCode, message: string, requestId?: string) {
    super(message);
    this.name = 'RequestError';
    this.code = code;
    this.requestId = requestId;
  }
}

export const codeOf = (error: unknown): RequestErrorCode => (error instanceof RequestError ? error.code : 'internal');
