// Real signaling processes of one school behind one port that deals connections out in turn, and learners' pages that come back by themselves.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { freePort } from '#runtime/free-port.ts';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

export interface FrontDoor { port: number; url: string; child: ChildProcess; stop(signal?: NodeJS.Signals): Promise<void> }

/** Answers when it serves. */
export async function startFrontDoor(env: Record<string, string>): Promise<FrontDoor> {
  const [port, internalPort] = [await freePort(), await freePort()];
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'error', SFU_SECRET: 'a secret of these tests', PORT: `${port}`, SIGNALING_INTERNAL_PORT: `${internalPort}`, ...env },
  });
  const ended = once(child, 'exit');
  await Promise.race([once(child, 'message'), ended.then(([code]) => { throw new Error(`signaling ended with ${code}`); })]);
  return {
    port, url: `http://127.0.0.1:${port}`, child,
    stop: async (signal = 'SIGTERM') => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await ended;
    },
  };
}

export interface RoundRobin { url: string; port: number; close(): Promise<void> }

/** Plain TCP, no memory of who was where; a door that does not answer is passed over. */
export async function roundRobin(doors: readonly { port: number }[]): Promise<RoundRobin> {
  let turn = 0;
  const open = new Set<{ destroy(): void }>();
  const server = createServer((incoming) => {
    open.add(incoming);
    incoming.on('error', () => incoming.destroy()).on('close', () => open.delete(incoming));
    const pass = (tries: number): void => {
      const outgoing = connect(doors[turn++ % doors.length]!.port, '127.0.0.1');
      outgoing.once('connect', () => {
        incoming.pipe(outgoing).pipe(incoming);
        incoming.once('close', () => outgoing.destroy());
        outgoing.once('close', () => incoming.destroy());
      });
      outgoing.on('error', () => {
        outgoing.destroy();
        if (!outgoing.readyState || tries <= 1) incoming.destroy();
        else pass(tries - 1);
      });
    };
    pass(doors.length);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port, url: `http://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}
