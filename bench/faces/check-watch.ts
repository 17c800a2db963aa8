// What a learner's page is told of its checks, and when: read off its own line to the server, so that the page need not be changed for it.
import type { Page, WebSocket } from 'playwright-core';

/** Milliseconds of this process's clock. `sentMs`: when the page began to send the picture. */
export interface WatchedCheck { checkId: string; askedMs: number; sentMs: number | null; settledMs: number | null; verdict: string | null }

/** Event name and data of a Socket.IO packet; null for anything else on the line. */
export function readEvent(payload: string | Buffer): { name: string; data: Record<string, unknown> } | null {
  if (typeof payload !== 'string' || !payload.startsWith('42[')) return null;
  const [name, data] = JSON.parse(payload.slice(2)) as [string, Record<string, unknown>];
  return { name, data };
}

export class CheckWatch {
  readonly #checks = new Map<string, WatchedCheck>();
  #told: () => void = () => undefined;

  private constructor() { /* see watch */ }

  /** Before the page is opened. */
  static watch(page: Page): CheckWatch {
    const watch = new CheckWatch();
    page.on('websocket', (socket: WebSocket) => { socket.on('framereceived', ({ payload }) => { watch.#hear(payload); }); });
    page.on('request', (request) => {
      const checkId = /\/api\/checks\/([^/]+)\/snapshot/.exec(request.url())?.[1];
      const check = checkId ? watch.#checks.get(checkId) : undefined;
      if (check) check.sentMs ??= performance.now();
    });
    return watch;
  }

  #hear(payload: string | Buffer): void {
    const event = readEvent(payload);
    const checkId = String(event?.data?.['checkId']);
    if (event?.name === 'check:asked' && !this.#checks.has(checkId)) this.#checks.set(checkId, { checkId, askedMs: performance.now(), sentMs: null, settledMs: null, verdict: null });
    const check = this.#checks.get(checkId);
    if (event?.name === 'check:settled' && check) Object.assign(check, { settledMs: check.settledMs ?? performance.now(), verdict: event.data['verdict'] });
    this.#told();
  }

  /** How many were asked so far. */
  get count(): number { return this.#checks.size; }

  /** The check asked as number `index` (from 0), once it is so; throws after `withinMs`. */
  async until(index: number, isSo: (check: WatchedCheck) => boolean, withinMs: number): Promise<WatchedCheck> {
    const late = performance.now() + withinMs;
    for (;;) {
      const check = [...this.#checks.values()][index];
      if (check && isSo(check)) return check;
      const leftMs = late - performance.now();
      if (leftMs <= 0) throw new Error(`check ${index + 1} stands at ${JSON.stringify(check ?? 'not asked')} after ${withinMs / 1000} s`);
      await new Promise<void>((done) => {
        const timer = setTimeout(done, leftMs);
        this.#told = () => { clearTimeout(timer); done(); };
      });
    }
  }
}
