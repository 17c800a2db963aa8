// Pictures, workbooks and other bytes as they arrive: read up to their limit and no further. What they are is judged by whoever keeps them.
import type { Readable } from 'node:stream';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { snapshotMaxBytes } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';

/** One picture as the raw body. */
export interface PictureUpload {
  /** Throws picture_invalid for another content type or no body, picture_too_large. */
  read(): Promise<Buffer>;
}
/** One XLSX file as the raw body, whatever its type is called. */
export interface WorkbookUpload {
  /** Throws sheet_invalid for no body, sheet_too_large above `maxBytes`. */
  read(maxBytes: number): Promise<Buffer>;
}
/** A multipart form with files named `picture`. */
export interface PicturesUpload {
  /** Throws picture_invalid when it is no such form, picture_too_large, bad_request for anything but `count` pictures. */
  read(count: number): Promise<Buffer[]>;
}

/** Bytes as the raw body. */
export interface BytesUpload {
  /** Throws bad_request for any other number of bytes. */
  read(length: number): Promise<Buffer>;
}

export const pictureTypes = ['image/jpeg', 'image/png', 'image/webp'] as const;
const tooLarge = (): DomainError => new DomainError('picture_too_large', `a picture has at most ${snapshotMaxBytes} bytes`);

/** Hands bodies of any type on unread. */
export function takeRawBodies(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

export async function takeForms(scope: FastifyInstance): Promise<void> {
  takeRawBodies(scope);
  await scope.register(multipart, { limits: { fileSize: snapshotMaxBytes, fields: 0, headerPairs: 50 } });
}

/** The whole body; throws what `refusal` makes as soon as it is longer. */
async function readUpTo(request: FastifyRequest, maxBytes: number, refusal: () => DomainError): Promise<Buffer> {
  const body = request.body as Readable | undefined;
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw refusal();
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of (body?.iterator({ destroyOnReturn: false }) ?? []) as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > maxBytes) throw refusal();
    parts.push(part);
  }
  return Buffer.concat(parts);
}

export function workbookUpload(request: FastifyRequest): WorkbookUpload {
  return {
    read: async (maxBytes) => {
      const bytes = await readUpTo(request, maxBytes, () => new DomainError('sheet_too_large', `a file has at most ${maxBytes} bytes`));
      if (bytes.length === 0) throw new DomainError('sheet_invalid', 'the file is empty');
      return bytes;
    },
  };
}

export function bytesUpload(request: FastifyRequest): BytesUpload {
  return {
    read: async (length) => {
      const wrong = (): DomainError => new DomainError('bad_request', `exactly ${length} bytes belong here`);
      const declared = request.headers['content-length'];
      if (!request.body || (declared !== undefined && Number(declared) !== length)) throw wrong();
      // A sender who is cut off has sent nothing.
      const bytes = await readUpTo(request, length, wrong).catch((error: unknown) => { throw error instanceof DomainError ? error : wrong(); });
      if (bytes.length !== length) throw wrong();
      return bytes;
    },
  };
}

export function pictureUpload(request: FastifyRequest): PictureUpload {
  return {
    read: async () => {
      const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase() ?? '';
      if (!request.body || !(pictureTypes as readonly string[]).includes(type)) throw new DomainError('picture_invalid', `send a picture as ${pictureTypes.join(', ')}`);
      const bytes = await readUpTo(request, snapshotMaxBytes, tooLarge);
      if (bytes.length === 0) throw new DomainError('picture_invalid', 'the picture is empty');
      return bytes;
    },
  };
}

async function readForm(request: FastifyRequest, count: number): Promise<Buffer[]> {
  const pictures: Buffer[] = [];
  for await (const file of request.files({ limits: { files: count, parts: count } })) {
    if (file.fieldname !== 'picture') throw new DomainError('bad_request', 'files are named picture');
    pictures.push(await file.toBuffer());
  }
  return pictures;
}

/** What multipart says of a form, as one of our own errors. */
function formError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  const code = (error as { code?: unknown }).code;
  if (code === 'FST_REQ_FILE_TOO_LARGE') return tooLarge();
  if (code === 'FST_FILES_LIMIT' || code === 'FST_PARTS_LIMIT' || code === 'FST_FIELDS_LIMIT') return new DomainError('bad_request', 'too many parts in the form');
  return new DomainError('picture_invalid', 'the form cannot be read');
}

export function picturesUpload(request: FastifyRequest): PicturesUpload {
  return {
    read: async (count) => {
      if (!request.isMultipart()) throw new DomainError('picture_invalid', 'send a multipart form');
      const pictures = await readForm(request, count).catch((error: unknown) => { throw formError(error); });
      if (pictures.length !== count) throw new DomainError('bad_request', `send exactly ${count} pictures`);
      return pictures;
    },
  };
}
