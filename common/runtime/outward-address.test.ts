// Addresses that somebody typed in: none leads into the own network, whatever way it is written.
import { describe, expect, it } from 'vitest';
import { isInward, outwardFault, outwardLookup } from './outward-address.ts';

describe('addresses', () => {
  it.each(['127.0.0.1', '0.0.0.0', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '224.0.0.1', '255.255.255.255', '::1', '::', '::ffff:127.0.0.1', '::ffff:10.0.0.1', 'fe80::1%eth0', 'fd00::1', '64:ff9b::7f00:1', '2002:7f00:1::', 'x', ''])(
    '%s leads inward', (address) => { expect(isInward(address)).toBe(true); });
  it.each(['8.8.8.8', '172.32.0.1', '100.128.0.1', '223.5.5.5', '2400:3200::1', '2606:4700::1111'])('%s leads outward', (address) => { expect(isInward(address)).toBe(false); });
});

describe('what was typed in', () => {
  it.each([
    ['https://jg.example.gov.cn/api', null], ['https://jg.example.gov.cn:8443', null], ['https://223.5.5.5/x', null], ['http://jg.example.gov.cn', 'not_https'], ['ftp://a.example.cn', 'not_an_address'], ['nonsense', 'not_an_address'], ['', 'not_an_address'],
    ['https://user:pass@a.example.cn', 'not_an_address'], ['https://a.example.cn/?x=1', 'not_an_address'], ['https://a.example.cn/#x', 'not_an_address'], ['https://localhost/x', 'inward'], ['https://db.internal', 'inward'], ['https://postgres:5432', 'inward'],
    ['https://127.0.0.1', 'inward'], ['https://2130706433/', 'inward'], ['https://0x7f.1/', 'inward'], ['https://[::1]/', 'inward'], ['https://[::ffff:192.168.0.1]/', 'inward'], ['https://169.254.169.254/latest/meta-data', 'inward'],
  ] as const)('%s: %s', (text, fault) => { expect(outwardFault(text, false)).toBe(fault); });
  it('lets everything that is an address through where the instance says so', () => {
    expect([outwardFault('http://127.0.0.1:9', true), outwardFault('http://localhost', true), outwardFault('file:///etc/passwd', true)]).toEqual([null, null, 'not_an_address']);
  });
});

it('refuses a name that leads inward at the moment of connecting', async () => {
  const code = await new Promise((resolve) => { outwardLookup('localhost', {}, (error) => resolve(error?.code)); });
  expect(code).toBe('inward');
});
