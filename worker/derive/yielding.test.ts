// When deriving waits, how much of the machine it takes, and that it never starves.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { busyLimit, longestLagMs, measureBusyShare, turnOf, type Load } from './yielding.ts';

const load: Load = { liveLessons: 1, busyShare: 0.9, lagMs: 0, cores: 8 };

it('takes every core when nobody is taught, half of them while somebody is', () => {
  expect(turnOf({ ...load, liveLessons: 0 })).toEqual({ go: true, threads: 8 });
  expect(turnOf({ ...load, busyShare: busyLimit - 0.01 })).toEqual({ go: true, threads: 4 });
  expect(turnOf({ ...load, busyShare: 0, cores: 1 })).toEqual({ go: true, threads: 1 });
});

it('waits on a busy machine, but not for ever', () => {
  expect(turnOf(load)).toMatchObject({ go: false });
  expect(turnOf({ ...load, lagMs: longestLagMs - 1 })).toMatchObject({ go: false });
  expect(turnOf({ ...load, lagMs: longestLagMs })).toEqual({ go: true, threads: 1 });
});

it('sees work of ordinary priority and stops when told', async () => {
  const busy = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  try {
    const share = await measureBusyShare();
    expect(share).toBeGreaterThan(0);
    expect(share).toBeLessThanOrEqual(1);
    await expect(measureBusyShare(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
  } finally {
    busy.kill('SIGKILL');
    await once(busy, 'exit');
  }
});
