// The sfu process: reads its settings, starts the media node, stops it on a signal with every capture sealed.
import { ConfigError, readConfig } from '#runtime/config.ts';
import { createLog } from '#runtime/log.ts';
import { MediaNode } from './node.ts';

async function start(): Promise<void> {
  const config = readConfig([
    'DATA_DIR', 'MEDIA_ANNOUNCED_ADDRESS', 'MEDIA_PORT', 'MEDIA_WORKERS', 'MEDIASOUP_WORKER_BIN', 'SFU_CONTROL_PORT', 'SFU_SECRET', 'NODE_ID', 'DISK_LOW_MB', 'LOG_LEVEL',
  ], process.env);
  if (!config.SFU_SECRET) throw new ConfigError(['SFU_SECRET is not set: signaling and sfu must be given the same one (npm start draws it for both)']);
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
  node = await MediaNode.create({
    dataDirectory: config.DATA_DIR, nodeId: config.NODE_ID, secret: config.SFU_SECRET,
    controlPort: config.SFU_CONTROL_PORT, mediaPort: config.MEDIA_PORT, workerCount: config.MEDIA_WORKERS,
    announcedAddress: config.MEDIA_ANNOUNCED_ADDRESS, workerBin: config.MEDIASOUP_WORKER_BIN,
    diskLowBytes: config.DISK_LOW_MB * 1_000_000,
  }, log);
  process.send?.({ type: 'ready' });
}

start().catch((error: unknown) => {
  const lines = error instanceof ConfigError ? error.lines : [error instanceof Error ? error.message : String(error)];
  for (const line of lines) console.error(`sfu: ${line}`);
  process.exit(1);
});
