// Jobs through BullMQ: on PostgreSQL, or on Redis where REDIS_URL is set. Nothing else in the code knows which.
import { Queue, Worker, type ConnectionOptions, type Job } from 'bullmq';
import { createPostgresBackend } from 'bullmq/postgres';
import { Redis } from 'ioredis';
import { jobId, jobs, type JobData, type JobName } from '#contracts/jobs.ts';
import { checker } from './answer.ts';
import type { Logger } from './log.ts';

export interface QueueSource { databaseUrl: string; redisUrl?: string | undefined }
export interface Queues {
  /** Adds the job of a row; adding it again while it is known changes nothing. */
  add<K extends JobName>(name: K, rowId: string, data: JobData<K>): Promise<void>;
  /** Takes jobs; a throwing handler is tried again with growing pauses. */
  work<K extends JobName>(name: K, concurrency: number, handle: (data: JobData<K>) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}
