// A real media node on random ports with its own data folder, and a control client of it: what media tests start with.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io, type Socket } from 'socket.io-client';
import type { Static } from 'typebox';
import type { Reply } from '#contracts/request-table.ts';
import type { SfuEvents, SfuRequests } from '#contracts/sfu-control.ts';
import { createLog, type Logger } from '#runtime/log.ts';
import type { SegmentRules } from '../capture/segment-writer.ts';
import { MediaNode, type NodeOptions } from '../node.ts';

export const testSecret = 'a secret of sixteen and more characters';
type Data<K extends keyof SfuRequests> = Static<SfuRequests[K]['data']>;
type Answer<K extends keyof SfuRequests> = Static<SfuRequests[K]['reply']>;
type Told<K extends keyof SfuEvents> = Static<SfuEvents[K]>;

export class ControlClient {
  readonly socket: Socket;
  readonly #told: { name: string; data: unknown }[] = [];
  readonly #watchers = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.onAny((name: string, data: unknown) => {
      this.#told.push({ name, data });
      this.#watchers.forEach((look) => look());
    });
  }

  /** `as`: what the connection says it is; signaling by default. */
  static async connect(port: number, secret: string = testSecret, as?: string): Promise<ControlClient> {
    const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'], auth: { secret, ...(as && { as }) }, reconnection: false, autoConnect: false });
    const client = new ControlClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
      socket.connect();
    });
    return client;
  }

  reply<K extends keyof SfuRequests>(name: K, data: Data<K>): Promise<Reply<Answer<K>>> {
    return this.raw(name, data) as Promise<Reply<Answer<K>>>;
  }

  /** For data no schema allows. */
  raw(name: string, data: unknown): Promise<Reply<unknown>> {
    return this.socket.timeout(20_000).emitWithAck(name, data) as Promise<Reply<unknown>>;
  }

  /** The answer's data; throws the error's code and message otherwise. */
  async ask<K extends keyof SfuRequests>(name: K, data: Data<K>): Promise<Answer<K>> {
    const reply = await this.reply(name, data);
    if (!reply.ok) throw new Error(`${name}: ${reply.error.code} ${reply.error.message}`);
    return reply.data;
  }

  events<K extends keyof SfuEvents>(name: K): Told<K>[] {
    return this.#told.filter((one) => one.name === name).map((one) => one.data as Told<K>);
  }

  /** The first matching event, past or to come. */
  async event<K extends keyof SfuEvents>(name: K, matches: (data: Told<K>) => boolean = () => true): Promise<Told<K>> {
    let found = this.events(name).find(matches);
    while (found === undefined) {
      await new Promise<void>((resolve) => {
        const look = (): void => { this.#watchers.delete(look); resolve(); };
        this.#watchers.add(look);
      });
      found = this.events(name).find(matches);
    }
    return found;
  }

  close(): void { this.socket.disconnect(); }
}

export interface TestNode { node: MediaNode; client: ControlClient; dataDirectory: string; close(): Promise<void> }

/** `rules`: e.g. shorter segments. Everything is gone after close. */
export async function startTestNode(options: Partial<NodeOptions> & { rules?: Partial<SegmentRules>; log?: Logger } = {}): Promise<TestNode> {
  const dataDirectory = options.dataDirectory ?? await mkdtemp(join(tmpdir(), 'sfu-test-'));
  const node = await MediaNode.create({
    nodeId: 'node-a', secret: testSecret, controlPort: 0, mediaPort: 0, workerCount: 1, announcedAddress: '127.0.0.1', diskLowBytes: 0, ...options, dataDirectory,
  }, options.log ?? createLog('sfu', 'error'));
  const client = await ControlClient.connect(node.controlPort);
  return {
    node, client, dataDirectory,
    async close() {
      client.close();
      await node.close();
      if (!options.dataDirectory) await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
