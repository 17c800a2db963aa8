// Hosts of one machine: network namespaces on a bridge where the kernel allows them, else names of loopback; and a door in front of several of one kind.
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';

export interface Host { name: string; address: string; /** Prefix of a command that runs there. */ prefix: string[] }
export interface Hosts { separate: boolean; /** Where programs outside the hosts are reached from inside. */ outside: string; hosts: Record<string, Host>; remove(): void }

const ip = (...args: string[]): boolean => spawnSync('ip', args, { stdio: 'ignore' }).status === 0;

/** Each host has an address of its own; removed at the end, also when a signal ends the process. */
export function makeHosts(names: readonly string[]): Hosts {
  const id = process.pid % 1000;
  const net = `10.${100 + (id % 100)}.${id % 250}`;
  const bridge = `kb${id}`;
  const place = (name: string): string => `keshi-${id}-${name}`;
  const remove = (): void => {
    for (const [index, name] of names.entries()) {
      // A namespace lives on as long as a process in it: its line to here is cut at once.
      ip('link', 'del', `ko${id}-${index}`);
      ip('netns', 'del', place(name));
    }
    ip('link', 'del', bridge);
  };
  const host = (name: string, index: number): boolean => {
    const [inside, outside] = [`ki${id}-${index}`, `ko${id}-${index}`];
    return ip('netns', 'add', place(name)) && ip('link', 'add', outside, 'type', 'veth', 'peer', 'name', inside) && ip('link', 'set', inside, 'netns', place(name))
      && ip('link', 'set', outside, 'master', bridge) && ip('link', 'set', outside, 'up') && ip('-n', place(name), 'addr', 'add', `${net}.${10 + index}/24`, 'dev', inside)
      && ip('-n', place(name), 'link', 'set', inside, 'up') && ip('-n', place(name), 'link', 'set', 'lo', 'up');
  };
  const separate = ip('link', 'add', bridge, 'type', 'bridge') && ip('addr', 'add', `${net}.1/24`, 'dev', bridge) && ip('link', 'set', bridge, 'up') && names.every(host);
  if (!separate) {
    remove();
    return { separate, outside: '127.0.0.1', remove: () => undefined, hosts: Object.fromEntries(names.map((name) => [name, { name, address: '127.0.0.1', prefix: [] }])) };
  }
  process.once('exit', remove);
  return {
    separate, outside: `${net}.1`, remove,
    hosts: Object.fromEntries(names.map((name, index) => [name, { name, address: `${net}.${10 + index}`, prefix: ['ip', 'netns', 'exec', place(name)] }])),
  };
}

export interface Target { host: string; port: number }
export interface Door { port: number; close(): void }
const connectMs = 1000;

function open({ host, port }: Target): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: connectMs });
    const fail = (): void => { socket.destroy(); resolve(null); };
    socket.once('timeout', fail);
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.removeListener('timeout', fail);
      socket.removeListener('error', fail);
      socket.setTimeout(0);
      resolve(socket);
    });
  });
}

/** Passes connections on to the targets in turn, and past one that does not answer, as a proxy does. */
export async function openDoor(host: string, targets: () => readonly Target[]): Promise<Door> {
  let next = 0;
  const open_ = new Set<Socket>();
  const server: Server = createServer((client) => void (async () => {
    client.on('error', () => client.destroy());
    client.pause();
    const all = targets();
    const first = next++;
    for (let index = 0; index < all.length; index++) {
      const socket = await open(all[(first + index) % all.length]!);
      if (!socket) continue;
      for (const [one, other] of [[client, socket], [socket, client]] as const) {
        open_.add(one);
        one.on('error', () => other.destroy());
        one.on('close', () => { open_.delete(one); other.destroy(); });
      }
      socket.setNoDelay(true);
      client.setNoDelay(true);
      client.pipe(socket);
      socket.pipe(client);
      return;
    }
    client.destroy();
  })());
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of open_) socket.destroy();
    },
  };
}
