// The sfu process: reads its settings, starts the media node, stops it on a signal with every capture sealed.
import { ConfigError, readConfig } from '#runtime/config.ts';
import { createLog } from '#runtime/log.ts';
import { portRange } from './addresses.ts';
import { MediaNode, type NodeOptions } from './node.ts';

function settings() {
  const config = readConfig([
    'DATA_DIR', 'MEDIA_ANNOUNCED_ADDRESS', 'MEDIA_PORT', 'MEDIA_WORKERS', 'MEDIASOUP_WORKER_BIN', 'MEDIA_VIEWER_STREAMS', 'MEDIA_EGRESS_MBPS', 'MEDIA_PIPE_ADDRESS', 'MEDIA_PIPE_PORTS',
    'INTERNAL_HOST', 'SFU_CONTROL_PORT', 'SFU_CONTROL_URL', 'SIGNALING_INTERNAL_PORT', 'SIGNALING_INTERNAL_URL', 'SFU_SECRET', 'NODE_ID', 'DISK_LOW_MB', 'LOG_LEVEL',
  ], process.env);
  if (!config.SFU_SECRET) throw new ConfigError(['SFU_SECRET is not set: signaling and sfu must be given the same one (npm start draws it for both)']);
  return { ...config, SFU_SECRET: config.SFU_SECRET };
}

function optionsOf(config: ReturnType<typeof settings>): NodeOptions {
  const here = config.INTERNAL_HOST === '0.0.0.0' ? '127.0.0.1' : config.INTERNAL_HOST;
  return {
    dataDirectory: config.DATA_DIR, nodeId: config.NODE_ID, secret: config.SFU_SECRET, ownProcess: true,
    controlHost: config.INTERNAL_HOST, controlPort: config.SFU_CONTROL_PORT, mediaPort: config.MEDIA_PORT, workerCount: config.MEDIA_WORKERS,
    announcedAddress: config.MEDIA_ANNOUNCED_ADDRESS, workerBin: config.MEDIASOUP_WORKER_BIN,
    pipeAddress: config.MEDIA_PIPE_ADDRESS, pipePorts: portRange(config.MEDIA_PIPE_PORTS),
    limits: { streamsPerWorker: config.MEDIA_VIEWER_STREAMS, egressMbps: config.MEDIA_EGRESS_MBPS },
    registerAt: {
      url: config.SIGNALING_INTERNAL_URL ?? `http://${here}:${config.SIGNALING_INTERNAL_PORT}`,
      controlUrl: config.SFU_CONTROL_URL ?? `http://${here}:${config.SFU_CONTROL_PORT}`,
    },
    diskLowBytes: config.DISK_LOW_MB * 1_000_000,
  };
}

async function start(): Promise<void> {
  const config = settings();
  const options = optionsOf(config);
  const log = createLog('sfu', config.LOG_LEVEL);
  let node: MediaNode | null = null;
  const stop = (signal: string): void => {
    log.info({ signal }, 'sfu stops');
    if (!node) process.exit(0);
    node.close().then(() => process.exit(0), (error: unknown) => {
      log.error({ err: error }, 'sfu did not stop cleanly');
      process.exit(1);
    });
  };
  // Before anything starts: mediasoup listens for signals too, closes its workers on one and would leave this process waiting for them.
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.once('disconnect', () => stop('disconnect'));
  node = await MediaNode.create(options, log);
  process.send?.({ type: 'ready' });
}

start().catch((error: unknown) => {
  const lines = error instanceof ConfigError ? error.lines : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) console.error(`sfu: ${line}`);
  process.exit(1);
});
