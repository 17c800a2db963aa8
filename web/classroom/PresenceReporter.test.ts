// What a page says of itself is said again until it is heard (R22).
import { afterEach, expect, it, vi } from 'vitest';
import { PresenceReporter, reportEveryMs, type PresenceReport } from './PresenceReporter.ts';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('a page that is hidden while the line is away is told hidden when the line is back, though nobody touches it', async () => {
  vi.useFakeTimers();
  const page = Object.assign(new EventTarget(), { hidden: false });
  vi.stubGlobal('window', new EventTarget());
  vi.stubGlobal('document', page);
  let away = false;
  const heard: PresenceReport[] = [];
  const reporter = new PresenceReporter((report) => {
    if (away) return Promise.reject(new Error('unreachable'));
    heard.push(report);
    return Promise.resolve({ serverNowMs: Date.now() });
  }, () => true, () => undefined);
  away = true;
  page.hidden = true;
  page.dispatchEvent(new Event('visibilitychange'));
  await vi.advanceTimersByTimeAsync(reportEveryMs);
  away = false;
  await vi.advanceTimersByTimeAsync(reportEveryMs);
  expect(heard).toMatchObject([{ visible: false, active: false }]);
  // Heard once, it is not said again for nothing.
  await vi.advanceTimersByTimeAsync(4 * reportEveryMs);
  expect(heard).toHaveLength(1);
  reporter.close();
});
