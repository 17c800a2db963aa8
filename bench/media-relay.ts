// A network between browsers and the sfu's media ports: it can lose and delay, and keeps the header of every RTP packet that it handed to the sfu.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { BrowserContext } from 'playwright-core';

/** `loss`: share of packets, 0..1, both ways; a packet takes `delayMs` ± `jitterMs`, so packets overtake each other. */
export interface Weather { loss: number; delayMs: number; jitterMs: number }
export const fairWeather: Weather = { loss: 0, delayMs: 0, jitterMs: 0 };

/** RTP headers of packets that reached the sfu's socket, readable in SRTP; ordered by time. `atMs` is the machine's clock. */
export interface RelayedPacket { atMs: number; ssrc: number; sequence: number; timestamp: number }

const now = (): number => performance.timeOrigin + performance.now();

/** STUN and DTLS begin below 128, RTCP has packet types 192 to 223. */
function headerOf(packet: Buffer, atMs: number): RelayedPacket | null {
  if (packet.length < 12 || packet[0]! >> 6 !== 2 || (packet[1]! >= 192 && packet[1]! <= 223)) return null;
  return { atMs, sequence: packet.readUInt16BE(2), timestamp: packet.readUInt32BE(4), ssrc: packet.readUInt32BE(8) };
}

async function bound(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 2 ** 20 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

/** Inside the page: what the sfu offers as address is replaced by the relay's, for UDP only. */
function answersThroughRelay(ports: Record<string, number>): void {
  const own: (this: RTCPeerConnection, description: RTCSessionDescriptionInit) => Promise<void> = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = function setRemoteDescription(this: RTCPeerConnection, description) {
    const sdp = (description.sdp ?? '').split('\r\n').flatMap((line) => {
      const parts = line.split(' ');
      if (!line.startsWith('a=candidate:')) return [line];
      const port = ports[parts[5] ?? ''];
      if (parts[2]?.toLowerCase() !== 'udp' || parts[4] !== '127.0.0.1' || port === undefined) return [];
      return [parts.with(5, String(port)).join(' ')];
    }).join('\r\n');
    return own.call(this, { ...description, type: description.type, sdp });
  };
}

export class MediaRelay {
  /** Every RTP packet handed to the sfu since the start. */
  readonly packets: RelayedPacket[] = [];
  /** Packets thrown away and passed on, both ways. */
  readonly counts = { lost: 0, passed: 0 };
  readonly #weather: Weather;
  readonly #doors = new Map<number, Socket>();
  readonly #exits = new Map<string, Promise<Socket>>();
  #closed = false;

  private constructor(weather: Weather) {
    this.#weather = weather;
  }

  /** One door for each of the sfu's media ports, all on 127.0.0.1. */
  static async open(firstPort: number, ports: number, weather: Weather = fairWeather): Promise<MediaRelay> {
    const relay = new MediaRelay(weather);
    for (let port = firstPort; port < firstPort + ports; port++) {
      const door = await bound();
      relay.#doors.set(port, door);
      door.on('message', (packet, from) => relay.#fromBrowser(port, packet, from));
      door.on('error', () => undefined);
    }
    return relay;
  }

  /** From the next load on every page of the context sends and receives through the relay. */
  async serve(context: BrowserContext): Promise<void> {
    const ports = Object.fromEntries([...this.#doors].map(([port, door]) => [String(port), door.address().port]));
    await context.addInitScript(answersThroughRelay, ports);
  }

  close(): void {
    this.#closed = true;
    for (const door of this.#doors.values()) door.close();
    for (const exit of this.#exits.values()) void exit.then((socket) => socket.close());
  }

  #fromBrowser(port: number, packet: Buffer, from: RemoteInfo): void {
    const key = `${port} ${from.address} ${from.port}`;
    let exit = this.#exits.get(key);
    if (!exit) {
      exit = bound().then((socket) => {
        socket.on('message', (answer) => this.#pass(() => this.#doors.get(port)?.send(answer, from.port, from.address)));
        // While the sfu is down the kernel refuses; that is what happens to a browser's packets, too.
        socket.on('error', () => undefined);
        return socket;
      });
      this.#exits.set(key, exit);
    }
    void exit.then((socket) => this.#pass(() => {
      socket.send(packet, port, '127.0.0.1');
      const header = headerOf(packet, now());
      if (header) this.packets.push(header);
    }));
  }

  #pass(send: () => void): void {
    const { loss, delayMs, jitterMs } = this.#weather;
    if (Math.random() < loss) {
      this.counts.lost += 1;
      return;
    }
    this.counts.passed += 1;
    const wait = delayMs + (Math.random() * 2 - 1) * jitterMs;
    if (wait <= 0) send();
    else setTimeout(() => { if (!this.#closed) send(); }, wait);
  }
}
