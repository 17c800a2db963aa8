// A TCP line between two nodes that a test can cut and mend.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

export class CutLine {
  readonly url: string;
  /** Connections tried so far. */
  tried = 0;
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  readonly #spared = new Set<Socket>();
  #cut = false;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}`;
  }

  static async to(targetPort: number): Promise<CutLine> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const line = new CutLine(server, (server.address() as { port: number }).port);
    server.on('connection', (near) => line.#join(near, targetPort));
    return line;
  }

  /** Whoever is connected now stays so through every cut: only those who come later are cut off. */
  spare(): void { for (const socket of this.#open) this.#spared.add(socket); }

  cut(): void {
    this.#cut = true;
    for (const socket of this.#open) if (!this.#spared.has(socket)) socket.destroy();
  }

  mend(): void { this.#cut = false; }

  close(): void {
    this.#spared.clear();
    this.cut();
    this.#server.close();
  }

  #join(near: Socket, targetPort: number): void {
    this.tried++;
    if (this.#cut) return void near.destroy();
    const far = connect(targetPort, '127.0.0.1');
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.#open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => { this.#open.delete(one); this.#spared.delete(one); other.destroy(); });
      one.pipe(other);
    }
  }
}
