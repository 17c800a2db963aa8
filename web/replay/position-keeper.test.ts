// Keeping the position: not too often, never the same twice, again after a failure.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createPositionKeeper } from './position-keeper.ts';

const unitId = '01890000-0000-7000-8000-000000000001';
afterEach(() => { vi.unstubAllGlobals(); });

function listening(fail = false): { positionMs: number; keepalive: boolean }[] {
  const sent: { positionMs: number; keepalive: boolean }[] = [];
  vi.stubGlobal('fetch', (_address: string, init: RequestInit) => {
    const body: unknown = JSON.parse(String(init.body));
    sent.push({ ...(body as { positionMs: number }), keepalive: init.keepalive === true });
    return fail ? Promise.reject(new TypeError('offline')) : Promise.resolve(new Response('{}'));
  });
  return sent;
}

describe('createPositionKeeper', () => {
  it('sends every five seconds at most', () => {
    const sent = listening();
    let now = 0;
    const keeper = createPositionKeeper(unitId, 0, () => now);
    for (now = 0; now <= 12_000; now += 250) keeper.at(now);
    expect(sent.map((one) => one.positionMs)).toEqual([5000, 10_000]);
  });
  it('sends what is left at a pause, and nothing when nothing moved', () => {
    const sent = listening();
    const keeper = createPositionKeeper(unitId, 1000, () => 0);
    keeper.flush();
    keeper.at(2500.4);
    keeper.flush();
    keeper.flush(true);
    expect(sent).toEqual([{ positionMs: 2500, keepalive: false }]);
  });
  it('survives the page when leaving', () => {
    const sent = listening();
    const keeper = createPositionKeeper(unitId, 0, () => 0);
    keeper.at(700);
    keeper.flush(true);
    expect(sent).toEqual([{ positionMs: 700, keepalive: true }]);
  });
  it('sends again what did not arrive', async () => {
    const sent = listening(true);
    const keeper = createPositionKeeper(unitId, 0, () => 0);
    keeper.at(900);
    keeper.flush();
    await vi.waitFor(() => { keeper.flush(); expect(sent.length).toBeGreaterThan(1); });
    expect(sent[1]?.positionMs).toBe(900);
  });
});
