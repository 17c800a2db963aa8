// Where media workers listen and which addresses browsers and other nodes are told.
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

export interface PortRange { min: number; max: number }
/** Where this node takes media from other nodes, and what it tells them. */
export interface PipePlace { address: string; listenInfo: ms.TransportListenInfo }

/** From a setting such as 41000-41999. Throws a plain Error naming it. */
export function portRange(text: string): PortRange {
  const [min, max] = text.split('-').map(Number) as [number, number];
  if (!(min >= 1024 && min <= max && max <= 65_535)) throw new Error(`MEDIA_PIPE_PORTS=${text} is not valid: first and last UDP port, such as 41000-41999`);
  return { min, max };
}

/** The address given for pipes, else the announced one, else the first that others can reach, else loopback. One not of this machine is only announced. */
export function pipePlace(given: string | undefined, announced: string | undefined, ports: PortRange, own: string[] = outsideAddresses()): PipePlace {
  const address = given ?? announced ?? own[0] ?? loopback;
  const here = own.includes(address) || address.startsWith('127.');
  return { address, listenInfo: { protocol: 'udp', ip: here ? address : '0.0.0.0', portRange: ports } };
}
