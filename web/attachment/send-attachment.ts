// Sends one file, telling how far it is; fetch cannot say that.
import type { Attachment, AttachmentUpload } from '#contracts/attachment-routes.ts';
import { keepableOnly } from '#domain/text.ts';
import { readError, RestError } from '../rest.ts';
import { routeAddress } from '../rest-path.ts';

export interface SendingFile { institutionId: string; file: File; wish: Omit<AttachmentUpload, 'sizeBytes' | 'fileName'>; signal: AbortSignal; onProgress: (sentBytes: number) => void }

/** The server gives up after two minutes; a little later so do we. */
const patienceMs = 125_000;
const longestName = 255;

/** Throws RestError; `unreachable` too where it was stopped: who stopped it knows. */
export function sendAttachment({ institutionId, file, wish, signal, onProgress }: SendingFile): Promise<Attachment> {
  const query = keepableOnly<AttachmentUpload>({ ...wish, fileName: file.name.slice(-longestName), sizeBytes: String(file.size) });
  const { method, address } = routeAddress('POST /api/institutions/:institutionId/attachments', { institutionId }, query);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const gone = (): void => reject(new RestError('unreachable', 'no answer to an upload'));
    request.open(method, address);
    request.timeout = patienceMs;
    request.responseType = 'json';
    request.setRequestHeader('content-type', file.type || 'application/octet-stream');
    request.upload.onprogress = ({ loaded }) => onProgress(loaded);
    request.onload = () => (request.status === 200 ? resolve(request.response as Attachment) : reject(readError(request.status, request.response)));
    request.onerror = request.ontimeout = request.onabort = gone;
    signal.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
