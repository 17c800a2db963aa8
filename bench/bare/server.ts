// The bare library as the limit: one mediasoup router behind five POSTs, no login, no rows, no recording.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createWorker, type types as ms } from 'mediasoup';
import { build } from 'vite';

async function bundle(): Promise<string> {
  const results = await build({
    configFile: false, logLevel: 'error', root: import.meta.dirname,
    build: { write: false, lib: { entry: join(import.meta.dirname, 'page.ts'), formats: ['iife'], name: 'unused' } },
  });
  const [result] = Array.isArray(results) ? results : [results];
  if (!result || !('output' in result)) throw new Error('the bare page was not bundled');
  return result.output[0].code;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}') as Record<string, unknown>;
}

class BareRoom {
  readonly #router: ms.Router;
  readonly #server: ms.WebRtcServer;
  readonly #transports = new Map<string, ms.WebRtcTransport>();
  readonly #consumers = new Map<string, ms.Consumer>();
  #producer: ms.Producer | null = null;

  constructor(router: ms.Router, server: ms.WebRtcServer) {
    this.#router = router;
    this.#server = server;
  }

  /** Answers one POST. */
  async answer(path: string, body: Record<string, unknown>): Promise<unknown> {
    if (path === '/capabilities') return this.#router.rtpCapabilities;
    if (path === '/transport') return this.#transport();
    if (path === '/resume') return this.#consumers.get(body['consumerId'] as string)?.resume();
    const transport = this.#transports.get(body['id'] as string);
    if (!transport) throw new Error(`no transport for ${path}`);
    if (path === '/connect') return transport.connect({ dtlsParameters: body['dtlsParameters'] as ms.DtlsParameters });
    if (path === '/produce') {
      this.#producer = await transport.produce({ kind: 'video', rtpParameters: body['rtpParameters'] as ms.RtpParameters, keyFrameRequestDelay: 340 });
      return { id: this.#producer.id };
    }
    if (path !== '/consume' || !this.#producer) throw new Error(`nothing at ${path}`);
    const consumer = await transport.consume({ producerId: this.#producer.id, rtpCapabilities: body['rtpCapabilities'] as ms.RtpCapabilities, paused: true });
    this.#consumers.set(consumer.id, consumer);
    return { id: consumer.id, producerId: this.#producer.id, kind: consumer.kind, rtpParameters: consumer.rtpParameters };
  }

  async #transport(): Promise<unknown> {
    const transport = await this.#router.createWebRtcTransport({ webRtcServer: this.#server, initialAvailableOutgoingBitrate: 2_500_000 });
    this.#transports.set(transport.id, transport);
    const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
    return { id, iceParameters, iceCandidates, dtlsParameters };
  }
}

/** Listens on a free port of 127.0.0.1; the page has `barePage.send()` and `barePage.watch()`. */
export async function startBare(workerBin: string): Promise<{ url: string; close(): void }> {
  const worker = await createWorker({ workerBin });
  const server = await worker.createWebRtcServer({ listenInfos: [{ protocol: 'udp', ip: '127.0.0.1' }, { protocol: 'tcp', ip: '127.0.0.1' }] });
  const router = await worker.createRouter({ mediaCodecs: [{ kind: 'video', mimeType: 'video/VP8', clockRate: 90_000 }] });
  const room = new BareRoom(router, server);
  const html = `<!doctype html><meta charset="utf-8"><title>bare</title><body></body><script>${(await bundle()).replaceAll('</script', '<\\/script')}</script>`;
  const http = createServer((request, response) => {
    if (request.method === 'GET') return void response.setHeader('content-type', 'text/html').end(html);
    bodyOf(request).then((body) => room.answer(request.url ?? '', body)).then(
      (reply) => response.setHeader('content-type', 'application/json').end(JSON.stringify(reply ?? {})),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => { http.listen(0, '127.0.0.1', resolve); });
  return {
    url: `http://localhost:${(http.address() as AddressInfo).port}`,
    close: () => { http.close(); http.closeAllConnections(); worker.close(); },
  };
}
