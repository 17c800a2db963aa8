// Files in an object store, behind the same interface as a folder: uploads that appear whole or not at all, reads that survive a cut line.
import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, DeleteObjectCommand, GetObjectCommand, HeadObjectCommand,
  PutObjectCommand, UploadPartCommand, type CompletedPart,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { DomainError } from '#domain/errors.ts';
import { isAway, type ObjectStore } from './object-store.ts';
import type { LinkWish, Storage } from './storage.ts';

/** What S3 allows: at least 5 MiB but for the last one, at most 10,000 of them. */
const leastPartBytes = 8 * 2 ** 20;
const mostParts = 9_000;
const partsAtOnce = 3;
/** A read that was cut so often without a byte in between is given up. */
const mostCuts = 4;
const cutPauseMs = 200;

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('base64');

async function readPart(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length;) {
    const { bytesRead } = await file.read(bytes, at, length - at, start + at);
    if (bytesRead === 0) throw new Error('the file became shorter while it was stored');
    at += bytesRead;
  }
  return bytes;
}

interface Upload { store: ObjectStore; place: { Bucket: string; Key: string } }
interface Parts extends Upload { UploadId: string; file: FileHandle; sizeBytes: number; partBytes: number }

/** Parts 1..n in order; a few at a time. */
async function sendParts({ store, place, UploadId, file, sizeBytes, partBytes }: Parts): Promise<CompletedPart[]> {
  const count = Math.ceil(sizeBytes / partBytes);
  const parts: CompletedPart[] = [];
  let next = 0;
  let failed = false;
  const sender = async (): Promise<void> => {
    while (next < count && !failed) {
      const index = next++;
      const start = index * partBytes;
      const Body = await readPart(file, start, Math.min(partBytes, sizeBytes - start));
      const given = { ...place, UploadId, PartNumber: index + 1, Body, ContentMD5: md5(Body) };
      const { ETag } = await store.send((client, options) => client.send(new UploadPartCommand(given), options));
      parts[index] = { PartNumber: index + 1, ETag };
    }
  };
  await Promise.all(Array.from({ length: partsAtOnce }, () => sender().catch((error: unknown) => { failed = true; throw error; })));
  return parts;
}

async function sizeOf({ store, place }: Upload): Promise<number | null> {
  const found = await store.send((client, options) => client.send(new HeadObjectCommand(place), options)).catch(orNull);
  return found && (found.ContentLength ?? 0);
}

const orNull = (error: unknown): null => {
  if (error instanceof DomainError && error.code === 'not_found') return null;
  throw error;
};

/** The object exists once the last request is through; a line cut behind that is told from a failure by looking. */
async function sendInParts(upload: Upload, file: FileHandle, sizeBytes: number): Promise<void> {
  const { store, place } = upload;
  const { UploadId } = await store.send((client, options) => client.send(new CreateMultipartUploadCommand(place), options));
  if (!UploadId) throw new Error('the object store began no upload');
  try {
    const partBytes = Math.max(leastPartBytes, Math.ceil(sizeBytes / mostParts));
    const Parts = await sendParts({ ...upload, UploadId, file, sizeBytes, partBytes });
    const whole = { ...place, UploadId, MultipartUpload: { Parts } };
    await store.send((client, options) => client.send(new CompleteMultipartUploadCommand(whole), options)).catch(orNull);
    const stored = await sizeOf(upload);
    if (stored !== sizeBytes) throw new Error(`${stored ?? 'no'} bytes stand in the object store instead of ${sizeBytes}`);
  } catch (error) {
    // Best effort: what it leaves is invisible, and the bucket's rule for unfinished uploads removes it.
    await store.send((client, options) => client.send(new AbortMultipartUploadCommand({ ...place, UploadId }), options)).catch(() => undefined);
    throw error;
  }
}

async function sendBytes({ store, place }: Upload, Body: Uint8Array): Promise<void> {
  const given = { ...place, Body, ContentMD5: md5(Body) };
  await store.send((client, options) => client.send(new PutObjectCommand(given), options));
}

async function sendFile(upload: Upload, filePath: string): Promise<void> {
  const file = await open(filePath, 'r');
  try {
    const { size } = await file.stat();
    if (size <= leastPartBytes) await sendBytes(upload, await readPart(file, 0, size));
    else await sendInParts(upload, file, size);
  } finally {
    await file.close();
  }
}

interface Answer { body: AsyncIterable<Buffer>; etag: string | undefined; end: number }
type Ask = (start: number, end: number | undefined, etag: string | undefined) => Promise<Answer>;

const asker = ({ store, place }: Upload): Ask => async (start, end, etag) => {
  const ranged = start > 0 || end !== undefined;
  const asked = { ...place, ...(ranged && { Range: `bytes=${start}-${end ?? ''}` }), ...(etag && { IfMatch: etag }) };
  const { Body, ETag, ContentLength, ContentRange } = await store.send((client, options) => client.send(new GetObjectCommand(asked), options));
  const body = Body as Readable | undefined;
  if (!body || ContentLength === undefined || (ranged && !ContentRange?.startsWith(`bytes ${start}-`))) {
    body?.destroy();
    throw new Error('the object store answered another range than was asked for');
  }
  return { body, etag: ETag, end: start + ContentLength - 1 };
};

/** Bytes in order, each once. A line that is cut is taken up where it ended, of the same version of the file. */
async function* bytesOf(upload: Upload, range: { start: number; end: number } | undefined): AsyncGenerator<Buffer> {
  const ask = asker(upload);
  let at = range?.start ?? 0;
  let etag: string | undefined;
  let end = range?.end;
  for (let cuts = 0; ;) {
    const answer = await ask(at, end, etag);
    etag ??= answer.etag;
    end ??= answer.end;
    try {
      for await (const bytes of answer.body) {
        at += bytes.length;
        cuts = 0;
        yield bytes;
      }
    } catch (error) {
      if (!isAway(error) || cuts >= mostCuts) throw upload.store.noted(error);
    }
    if (at > end) return;
    if (++cuts > mostCuts) throw upload.store.noted(Object.assign(new Error('a read was cut again and again'), { code: 'ECONNRESET' }));
    await pause(cutPauseMs * cuts);
  }
}

const mostLinks = 1000;

/** Links of the present turn: signing one costs half a millisecond, and a whole class asks for the same. */
function linksOfTurns(sign: (key: string, wish: LinkWish, signingDate: Date) => Promise<string>): (key: string, wish: LinkWish) => Promise<string> {
  const known = new Map<string, Promise<string>>();
  return (key, wish) => {
    const turnMs = (wish.seconds * 1000) / 2;
    const signingDate = new Date(Math.floor(Date.now() / turnMs) * turnMs);
    const name = `${signingDate.getTime()} ${wish.seconds} ${wish.contentType} ${key}`;
    const link = known.get(name) ?? sign(key, wish, signingDate);
    known.delete(name);
    known.set(name, link);
    link.catch(() => known.delete(name));
    if (known.size > mostLinks) known.delete(known.keys().next().value!);
    return link;
  };
}

function placeOf(bucket: string, prefix: string, key: string): Upload['place'] {
  if (key.startsWith('/') || key.split('/').some((part) => part === '..' || part === '.' || part === '')) throw new DomainError('bad_request', 'key leaves the storage');
  return { Bucket: bucket, Key: `${prefix}/${key}` };
}

/** Keys below `prefix` of the bucket. */
export function objectStorage(store: ObjectStore, prefix: string): Storage {
  const at = (key: string): Upload => ({ store, place: placeOf(store.bucket, prefix, key) });
  const { signer } = store;
  const linkTo = signer && linksOfTurns(async (key, { seconds, contentType }, signingDate) => {
    const wanted = { ...at(key).place, ResponseContentType: contentType, ResponseCacheControl: `private, max-age=${Math.floor(seconds / 2)}` };
    return getSignedUrl(signer, new GetObjectCommand(wanted), { expiresIn: seconds, signingDate });
  });
  const stream: Storage['stream'] = (key, range) => Readable.from(bytesOf(at(key), range), { objectMode: false });
  return {
    put: async (key, filePath) => sendFile(at(key), filePath),
    move: async (key, filePath) => {
      await sendFile(at(key), filePath);
      await rm(filePath);
    },
    putBytes: async (key, bytes) => sendBytes(at(key), bytes),
    read: async (key) => Buffer.concat(await stream(key).toArray() as Buffer[]),
    stat: async (key) => {
      const { place } = at(key);
      const found = await store.send((client, options) => client.send(new HeadObjectCommand(place), options)).catch(orNull);
      return found && { sizeBytes: found.ContentLength ?? 0, changedAt: found.LastModified ?? new Date(0) };
    },
    stream,
    remove: async (key) => {
      const { place } = at(key);
      await store.send((client, options) => client.send(new DeleteObjectCommand(place), options)).catch(orNull);
    },
    link: async (key, wish) => linkTo?.(key, wish) ?? null,
  };
}
