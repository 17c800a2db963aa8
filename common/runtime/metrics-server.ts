// Answers /metrics on an internal port: as a listener for a server that is there, or as a server of its own.
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { MetricRole } from './metrics-table.ts';
import type { ProcessMetrics } from './metrics.ts';

export const metricsPath = '/metrics';

/** GET and HEAD of /metrics; everything else is 404. Whoever reaches the internal port may read: there are no names in it. */
export function answerMetrics<R extends MetricRole>(metrics: ProcessMetrics<R>): RequestListener {
  return (request, response) => {
    const path = request.url?.split('?')[0];
    if (path !== metricsPath || (request.method !== 'GET' && request.method !== 'HEAD')) return void response.writeHead(404).end();
    metrics.text().then(
      (text) => response.writeHead(200, { 'content-type': metrics.contentType, 'cache-control': 'no-store' }).end(request.method === 'HEAD' ? undefined : text),
      () => response.writeHead(500).end());
  };
}

export interface MetricsServer { readonly port: number; close(): Promise<void> }

/** A server for nothing else. `setting` names the port where it cannot be had. */
export async function serveMetrics<R extends MetricRole>(metrics: ProcessMetrics<R>, { host, port, setting }: { host: string; port: number; setting: string }): Promise<MetricsServer> {
  const server = createServer(answerMetrics(metrics));
  server.listen(port, host);
  await once(server, 'listening').catch((error: unknown) => {
    throw new Error(`${setting}=${port} on ${host} cannot be used: choose another one`, { cause: error });
  });
  const address = server.address();
  let closing: Promise<void> | undefined;
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () => (closing ??= new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    })),
  };
}
