// One bucket of an object store (S3): requests with a bound on patience, its errors as ours, and whether it can be used at all.
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DeleteObjectCommand, HeadBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { ConfigError } from './config.ts';
import type { Logger } from './log.ts';

export interface ObjectStoreSettings { endpoint: string; publicEndpoint: string | null; region: string; bucket: string; accessKeyId: string; secretAccessKey: string }
/** Milliseconds; tests wait less. */
export interface Patience { connectMs: number; silentMs: number; requestMs: number; tries: number }
export const usualPatience: Patience = { connectMs: 2_000, silentMs: 8_000, requestMs: 15_000, tries: 6 };

interface SdkError { name?: string; code?: string; message?: string; $metadata?: { httpStatusCode?: number } }
const statusOf = (error: unknown): number | undefined => (error as SdkError | null)?.$metadata?.httpStatusCode;
const networkCodes = /^(E(CONN(REFUSED|RESET|ABORTED)|PIPE|TIMEDOUT|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH)|HPE_.*|ERR_STREAM_PREMATURE_CLOSE)$/;

export const isMissing = (error: unknown): boolean => statusOf(error) === 404 && (error as SdkError).name !== 'NoSuchBucket';
/** The store is away, overloaded or too slow: the same request may succeed later. */
export function isAway(error: unknown): boolean {
  const { name, code, message } = error as SdkError;
  const status = statusOf(error);
  if (status !== undefined && (status >= 500 || status === 429 || status === 408)) return true;
  return ['TimeoutError', 'AbortError', 'SlowDown', 'RequestTimeout'].includes(name ?? '') || networkCodes.test(code ?? '') || message === 'aborted';
}

/** As the rest of the product knows it; what is our own fault (refused keys, a wrong request) stays what it is. */
export function asOurs(error: unknown): unknown {
  if (error instanceof DomainError) return error;
  if (isMissing(error)) return new DomainError('not_found', 'no such file');
  const { name, code } = error as SdkError;
  return isAway(error) ? new DomainError('storage_unavailable', `the object store does not answer (${statusOf(error) ?? code ?? name ?? 'unknown'})`) : error;
}

type Send = S3Client['send'];
export class ObjectStore {
  readonly bucket: string;
  readonly patience: Patience;
  /** Signs links with the address browsers know; null without one. It never sends. */
  readonly signer: S3Client | null;
  readonly #client: S3Client;
  readonly #endpoint: string;
  readonly #log: Logger;
  #away = false;

  private constructor(settings: ObjectStoreSettings, log: Logger, patience: Patience) {
    const { endpoint, publicEndpoint, region, bucket, accessKeyId, secretAccessKey } = settings;
    // Checksums of its own would be sent as trailers, which many stores do not read: bodies are signed with their SHA-256 and carry their MD5 instead.
    const common = {
      region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey }, maxAttempts: patience.tries,
      requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED',
    } as const;
    const sockets = { keepAlive: true, maxSockets: 256 };
    this.#client = new S3Client({
      ...common, endpoint,
      requestHandler: {
        connectionTimeout: patience.connectMs, socketTimeout: patience.silentMs, socketAcquisitionWarningTimeout: 60_000,
        httpAgent: new HttpAgent(sockets), httpsAgent: new HttpsAgent(sockets),
      },
    });
    this.signer = publicEndpoint ? new S3Client({ ...common, endpoint: publicEndpoint }) : null;
    this.bucket = bucket;
    this.patience = patience;
    this.#endpoint = endpoint;
    this.#log = log;
  }

  /** Answers when the bucket takes and gives back. Throws ConfigError with a line that says what is wrong. */
  static async open(settings: ObjectStoreSettings, log: Logger, patience: Patience = usualPatience): Promise<ObjectStore> {
    const store = new ObjectStore(settings, log, patience);
    try {
      await store.#probe();
      return store;
    } catch (error) {
      store.close();
      throw new ConfigError([store.#whyNot(error)]);
    }
  }

  async #probe(): Promise<void> {
    await this.send((client, options) => client.send(new HeadBucketCommand({ Bucket: this.bucket }), options));
    const Key = `.written-at-start/${newId()}`;
    await this.send((client, options) => client.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body: Buffer.from('keshi') }), options));
    await this.send((client, options) => client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key }), options));
  }

  #whyNot(error: unknown): string {
    const status = statusOf(error);
    if (status === 403 || status === 401) return `S3_ACCESS_KEY_ID: the object store at ${this.#endpoint} does not let this key read and write the bucket ${this.bucket} (${status}).`;
    if (status === 404 || (error instanceof DomainError && error.code === 'not_found')) return `S3_BUCKET: there is no bucket ${this.bucket} at ${this.#endpoint}: make it first.`;
    if (error instanceof DomainError) return `S3_ENDPOINT=${this.#endpoint} cannot be reached: ${error.message}.`;
    return `S3_ENDPOINT=${this.#endpoint} cannot be used as an object store: ${(error as Error).message}.`;
  }

  /**
   * One request, tried again with growing pauses while the store is away, within `requestMs` until its answer begins. Throws not_found,
   * storage_unavailable; anything else is a fault of ours or of the settings.
   */
  async send<T>(request: (client: { send: Send }, options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const bound = new AbortController();
    const timer = setTimeout(() => bound.abort(), this.patience.requestMs);
    try {
      const answer = await request(this.#client, { abortSignal: bound.signal });
      if (this.#away) this.#log.info({ bucket: this.bucket }, 'the object store answers again');
      this.#away = false;
      return answer;
    } catch (error) {
      throw this.noted(error);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The error as ours. That the store went away is logged once, until it is back. */
  noted(error: unknown): unknown {
    const ours = asOurs(error);
    const away = ours instanceof DomainError && ours.code === 'storage_unavailable';
    if (away && !this.#away) this.#log.warn({ bucket: this.bucket, err: error }, 'the object store is away: what needs it waits or is refused');
    if (away) this.#away = true;
    return ours;
  }

  close(): void {
    this.#client.destroy();
    this.signer?.destroy();
  }
}
