// Hands out the OpenAPI description of all routes.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { openApiRoutes } from '#contracts/openapi-routes.ts';
import { openApiPath } from '#runtime/openapi.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';

export function openApiHandlers(): Pick<RouteHandlers, keyof typeof openApiRoutes> {
  let kept: Promise<{ bytes: Buffer; etag: string }> | null = null;
  const read = async () => {
    const bytes = await readFile(openApiPath);
    return { bytes, etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"` };
  };
  return {
    'GET /api/openapi.json': async () => {
      const { bytes, etag } = await (kept ??= read());
      return { type: 'application/json', sizeBytes: bytes.length, etag, open: (range) => (range ? bytes.subarray(range.start, range.end + 1) : bytes) };
    },
  };
}
