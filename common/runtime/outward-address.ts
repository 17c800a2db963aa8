// Which addresses this process may be sent to by what somebody typed in: public ones over HTTPS, unless the instance says otherwise (no way into its own network).
import { lookup as resolveName, type LookupAddress, type LookupOptions } from 'node:dns';
import { BlockList, isIP } from 'node:net';

const inward = { 4: new BlockList(), 6: new BlockList() };
for (const [network, bits] of [
  ['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.0.2.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15],
  ['198.51.100.0', 24], ['203.0.113.0', 24], ['224.0.0.0', 4], ['240.0.0.0', 4],
] as const) inward[4].addSubnet(network, bits, 'ipv4');
// Of IPv6 what is not global unicast (an IPv4 address written as one is not, either), and what carries an IPv4 address that would have to be judged by itself (NAT64, 6to4, Teredo).
for (const [network, bits] of [['::', 8], ['100::', 64], ['64:ff9b::', 96], ['64:ff9b:1::', 48], ['2001::', 32], ['2001:db8::', 32], ['2002::', 16], ['fc00::', 7], ['fe80::', 10], ['fec0::', 10], ['ff00::', 8]] as const) inward[6].addSubnet(network, bits, 'ipv6');

/** True for an address of this machine, of a private network or of none: nothing that somebody typed in may lead there. Throws nothing; what is no address counts as one. */
export function isInward(address: string): boolean {
  const [plain = ''] = address.split('%');
  const family = isIP(plain);
  return family === 0 || (family === 6 ? inward[6].check(plain, 'ipv6') : inward[4].check(plain, 'ipv4'));
}

export const outwardFaults = ['not_an_address', 'not_https', 'inward'] as const;
export type OutwardFault = (typeof outwardFaults)[number];

/** What is wrong with an address before any name is asked for; null where nothing is. Credentials, queries and fragments have no place in it. */
export function outwardFault(text: string, allowInward: boolean): OutwardFault | null {
  const url = URL.parse(text);
  if (!url || !['http:', 'https:'].includes(url.protocol) || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '' || text.length > 500) return 'not_an_address';
  if (allowInward) return null;
  if (url.protocol !== 'https:') return 'not_https';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0) return isInward(host) ? 'inward' : null;
  return /(^|\.)(localhost|local|internal|home\.arpa)\.?$/.test(host) || !host.includes('.') ? 'inward' : null;
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;
/** Resolves names for a connection and refuses one that leads inward: judged is the very address that is connected to, so that a name cannot change in between. */
export function outwardLookup(host: string, options: LookupOptions, found: Found): void {
  resolveName(host, { ...options, all: true }, (error, addresses) => {
    if (error) return found(error, []);
    if (addresses.some(({ address }) => isInward(address))) return found(Object.assign(new Error('the name leads inward'), { code: 'inward' }), []);
    const [first] = addresses;
    if (options.all || !first) return found(null, addresses);
    found(null, first.address, first.family);
  });
}
