// The two places BullMQ can keep jobs, reduced to what queues.ts needs of them.
import { createPostgresBackend, runMigrations, withBackend, Queue, Worker, type Job, type JobsOptions, type PgPool } from 'bullmq';
import { Redis } from 'ioredis';
import { Client, Pool } from 'pg';

/** `databaseUrl` is the database's owner, as in DATABASE_URL: the owner prepares the queue's schema, the app's role uses it. */
export interface QueueSource { databaseUrl: string; redisUrl?: string | undefined }
export type Processor = (job: Job, token?: string) => Promise<void>;
export interface JobQueue {
  add(name: string, data: unknown, options: JobsOptions): Promise<unknown>;
  getJobCounts(...states: ('wait' | 'active' | 'delayed')[]): Promise<Record<string, number>>;
  /** From the oldest on where `asc`. */
  getJobs(states: 'wait'[], start: number, end: number, asc: boolean): Promise<({ timestamp: number } | undefined)[]>;
  close(): Promise<void>;
}
export interface JobWorker {
  /** Takes no more jobs and waits for those running. */
  close(): Promise<void>;
}
export interface QueueBackend {
  queue(name: string): Promise<JobQueue>;
  worker(name: string, concurrency: number, run: Processor): Promise<JobWorker>;
  /** After every queue and worker. */
  close(): Promise<void>;
}
type Warn = (error: Error) => void;

/** Finished jobs are forgotten, also failed ones: the row says what is done, and the same id can be added again. */
const jobOptions = { attempts: 8, backoff: { type: 'exponential', delay: 1000 }, removeOnComplete: true, removeOnFail: true } as const;
/** A killed worker's job is taken over after its lock ran out; being taken over is not the job's fault. */
const workerOptions = { maxStalledCount: 10, lockDuration: 15_000, stalledInterval: 5000 } as const;

const schema = 'bullmq';
const appRole = 'keshi_app';
/** Any fixed number: serialises processes that start at the same moment. */
const schemaLock = 7_201_533;

/** Creates or upgrades the queue's tables as the owner and lets the app's role use them; nothing to do is one query. */
async function prepareSchema(databaseUrl: string): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [schemaLock]);
    for (const kind of ['tables', 'sequences', 'functions', 'types']) {
      await client.query(`alter default privileges in schema ${schema} grant all on ${kind} to ${appRole}`);
    }
    await runMigrations(client, schema);
  } finally {
    await client.end();
  }
}

async function postgresBackend(databaseUrl: string, warn: Warn): Promise<QueueBackend> {
  await prepareSchema(databaseUrl);
  const classes = withBackend(createPostgresBackend);
  const options = `-c role=${appRole}`;
  // A worker has its own connections, one of them listens; adding to whatever queue shares one pool, or every queue would hold a connection open.
  const connection = { connectionString: databaseUrl, schema, options, max: 3 };
  const adding = new Pool({ connectionString: databaseUrl, options: `${options} -c search_path=${schema}`, max: 3 });
  // Every queue listens to the pool, which is one as BullMQ knows it; it only says less of what a query takes.
  adding.setMaxListeners(0);
  return {
    queue: async (name) => {
      const queue = new classes.Queue(name, { connection: adding as PgPool, defaultJobOptions: jobOptions });
      queue.on('error', warn);
      await queue.waitUntilReady();
      return queue;
    },
    worker: async (name, concurrency, run) => {
      const worker = new classes.Worker(name, run, { connection, concurrency, ...workerOptions });
      worker.on('error', warn);
      await worker.waitUntilReady();
      return worker;
    },
    close: () => adding.end(),
  };
}

function redisBackend(redisUrl: string, warn: Warn): QueueBackend {
  // One connection for adding; every worker doubles it for its blocking wait. Retries forever: rows bring lost jobs back.
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  connection.on('error', warn);
  return {
    queue: async (name) => {
      const queue = new Queue(name, { connection, defaultJobOptions: jobOptions, prefix: 'keshi' });
      queue.on('error', warn);
      await queue.waitUntilReady();
      return queue;
    },
    worker: async (name, concurrency, run) => {
      const worker = new Worker(name, run, { connection, concurrency, prefix: 'keshi', ...workerOptions });
      worker.on('error', warn);
      await worker.waitUntilReady();
      return worker;
    },
    close: async () => connection.disconnect(),
  };
}

export const openBackend = async (source: QueueSource, warn: Warn): Promise<QueueBackend> =>
  source.redisUrl ? redisBackend(source.redisUrl, warn) : postgresBackend(source.databaseUrl, warn);
