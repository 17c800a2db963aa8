// The table keeps Prometheus's conventions; a process offers exactly its own figures; what fails to be looked up spoils nothing else.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { createLog } from './log.ts';
import { serveMetrics } from './metrics-server.ts';
import { metricTable, type MetricRole, type MetricSpec } from './metrics-table.ts';
import { ProcessMetrics } from './metrics.ts';

const log = createLog('test', 'silent');
const specs = Object.entries(metricTable) as [string, MetricSpec][];

it.each(specs)('%s is named as Prometheus wants it', (name, { kind, labels = [], buckets, about }) => {
  expect(name).toMatch(/^keshi_[a-z0-9]+(_[a-z0-9]+)*$/);
  expect(name.endsWith('_total')).toBe(kind === 'counter');
  // Base units only: seconds, bytes, ratios. 25 ms is a limit, not a unit.
  expect(name.replace('_within_25ms', '')).not.toMatch(/_(ms|milliseconds|mb|kb|bits|percent)(_|$)/);
  expect(kind === 'histogram').toBe(buckets !== undefined);
  if (buckets) expect([...buckets]).toEqual([...new Set(buckets)].toSorted((one, other) => one - other));
  for (const label of labels) expect(label).not.toMatch(/id$|person|lesson|room|name/i);
  expect(about).toMatch(/^\S.*[.]$/);
});

it.each(['sfu', 'signaling', 'worker'] as const)('%s offers its own figures and no others', (role: MetricRole) => {
  const wanted = specs.filter(([, { roles }]) => roles.includes(role)).map(([name]) => name);
  expect(ProcessMetrics.create(role, log).names().toSorted()).toEqual(wanted.toSorted());
});

it('has a figure of Node itself where a process asks for it, in a registry of its own', async () => {
  const [one, other] = [ProcessMetrics.create('sfu', log, { node: true }), ProcessMetrics.create('sfu', log)];
  one.gauge('keshi_sfu_seats').set(3);
  expect(await one.text()).toMatch(/^keshi_sfu_seats 3$/m);
  expect(await one.text()).toMatch(/^process_cpu_seconds_total /m);
  expect(await other.text()).toMatch(/^keshi_sfu_seats 0$/m);
});

it('answers what it knows when a look-up fails or hangs, and says how often', async () => {
  const metrics = ProcessMetrics.create('worker', log);
  let fine = 0;
  metrics.beforeAnswer('hanging disk', () => new Promise(() => undefined));
  metrics.beforeAnswer('database away', () => { throw new Error('away'); });
  metrics.beforeAnswer('fine', async () => {
    await nextTurn();
    metrics.gauge('keshi_worker_chunk_behind_seconds').set(++fine);
  });
  const text = await metrics.text();
  expect(text).toMatch(/^keshi_worker_chunk_behind_seconds 1$/m);
  expect(text).toMatch(/^keshi_metrics_failures_total 2$/m);
});

it('answers GET and HEAD of /metrics, and nothing else', async () => {
  const server = await serveMetrics(ProcessMetrics.create('worker', log), { host: '127.0.0.1', port: 0, setting: 'WORKER_INTERNAL_PORT' });
  onTestFinished(() => server.close());
  const ask = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  const answer = await ask('/metrics?x=1');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)]);
  expect(await answer.text()).toContain('# TYPE keshi_worker_jobs_total counter');
  const head = await ask('/metrics', 'HEAD');
  expect([head.status, await head.text()]).toEqual([200, '']);
  for (const [path, method] of [['/', 'GET'], ['/metrics', 'POST'], ['/metrics/x', 'GET']] as const) expect((await ask(path, method)).status).toBe(404);
});

it('names the setting of a port that is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  onTestFinished(() => void taken.close());
  const { port } = taken.address() as { port: number };
  await expect(serveMetrics(ProcessMetrics.create('worker', log), { host: '127.0.0.1', port, setting: 'WORKER_INTERNAL_PORT' }))
    .rejects.toThrow(`WORKER_INTERNAL_PORT=${port} on 127.0.0.1 cannot be used`);
});
