// Answers with bytes: whole, a range of them, only their headers, or "you have it already".
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Lent } from './shared-bytes.ts';

export interface FileAnswer {
  type: string;
  /** Null: not known before it is made, while it is sent; then whole only, and without a mark. */
  sizeBytes: number | null;
  /** Quoted, strong. Without it nothing is kept by the browser and no ranges are answered. */
  etag?: string;
  /** The browser stores it under this name instead of showing it. */
  fileName?: string;
  /** How long a browser may use it without asking again; it is asked each time without this. */
  keepSeconds?: number;
  /** Bytes start..end, both included; all without a range. */
  open(range?: { start: number; end: number }): Readable | Buffer | Promise<Lent>;
}

/** The bytes are elsewhere, for now: an address on this server, or a signed link to the object store. */
export interface Redirect { redirectTo: string }

export type RangeWish = { start: number; end: number } | 'whole' | 'unsatisfiable';

/** One range of a Range header. What is not understood, or asks for several ranges, gets the whole file (RFC 9110, 14.2). */
export function parseRange(header: string | undefined, sizeBytes: number): RangeWish {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match || (!match[1] && !match[2])) return 'whole';
  const last = sizeBytes - 1;
  const start = match[1] ? Number(match[1]) : Math.max(0, sizeBytes - Number(match[2]));
  const end = match[1] && match[2] ? Math.min(Number(match[2]), last) : last;
  if (match[1] && match[2] && Number(match[2]) < start) return 'whole';
  return start > last ? 'unsatisfiable' : { start, end };
}

/** Whether the browser has this version already (If-None-Match). */
export const knowsTag = (header: string | undefined, etag: string): boolean =>
  header !== undefined && header.split(',').some((tag) => ['*', etag].includes(tag.trim().replace(/^W\//, '')));

function attachment(fileName: string): string {
  const plain = fileName.replace(/[^\w.-]+/g, '_');
  return `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(fileName)}`;
}

/** A range counts only while the file is still the one the browser knows (If-Range). */
function wish(request: FastifyRequest, file: FileAnswer): RangeWish {
  if (!file.etag || file.sizeBytes === null) return 'whole';
  const known = request.headers['if-range'];
  return typeof known === 'string' && known !== file.etag ? 'whole' : parseRange(request.headers.range, file.sizeBytes);
}

const cachingOf = ({ etag, keepSeconds }: FileAnswer): string => (!etag ? 'no-store' : keepSeconds ? `private, max-age=${keepSeconds}` : 'private, no-cache');

/** Given back when the answer is through or its reader has left, also where they left before it began. */
async function sendLent(reply: FastifyReply, lending: Promise<Lent>): Promise<FastifyReply> {
  const { bytes, done } = await lending;
  if (reply.raw.closed) done();
  else reply.raw.once('close', done);
  return reply.send(bytes);
}

export function sendFile(request: FastifyRequest, reply: FastifyReply, file: FileAnswer | Redirect): FastifyReply | Promise<FastifyReply> {
  if ('redirectTo' in file) return reply.header('cache-control', 'no-store').redirect(file.redirectTo, 307);
  void reply.header('content-type', file.type).header('cache-control', cachingOf(file));
  if (file.etag) void reply.header('etag', file.etag).header('accept-ranges', 'bytes');
  if (file.fileName) void reply.header('content-disposition', attachment(file.fileName));
  if (file.etag && knowsTag(request.headers['if-none-match'], file.etag)) return reply.code(304).send(null);
  const range = wish(request, file);
  if (range === 'unsatisfiable') {
    return reply.code(416).header('content-range', `bytes */${file.sizeBytes}`).type('text/plain; charset=utf-8').send('');
  }
  const length = range === 'whole' ? file.sizeBytes : range.end - range.start + 1;
  if (length !== null) void reply.header('content-length', length);
  if (range !== 'whole') void reply.code(206).header('content-range', `bytes ${range.start}-${range.end}/${file.sizeBytes}`);
  if (request.method === 'HEAD') return reply.send(null);
  const opened = range === 'whole' ? file.open() : file.open(range);
  return opened instanceof Promise ? sendLent(reply, opened) : reply.send(opened);
}
