// Process of the front door: reads its settings, opens what it needs, serves until told to stop.
import { readFile } from 'node:fs/promises';
import { openWhenReady } from '#db/open-when-ready.ts';
import { readMasterKey, requireCurrentKey } from '#db/master-key.ts';
import { createVault } from '#db/vault.ts';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { authorityPlace } from '#runtime/identity-authority.ts';
import { createLog } from '#runtime/log.ts';
import { preparePasswords } from '#runtime/password.ts';
import { phoneGateway } from '#runtime/phone-provider.ts';
import { openQueues } from '#runtime/queues.ts';
import { openStorage } from '#runtime/open-storage.ts';
import { openWordList } from '#runtime/word-list.ts';
import { createSignaling, listen } from './app.ts';
import { attachClassrooms } from './classroom/attach.ts';
import { signalingSettings, type Deps, type SignalingConfig } from './deps.ts';
import { keepAsking } from './identity/asking-again.ts';
import { createAuthority } from './identity/authority.ts';
import { createPhoneProvider } from './identity/provider.ts';
import { SignalingFigures } from './metrics/figures.ts';
import { metricsRoute } from './metrics/routes.ts';
import { createInternalServer, listenInternally } from './nodes/internal-server.ts';
import { registrationRoute } from './nodes/registration.ts';
import { turnUrls } from './classroom/turn.ts';
import { watchForLapses } from './replay/end-viewing.ts';
import { beTogether } from './together.ts';

async function readTls(config: SignalingConfig): Promise<{ cert: Buffer; key: Buffer } | undefined> {
  const { TLS_CERT_FILE: cert, TLS_KEY_FILE: key } = config;
  if (!cert && !key) return undefined;
  if (!cert || !key) throw new ConfigError([`${cert ? 'TLS_KEY_FILE' : 'TLS_CERT_FILE'} is missing: certificate and key go together`]);
  const read = (name: string, path: string): Promise<Buffer> =>
    readFile(path).catch((error: Error) => { throw new ConfigError([`${name}=${path} cannot be read: ${error.message}`]); });
  return { cert: await read('TLS_CERT_FILE', cert), key: await read('TLS_KEY_FILE', key) };
}

async function openDeps(config: SignalingConfig): Promise<Deps> {
  if (!config.DATABASE_URL) throw new ConfigError(['DATABASE_URL is missing: start everything with npm start, or name a database']);
  const log = createLog('signaling', config.LOG_LEVEL);
  const { files: storage } = await openStorage(config, log);
  const phone = createPhoneProvider(phoneGateway(config), log);
  const authority = createAuthority(authorityPlace(config), log);
  const words = await openWordList(config.REFUSED_WORDS_FILE, log);
  const masterKey = await readMasterKey(config);
  const vault = createVault(masterKey);
  const orm = await openWhenReady(config.DATABASE_URL);
  await requireCurrentKey(orm, masterKey);
  const queues = await openQueues({ databaseUrl: config.DATABASE_URL, redisUrl: config.REDIS_URL }, log);
  return { orm, log, vault, phone, authority, words, queues, config, figures: SignalingFigures.create(log, { node: true }), storage, now: () => new Date() };
}

async function serve(): Promise<void> {
  const config = readConfig(signalingSettings, process.env);
  const tls = await readTls(config);
  turnUrls(config);
  const deps = await openDeps(config);
  const together = await beTogether({ databaseUrl: config.DATABASE_URL ?? '', redisUrl: config.REDIS_URL, log: deps.log });
  const app = await createSignaling(deps, { tls });
  const classrooms = await attachClassrooms(app.server, deps);
  const internal = createInternalServer(deps.log);
  registrationRoute(internal, { orm: deps.orm, log: deps.log, secret: config.SFU_SECRET });
  metricsRoute(internal, deps.figures);
  const stopLapses = watchForLapses(deps);
  const stopAsking = keepAsking(deps);
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= (async () => {
    stopLapses();
    stopAsking();
    await classrooms.close();
    await internal.close();
    await app.close();
    await together.close();
    await deps.queues.close();
    await deps.orm.close();
    process.exit(0);
  })());
  for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(signal, () => void stop());
  await preparePasswords();
  const port = await listen(app, config.PORT, config.PUBLIC_HOST).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'EADDRINUSE' ? new ConfigError([`PORT=${config.PORT} is taken by another program`]) : error;
  });
  await listenInternally(internal, { host: config.INTERNAL_HOST, port: config.SIGNALING_INTERNAL_PORT });
  deps.log.info({ port, secure: tls !== undefined }, 'signaling is serving');
  process.send?.({ type: 'ready' });
}

serve().catch((error: unknown) => {
  console.error(error instanceof ConfigError ? error.lines.join('\n') : error);
  process.exit(1);
});
