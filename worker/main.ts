// Process of what happens later: reads its settings, opens what it needs, works until told to stop.
import { availableParallelism } from 'node:os';
import { evidenceKeyFile } from '#db/evidence-key.ts';
import { openWhenReady } from '#db/open-when-ready.ts';
import { masterKeySettings, readMasterKey, requireCurrentKey } from '#db/master-key.ts';
import { createVault } from '#db/vault.ts';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { connectorSettings } from '#runtime/connector-mappings.ts';
import { createLog } from '#runtime/log.ts';
import { openQueues } from '#runtime/queues.ts';
import { openStorage, storageSettings } from '#runtime/open-storage.ts';
import type { Config, SettingName } from '#runtime/settings.ts';
import { openFaceThreads, usualThreads } from './face/engine-threads.ts';
import { WorkerFigures } from './metrics.ts';
import { KeshiWorker } from './worker.ts';

const workerSettings = [
  'DATABASE_URL', 'REDIS_URL', ...storageSettings, ...masterKeySettings, 'FFMPEG_BIN', 'FACE_MODELS_DIR', 'FACE_THREADS', 'LOG_LEVEL', 'CAPTURE_COPY_DIR', 'INTERNAL_HOST', 'WORKER_INTERNAL_PORT', 'RAW_CAPTURE_DAYS', 'LIVE_STREAMS',
  'PDFTOPPM_BIN', 'QPDF_BIN', 'SOFFICE_BIN', 'FILM_UPLOAD_DAYS', 'EVIDENCE_KEY_FILE', ...connectorSettings,
] as const satisfies readonly SettingName[];

async function work(config: Config<(typeof workerSettings)[number]>): Promise<void> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl, DATA_DIR: dataDir, FACE_MODELS_DIR: models } = config;
  if (!databaseUrl) throw new ConfigError(['DATABASE_URL is missing: start everything with npm start, or name a database']);
  const log = createLog('worker', config.LOG_LEVEL);
  const { files: storage, copies } = await openStorage(config, log);
  const masterKey = await readMasterKey(config);
  const vault = createVault(masterKey);
  const faceThreads = config.FACE_THREADS ?? usualThreads(availableParallelism());
  const engine = models ? await openFaceThreads(models, faceThreads, log) : null;
  const orm = await openWhenReady(databaseUrl);
  await requireCurrentKey(orm, masterKey);
  const figures = WorkerFigures.create(log, { node: true });
  const queues = await openQueues({ databaseUrl, redisUrl }, log, figures.onJob);
  const shown = await figures.serve({
    orm, queues, log, places: { dataDir, copyDir: config.CAPTURE_COPY_DIR }, faces: engine !== null, now: () => new Date(), host: config.INTERNAL_HOST, port: config.WORKER_INTERNAL_PORT,
  }).catch((error: Error) => { throw new ConfigError([error.message]); });
  const worker = await KeshiWorker.create({
    orm, log, queues, vault, engine, faceThreads, dataDir, evidenceKeyFile: evidenceKeyFile(config), ffmpegBin: config.FFMPEG_BIN, storage, now: () => new Date(), onComposed: figures.onComposed,
    copies, rawCaptureDays: config.RAW_CAPTURE_DAYS, filmUploadDays: config.FILM_UPLOAD_DAYS, liveStreams: config.LIVE_STREAMS, documentTools: { pdftoppm: config.PDFTOPPM_BIN, qpdf: config.QPDF_BIN, soffice: config.SOFFICE_BIN }, onSegment: figures.onSegment, onBroadcastFailed: figures.onBroadcastFailed,
    connectors: { mappingsDir: config.CONNECTOR_MAPPINGS_DIR, allowInward: config.CONNECTOR_PRIVATE_ADDRESSES },
  });
  figures.countBroadcasts(() => worker.broadcasts);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= (async () => {
    await worker.close();
    await shown.close();
    await orm.close();
    log.info('worker stopped');
    process.exit(0);
  })());
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, () => void stop());
  log.info({ faces: engine?.modelId ?? null }, 'worker is working');
  process.send?.({ type: 'ready' });
}

try {
  await work(readConfig(workerSettings, process.env));
} catch (error) {
  console.error(error instanceof ConfigError ? error.lines.join('\n') : error);
  process.exit(1);
}
