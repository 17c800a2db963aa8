// One signed message to a server of somebody else: a connection of its own, an end in time, an answer of limited length; whatever it answers is told, nothing is tried again here.
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { outwardLookup, isInward } from './outward-address.ts';
import { signatureOf, webhookHeaders } from './signed-post.ts';

export interface OutwardMessage {
  url: string; secret: string;
  /** Names the message: another try of the same one carries the same. */
  id: string; body: string; timeoutMs: number; allowInward: boolean; signal?: AbortSignal;
  /** Signed as webhooks are (standardwebhooks.com), instead of by the connector's own headers. */
  webhook?: boolean;
  /** Of the answer; default 64 KB. */
  mostBytes?: number;
}
/** `body`: the answer as JSON; undefined where it is none. */
export interface OutwardAnswer { status: number; body: unknown }

/** Why there is no answer: `timeout`, `connection` (refused, broken), `name` (unknown), `tls`, `inward`, `answer_too_long`, `stopped`. */
export class OutwardError extends Error {
  readonly code: string;
  constructor(code: string, cause?: unknown) {
    super(code, { cause });
    this.name = 'OutwardError';
    this.code = code;
  }
}
const codeOf = (error: NodeJS.ErrnoException): string =>
  (error instanceof OutwardError || error.code === 'inward' ? error.code! : error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN' ? 'name' : /^(ERR_TLS|CERT_|UNABLE_|DEPTH_|SELF_SIGNED)/.test(error.code ?? '') ? 'tls' : 'connection');
function json(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Answers with whatever status came; a redirection is a status like any other and not followed. Throws OutwardError. Each message has a connection of its own: what a broken server sends
 * twice is never taken for the answer to another one.
 */
export function outwardPost({ url, secret, id, body, timeoutMs, allowInward, signal, webhook = false, mostBytes = 65_536 }: OutwardMessage): Promise<OutwardAnswer> {
  const target = new URL(url);
  const host = target.hostname.replace(/^\[(.*)\]$/, '$1');
  // A number needs no lookup, and gets none.
  if (!allowInward && /^[\d.]+$|:/.test(host) && isInward(host)) return Promise.reject(new OutwardError('inward'));
  const atMs = Date.now();
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...(webhook ? webhookHeaders(secret, id, atMs, body) : { 'x-keshi-id': id, 'x-keshi-time': `${atMs}`, 'x-keshi-signature': signatureOf(secret, atMs, body) }) };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => { clearTimeout(timer); reject(error instanceof OutwardError ? error : new OutwardError(signal?.aborted ? 'stopped' : codeOf(error), error)); };
    const sent = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, { method: 'POST', agent: false, headers, ...(!allowInward && { lookup: outwardLookup }), ...(signal && { signal }) }, (answer) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (part: Buffer) => {
        bytes += part.length;
        if (bytes > mostBytes) answer.destroy(new OutwardError('answer_too_long'));
        else parts.push(part);
      });
      answer.on('error', fail);
      answer.on('end', () => { clearTimeout(timer); resolve({ status: answer.statusCode ?? 0, body: json(Buffer.concat(parts).toString()) }); });
    });
    sent.on('error', fail);
    // From the beginning to the last byte: who sends a byte now and then has no longer.
    const timer = setTimeout(() => sent.destroy(new OutwardError('timeout')), timeoutMs);
    sent.end(body);
  });
}
