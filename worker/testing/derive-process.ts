// A process that does nothing but derive recordings, in short chunks: for tests that kill it.
import { openWhenReady } from '#db/open-when-ready.ts';
import { createLog } from '#runtime/log.ts';
import { openQueues } from '#runtime/queues.ts';
import { folderStorage } from '#runtime/storage.ts';
import { join } from 'node:path';
import { takeRecordingJobs } from '../derive/jobs.ts';
import { RecordingWatch } from '../derive/recording-watch.ts';

const [databaseUrl, dataDir, ffmpegBin, chunkFrames] = process.argv.slice(2) as [string, string, string, string];
const log = createLog('derive', 'info');
const orm = await openWhenReady(databaseUrl);
const queues = await openQueues({ databaseUrl, redisUrl: process.env['REDIS_URL'] }, log);
const derive = { orm, log, storage: folderStorage(join(dataDir, 'files')), copies: folderStorage(join(dataDir, 'copies')), dataDir, ffmpegBin, now: () => new Date(), chunkFrames: Number(chunkFrames) };
const watch = await RecordingWatch.create({ ...derive, queues });
await takeRecordingJobs({ derive, queues, log, watch });
