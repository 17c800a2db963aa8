// Are the ports free? Asked before anything starts, so that an occupied one is one clear line.
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { freePort } from '#runtime/free-port.ts';

export interface PortWish { setting: string; port: number; host: string; udp?: boolean }

const tcpError = (port: number, host: string): Promise<string | null> => new Promise((resolve) => {
  const server = createServer();
  server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)));
});

const udpError = (port: number, host: string): Promise<string | null> => new Promise((resolve) => {
  const socket = createSocket('udp4');
  socket.once('error', (error: NodeJS.ErrnoException) => { socket.close(); resolve(error.code ?? error.message); });
  socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(null)));
});

function describe({ setting, port }: PortWish, code: string): string {
  if (code === 'EADDRINUSE') return `Port ${port} (${setting}) is occupied by another program: stop it, or choose another port with ${setting}.`;
  if (code === 'EACCES') return `Port ${port} (${setting}) may not be opened by this user: choose one above 1023 with ${setting}.`;
  return `Port ${port} (${setting}) cannot be opened: ${code}.`;
}

/** One line per port that cannot be had; empty when all are free. */
export async function portProblems(wishes: readonly PortWish[]): Promise<string[]> {
  const lines: string[] = [];
  for (const wish of wishes) {
    const code = wish.port > 65535 ? 'no such port' : await tcpError(wish.port, wish.host) ?? (wish.udp ? await udpError(wish.port, wish.host) : null);
    if (code !== null) lines.push(describe(wish, code));
  }
  return lines;
}

const singlePorts = ['PORT', 'SFU_CONTROL_PORT', 'SIGNALING_INTERNAL_PORT', 'WORKER_INTERNAL_PORT', 'POSTGRES_PORT'] as const;
type PortSetting = (typeof singlePorts)[number] | 'MEDIA_PORT' | 'MEDIA_WORKERS';

/** Settings for a product beside others on this machine: ports that were free a moment ago, media ports in a row. */
export async function productPorts(mediaWorkers: number): Promise<Record<PortSetting, string>> {
  const [app, control, internal, worker, postgres] = await Promise.all(singlePorts.map(() => freePort()));
  for (;;) {
    const media = 20_000 + Math.floor(Math.random() * 10_000);
    const row = Array.from({ length: mediaWorkers }, (_, index) => ({ setting: 'MEDIA_PORT', port: media + index, host: '0.0.0.0', udp: true }));
    if ((await portProblems(row)).length > 0) continue;
    return {
      PORT: `${app}`, SFU_CONTROL_PORT: `${control}`, SIGNALING_INTERNAL_PORT: `${internal}`, WORKER_INTERNAL_PORT: `${worker}`, POSTGRES_PORT: `${postgres}`,
      MEDIA_PORT: `${media}`, MEDIA_WORKERS: `${mediaWorkers}`,
    };
  }
}
