// What a signaling process knows of itself only when asked: sockets, seats, database, disk; and the row in which it says so.
import { lessonRoles } from '#domain/roles.ts';
import { poolFigures } from '#db/pool-figures.ts';
import { ProcessReporter } from '#db/process-reporter.ts';
import { FreeSpace } from '#runtime/metrics-disk.ts';
import type { Live } from '../classroom/context.ts';
import { seatsHere } from '../classroom/here.ts';

type Watched = Pick<Live, 'io' | 'deps' | 'troubles'>;

async function countLessons({ deps }: Watched): Promise<void> {
  const rows = await deps.orm.em.fork().execute<{ status: 'open' | 'live'; n: number }[]>(`select status, count(*)::int as n from lesson where status in ('open', 'live') group by status`);
  for (const status of ['open', 'live'] as const) {
    deps.figures.metrics.gauge('keshi_lessons').set({ status }, rows.find((row) => row.status === status)?.n ?? 0);
  }
}

function countHere(live: Live, disk: FreeSpace<'data'>): void {
  const { metrics } = live.deps.figures;
  const seats = seatsHere(live);
  metrics.gauge('keshi_signaling_sockets').set(live.io.of('/').sockets.size);
  for (const role of lessonRoles) metrics.gauge('keshi_signaling_seats').set({ role }, seats.filter((seat) => seat.role === role).length);
  const pool = poolFigures(live.deps.orm);
  metrics.gauge('keshi_database_pool_connections').set({ state: 'busy' }, pool.busy);
  metrics.gauge('keshi_database_pool_connections').set({ state: 'idle' }, pool.idle);
  metrics.gauge('keshi_database_pool_waiting').set(pool.waiting);
  for (const [place, bytes] of disk.free) metrics.gauge('keshi_disk_free_bytes').set({ place }, bytes);
}

/** Says how this process is from now on, at /metrics and in its row, until it is closed. */
export async function watchProcess(live: Live): Promise<{ tell(): Promise<void>; close(): Promise<void> }> {
  const { orm, log, figures, config } = live.deps;
  const disk = await FreeSpace.create({ data: config.DATA_DIR });
  figures.metrics.beforeAnswer('this process', () => countHere(live, disk));
  figures.metrics.beforeAnswer('lessons', () => countLessons(live));
  poolFigures(orm).onWait = (seconds) => figures.metrics.histogram('keshi_database_pool_wait_seconds').observe(seconds);
  const reporter = await ProcessReporter.create({
    orm, log, role: 'signaling', report: () => ({
      sockets: live.io.of('/').sockets.size, seats: seatsHere(live).length, diskFreeBytes: disk.free.get('data') ?? null, ...figures.recent,
      troubles: live.troubles.lessons,
    }),
  });
  return {
    tell: () => reporter.tell(),
    close: async () => {
      disk.close();
      await reporter.close();
    },
  };
}
