// The detector file as browsers get it: the pinned one or none. Nothing is inferred here (R19).
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { detectorFile } from '#domain/face-detector.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';

const yearSeconds = 365 * 86_400;

async function readPinned(folder: string): Promise<Buffer> {
  const bytes = await readFile(join(folder, detectorFile.name));
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== detectorFile.sha256) throw new Error(`${detectorFile.name} has SHA-256 ${found}, expected ${detectorFile.sha256}`);
  return bytes;
}

/** Answers the file of this hash; 1.2 MB, read once. Throws not_found where no models are set up, the file is another one, or another is asked for. */
export function detectorFiles({ config, log }: Pick<Deps, 'config' | 'log'>): (sha256: string) => Promise<FileAnswer> {
  const { FACE_MODELS_DIR: folder } = config;
  let bytes: Promise<Buffer | null> | null = null;
  const read = async (): Promise<Buffer | null> => {
    if (!folder) return null;
    return readPinned(folder).catch((error: unknown) => {
      log.error({ err: error, folder }, 'browsers get no face detector: FACE_MODELS_DIR');
      return null;
    });
  };
  return async (sha256) => {
    const file = sha256 === detectorFile.sha256 ? await (bytes ??= read()) : null;
    if (!file) throw new DomainError('not_found', 'no such detector here');
    return { type: 'application/octet-stream', sizeBytes: file.length, etag: `"${sha256}"`, keepSeconds: yearSeconds, open: (range) => (range ? file.subarray(range.start, range.end + 1) : file) };
  };
}
