// Pictures for uploads: real ones, and things that only look like one.
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { snapshotMaxBytes } from '#domain/check.ts';

export const picture = (format: 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' = 'jpeg', side = 128): Promise<Buffer> =>
  sharp({ create: { width: side, height: side, channels: 3, background: { r: 90, g: 120, b: 160 } } }).toFormat(format).toBuffer();

/** A real picture with bytes after its end, so that only its size is wrong. */
export async function tooLargePicture(): Promise<Buffer> {
  const real = await picture();
  return Buffer.concat([real, Buffer.alloc(snapshotMaxBytes - real.length + 1)]);
}

/** Begins like a JPEG and is none. */
export const brokenPicture = (): Buffer => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(4000)]);

export interface FormPart { name: string; bytes: Buffer; type?: string; fileName?: string | null }
/** A multipart form as a browser sends it; `fileName` null makes a field of it. */
export function form(parts: readonly FormPart[]): { payload: Buffer; headers: Record<string, string> } {
  const boundary = 'test-boundary-7f3a';
  const pieces = parts.flatMap(({ name, bytes, type = 'image/jpeg', fileName = 'picture.jpg' }) => [
    Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"${fileName === null ? '' : `; filename="${fileName}"`}\r\n`),
    Buffer.from(fileName === null ? '\r\n' : `content-type: ${type}\r\n\r\n`), bytes, Buffer.from('\r\n'),
  ]);
  return { payload: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]), headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } };
}
