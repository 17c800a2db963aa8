// Lets the evidence log grow every minute and signs its head: each day, and soon after what people hold (certificates) came into it.
import type { Orm } from '#db/orm.ts';
import { growLog } from '#db/queries/evidence-tree.ts';
import { newestHead, signHead } from '#db/queries/tree-heads.ts';
import { shanghaiDay } from '#domain/day.ts';
import type { Logger } from '#runtime/log.ts';

export interface LogKeeperSources { orm: Orm; log: Logger; now: () => Date; evidenceKeyFile: string }
const lookEveryMs = 60_000;
/** Certificates wait for a head at most so long: a school that issues all day does not get a head for each. */
const certificatesWaitMs = 60 * 60_000;

/** A day without a head is due one; so is a certificate under none. */
async function isHeadDue({ orm, now }: LogKeeperSources): Promise<boolean> {
  const em = orm.em.fork();
  const last = await newestHead(em);
  if (!last || shanghaiDay(new Date(last.at)) !== shanghaiDay(now())) return true;
  if (now().getTime() - Date.parse(last.at) < certificatesWaitMs) return false;
  const [waiting] = await em.execute<{ any: boolean }[]>(`select exists (select from tree_leaf where position >= ? and what = 'certificate') as any`, [last.size]);
  return waiting!.any;
}

/** One look; answers the size of the log where a head was signed. */
export async function keepLog(sources: LogKeeperSources): Promise<number | null> {
  while ((await growLog(sources.orm, sources.now())).more) { /* batch by batch */ }
  if (!await isHeadDue(sources)) return null;
  const head = await signHead(sources.orm, sources.evidenceKeyFile, sources.now());
  if (head) sources.log.info({ size: head.size, root: head.root }, 'head of the evidence log signed');
  return head?.size ?? null;
}

/** The loop of one worker; several workers may run it at once. */
export class LogKeeper {
  readonly #sources: LogKeeperSources;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(sources: LogKeeperSources) {
    this.#sources = sources;
  }

  static create(sources: LogKeeperSources): LogKeeper {
    const keeper = new LogKeeper(sources);
    keeper.#look();
    return keeper;
  }

  #look(): void {
    this.#running = keepLog(this.#sources).then(() => undefined, (error: unknown) => this.#sources.log.error({ err: error }, 'the evidence log could not be kept'))
      .finally(() => { if (!this.#closed) this.#timer = setTimeout(() => this.#look(), lookEveryMs); });
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
    if (this.#timer) clearTimeout(this.#timer);
  }
}
