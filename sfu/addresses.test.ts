// Which addresses browsers are told, for every way of setting it.
import { expect, test } from 'vitest';
import { listenInfos, mediaAddresses, pipePlace, portRange } from './addresses.ts';

test('loopback and the first other address by default', () => {
  expect(mediaAddresses(undefined, ['192.0.2.7', '198.51.100.1'])).toEqual([{ ip: '127.0.0.1' }, { ip: '192.0.2.7' }]);
  expect(mediaAddresses(undefined, [])).toEqual([{ ip: '127.0.0.1' }]);
});

test('an announced address of this machine, loopback, one behind NAT, a name', () => {
  expect(mediaAddresses('198.51.100.1', ['192.0.2.7', '198.51.100.1'])).toEqual([{ ip: '127.0.0.1' }, { ip: '198.51.100.1' }]);
  expect(mediaAddresses('127.0.0.1', ['192.0.2.7'])).toEqual([{ ip: '127.0.0.1' }]);
  expect(mediaAddresses('203.0.113.9', ['192.0.2.7'])).toEqual([{ ip: '0.0.0.0', announced: '203.0.113.9' }]);
  expect(mediaAddresses('media.example.org', ['192.0.2.7'])).toEqual([{ ip: '0.0.0.0', announced: 'media.example.org' }]);
});

test('UDP and TCP on the same port of every address', () => {
  expect(listenInfos([{ ip: '127.0.0.1' }, { ip: '0.0.0.0', announced: 'a.example' }], 40_001)).toEqual([
    { protocol: 'udp', ip: '127.0.0.1', port: 40_001 }, { protocol: 'tcp', ip: '127.0.0.1', port: 40_001 },
    { protocol: 'udp', ip: '0.0.0.0', announcedAddress: 'a.example', port: 40_001 }, { protocol: 'tcp', ip: '0.0.0.0', announcedAddress: 'a.example', port: 40_001 },
  ]);
  expect(listenInfos([{ ip: '127.0.0.1' }], 0)).toEqual([{ protocol: 'udp', ip: '127.0.0.1' }, { protocol: 'tcp', ip: '127.0.0.1' }]);
});

test('pipes between nodes: the address given, else the announced one, else the first others can reach; one elsewhere is only announced', () => {
  const ports = { min: 41_000, max: 41_099 };
  const own = ['192.0.2.7'];
  expect(pipePlace('192.0.2.7', undefined, ports, own)).toEqual({ address: '192.0.2.7', listenInfo: { protocol: 'udp', ip: '192.0.2.7', portRange: ports } });
  expect(pipePlace('127.0.0.2', '192.0.2.7', ports, own).listenInfo.ip).toBe('127.0.0.2');
  expect(pipePlace(undefined, '203.0.113.9', ports, own)).toEqual({ address: '203.0.113.9', listenInfo: { protocol: 'udp', ip: '0.0.0.0', portRange: ports } });
  expect(pipePlace(undefined, undefined, ports, own).address).toBe('192.0.2.7');
  expect(pipePlace(undefined, undefined, ports, []).address).toBe('127.0.0.1');
});

test('a range of ports, or a line that says what is wrong', () => {
  expect(portRange('41000-41999')).toEqual({ min: 41_000, max: 41_999 });
  for (const wrong of ['41999-41000', '100-200', '41000-70000']) expect(() => portRange(wrong)).toThrow(`MEDIA_PIPE_PORTS=${wrong} is not valid`);
});
