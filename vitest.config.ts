// Tests by file name: x.test.ts needs nothing, x.services.test.ts PostgreSQL, x.media.test.ts mediasoup and ffmpeg, x.e2e.test.ts Chromium.
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { foundPaths } from './setup/found.ts';
import TestOrder from './setup/test-order.ts';

const kinds = ['services', 'media', 'e2e'] as const;
const exclude = ['**/node_modules/**', 'web/dist/**', 'data/**'];
/** Sound compared with picture, a broadcast made beside a class: nothing runs beside them. */
const alone = ['e2e/lesson.e2e.test.ts', 'e2e/live-stream.e2e.test.ts'];
/** Processes that a test starts need not compile the same files again. */
const compiled = join(import.meta.dirname, 'node_modules/.cache/keshi/compiled');
const env = { ...foundPaths(process.env), NODE_COMPILE_CACHE: compiled };
/** What is awaited comes later on a busy machine; where it does not come, the test's own time ends it. */
const common = { exclude, env, environment: 'node' as const, expect: { poll: { timeout: 10_000 } } };

/** Heavy kinds run after the light ones; two files at a time, as most of what they do is wait. Figures for people come from `bench`. */
const project = (kind: (typeof kinds)[number], order: number, timeoutMs: number) => ({
  test: {
    ...common, name: kind, include: [`**/*.${kind}.test.ts`], globalSetup: ['./setup/test-postgres.ts'],
    maxWorkers: 2, testTimeout: timeoutMs, hookTimeout: timeoutMs, sequence: { groupOrder: order },
    // Real processes on a busy machine: what fails is tried once more, and named in the last lines (docs/decisions/060).
    retry: 1,
  },
});

export default defineConfig({
  test: {
    sequence: { sequencer: TestOrder },
    projects: [
      {
        test: {
          ...common, name: 'unit', include: ['**/*.test.ts'], exclude: [...exclude, ...kinds.map((kind) => `**/*.${kind}.test.ts`)],
          // Property tests draw their own number of cases; on a busy machine they need their time.
          maxWorkers: 2, testTimeout: 30_000, sequence: { groupOrder: 1 },
        },
      },
      project('services', 2, 30_000),
      // The services once more, queues and sockets on a real Redis instead of PostgreSQL and memory.
      {
        test: {
          ...project('services', 3, 30_000).test, name: 'redis', provide: { onRedis: true },
          include: ['signaling/{chat,classroom,companion,face,hand,pick,presence,quiz}/*.services.test.ts', 'signaling/check/{check,other-way,told}.services.test.ts'],
        },
      },
      project('media', 4, 120_000),
      // Three: what they do besides waiting is little (docs/decisions/065).
      { test: { ...project('e2e', 5, 300_000).test, exclude: [...exclude, ...alone], maxWorkers: 3 } },
      { test: { ...project('e2e', 6, 300_000).test, name: 'e2e-alone', include: alone, maxWorkers: 1 } },
    ],
  },
});
