// The purpose of looks goes with every request, until it is taken back.
import { afterEach, expect, it, vi } from 'vitest';
import { lookHeaders, lookOnInspection, saidPurpose, sayPurpose } from './look-purpose.ts';
import { rest } from './rest.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  sayPurpose(null);
  lookOnInspection(null);
});
const inspectionId = '01890000-0000-7000-8000-000000000001';

it('is sent as headers can hold it, with the inspection', async () => {
  const sent: unknown[] = [];
  vi.stubGlobal('fetch', (_address: string, { headers }: RequestInit) => {
    sent.push(headers);
    return Promise.resolve(new Response('{"ok":true}'));
  });
  await rest('GET /api/health');
  sayPurpose('核对学时 5%');
  lookOnInspection(inspectionId);
  await rest('GET /api/health');
  await rest('POST /api/oversight/search', { body: { text: 'x' } });
  sayPurpose(null);
  lookOnInspection(null);
  await rest('GET /api/health');
  const said = { 'keshi-purpose': encodeURIComponent('核对学时 5%'), 'keshi-inspection': inspectionId };
  expect(sent).toEqual([{}, said, { 'content-type': 'application/json', ...said }, {}]);
});

it('stays while the tab is open, where the browser keeps anything', () => {
  const store = new Map<string, string>();
  vi.stubGlobal('sessionStorage', { getItem: (key: string) => store.get(key) ?? null, setItem: (key: string, value: string) => store.set(key, value), removeItem: (key: string) => store.delete(key) });
  sayPurpose('例行检查');
  expect([...store.values(), saidPurpose.value]).toEqual(['例行检查', '例行检查']);
  sayPurpose(null);
  expect([store.size, saidPurpose.value, lookHeaders()]).toEqual([0, null, {}]);
});
