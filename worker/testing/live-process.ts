// A process that does nothing but compose broadcasts: for tests that kill it.
import { join } from 'node:path';
import { openWhenReady } from '#db/open-when-ready.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { LiveStreams } from '../live/live-streams.ts';

const [databaseUrl, dataDir, ffmpegBin] = process.argv.slice(2) as [string, string, string];
const orm = await openWhenReady(databaseUrl);
const log = createLog('live', 'debug');
await LiveStreams.create({ orm, log, storage: folderStorage(join(dataDir, 'files')), dataDir, ffmpegBin, now: () => new Date(), most: 1, busyShare: () => Promise.resolve(0) });
log.info('ready');
