// The measurement of pages and objects in its short form: the real product, few learners, every answer as it must be. Speed is not judged here.
import { expect, it } from 'vitest';
import { benchHttp } from './http.ts';

interface Phase { detailP99Ms: number; objectFirstByteP99Ms: number; clicks: number; requests: number }

it('clicks of learners are answered right, in a burst, steadily, and as fast as they come; a real page is shown meanwhile', async () => {
  const figures = await benchHttp(['--connections', '24', '--rate', '20', '--seconds', '6', '--flood-seconds', '1']);
  expect(figures['errorSamples']).toBeUndefined();
  expect(figures).toMatchObject({ connections: 24, errors: 0, generatorProcesses: 2 });
  const [burst, steady] = [figures['burst'] as Phase, figures['steady'] as Phase];
  expect([burst.clicks, burst.requests]).toEqual([48, 24 * 2 + 12 + 12 * 2]);
  expect(steady.requests).toBeGreaterThanOrEqual(120);
  for (const value of [burst.detailP99Ms, burst.objectFirstByteP99Ms, steady.detailP99Ms, steady.objectFirstByteP99Ms, figures['pageShownMs'], figures['posterShownMs']]) expect(value).toBeGreaterThan(0);
  expect((figures['requestsPerSecond'] as { keshi: number }).keshi).toBeGreaterThan(0);
});
