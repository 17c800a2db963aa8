// Tests by file name: x.test.ts needs nothing, x.services.test.ts PostgreSQL, x.media.test.ts mediasoup and ffmpeg, x.e2e.test.ts Chromium.
import { defineConfig } from 'vitest/config';
import { foundPaths } from './setup/found.ts';

const kinds = ['services', 'media', 'e2e'] as const;
const exclude = ['**/node_modules/**', 'web/dist/**', 'data/**'];
const env = foundPaths(process.env);
const common = { exclude, env, environment: 'node' as const };

/** Heavy kinds run after the light ones, and one file at a time: their figures must not depend on a neighbour. */
const project = (kind: (typeof kinds)[number], order: number, maxWorkers: number, timeoutMs: number) => ({
  test: {
    ...common, name: kind, include: [`**/*.${kind}.test.ts`], globalSetup: ['./setup/test-postgres.ts'],
    maxWorkers, testTimeout: timeoutMs, hookTimeout: timeoutMs, sequence: { groupOrder: order },
  },
});

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common, name: 'unit', include: ['**/*.test.ts'], exclude: [...exclude, ...kinds.map((kind) => `**/*.${kind}.test.ts`)],
          // Property tests draw their own number of cases; on a busy machine they need their time.
          maxWorkers: 2, testTimeout: 30_000, sequence: { groupOrder: 1 },
        },
      },
      project('services', 2, 2, 30_000),
      // The services once more, queues and sockets on a real Redis instead of PostgreSQL and memory.
      {
        test: {
          ...project('services', 3, 2, 30_000).test, name: 'redis', provide: { onRedis: true },
          include: ['signaling/{chat,check,classroom,face,hand,presence,quiz}/*.services.test.ts'],
        },
      },
      project('media', 4, 1, 120_000),
      project('e2e', 5, 1, 300_000),
    ],
  },
});
