// Holes of a recording over several captures, and the door that stands in front of several processes.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { coveredMs, gapsBetween } from './nodes-gaps.ts';
import { openDoor } from './nodes-hosts.ts';

test('a gap lies between the end of all earlier captures and the next beginning', () => {
  expect(gapsBetween([{ firstMs: 5000, lastMs: 9000 }, { firstMs: 0, lastMs: 3000 }, { firstMs: 2000, lastMs: 2500 }])).toEqual([{ fromMs: 3000, toMs: 5000 }]);
  expect(gapsBetween([{ firstMs: 0, lastMs: 3000 }, { firstMs: 3100, lastMs: 9000 }])).toEqual([]);
  expect(gapsBetween([])).toEqual([]);
});

test('only what lies under an interruption is logged, and nothing twice', () => {
  const gap = { fromMs: 1000, toMs: 6000 };
  expect(coveredMs(gap, [{ fromMs: 2000, toMs: 3000 }, { fromMs: 2500, toMs: 3500 }, { fromMs: 0, toMs: 900 }])).toBe(1500);
  expect(coveredMs(gap, [{ fromMs: 500, toMs: null }])).toBe(5000);
  expect(coveredMs(gap, [])).toBe(0);
});

async function server(word: string): Promise<{ target: { host: string; port: number }; close(): void }> {
  const listening = createServer((socket) => { socket.end(word); });
  listening.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return { target: { host: '127.0.0.1', port: (listening.address() as AddressInfo).port }, close: () => { listening.close(); } };
}

async function ask(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => { heard += chunk.toString(); });
  socket.on('error', () => undefined);
  await once(socket, 'close');
  return heard;
}

test('the door deals out in turn, and passes by one that is gone', async () => {
  const [a, b] = [await server('a'), await server('b')];
  const door = await openDoor('127.0.0.1', () => [a.target, b.target]);
  expect([await ask(door.port), await ask(door.port)].sort()).toEqual(['a', 'b']);
  a.close();
  expect([await ask(door.port), await ask(door.port)]).toEqual(['b', 'b']);
  b.close();
  expect(await ask(door.port)).toBe('');
  door.close();
});
