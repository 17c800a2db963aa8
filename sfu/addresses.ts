// Where media workers listen and which addresses browsers are told.
import { networkInterfaces } from 'node:os';
import type { types as ms } from 'mediasoup';

const loopback = '127.0.0.1';
export interface MediaAddress { ip: string; announced?: string }

/** IPv4 addresses of this machine that others can reach, in the system's order. */
export const outsideAddresses = (): string[] =>
  Object.values(networkInterfaces()).flatMap((entries) => entries ?? []).filter((entry) => !entry.internal && entry.family === 'IPv4').map((entry) => entry.address);

/**
 * Loopback and the first other address (Firefox takes no loopback candidates). An announced address of this machine takes the
 * place of that other one; one that is not of this machine (NAT, container, host name) is announced alone, for every interface.
 */
export function mediaAddresses(announced: string | undefined, own: string[] = outsideAddresses()): MediaAddress[] {
  if (announced === undefined) return [{ ip: loopback }, ...own.slice(0, 1).map((ip) => ({ ip }))];
  if (announced === loopback) return [{ ip: loopback }];
  if (own.includes(announced)) return [{ ip: loopback }, { ip: announced }];
  return [{ ip: '0.0.0.0', announced }];
}

/** One port for UDP and TCP on every address; port 0 takes any free one. */
export function listenInfos(addresses: MediaAddress[], port: number): ms.TransportListenInfo[] {
  return addresses.flatMap(({ ip, announced }) => (['udp', 'tcp'] as const).map((protocol) => ({
    protocol, ip, ...(announced && { announcedAddress: announced }), ...(port > 0 && { port }),
  })));
}
