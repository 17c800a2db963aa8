// Links events into a chain per stream, after they were appended: a class answering at once never waits for one row.
import { newId } from '#domain/id.ts';
import { platform, unitOfWork, type EntityManager, type Orm } from '#db/orm.ts';
import { chainedColumns, firstHash, linkHash, type ChainedEvent } from '#db/queries/event-chain.ts';
import type { Logger } from '#runtime/log.ts';

interface Sources { orm: Orm; log: Logger; now: () => Date }
/** Pause between looks: an event is linked well within a second. */
const lookEveryMs = 400;
/** A look begins so long before the last one that left nothing, by the events' ids, which carry their time: what was committed late meanwhile is found, and what is linked long ago is not read again. */
const lateMs = 15_000;
/** Of transactions that took longer, and of clocks that differ: every so often a look reaches further back. */
const farMs = 10 * 60_000;
const farEveryMs = 30_000;
/** Every so often, and at start, nothing is left out. */
const sweepEveryMs = 60 * 60_000;
const batch = 500;
const streamsAtOnce = 200;

/** Smallest UUIDv7 of that moment. */
const idFrom = (ms: number): string => `${newId(Math.max(0, ms)).slice(0, 14)}7000-8000-000000000000`;

/** Asked for each event by itself (`offset 0`): what a look costs follows from the events it looks at, not from all that were ever linked. */
const unlinked = 'not exists (select from event_link l where l.event_id = e.id offset 0)';

const streamsWithout = async (em: EntityManager, sinceId: string): Promise<string[]> => (await em.execute<{ stream: string }[]>(
  `select distinct e.stream from event e where e.id >= ? and ${unlinked} limit ${streamsAtOnce}`, [sinceId],
)).map((row) => row.stream);

/**
 * Links up to one batch of a stream and answers how many; null when another linker has the stream now. Position is the order of
 * linking, without gaps, whatever the order of commits. One transaction: killed in the middle, it leaves nothing. `sinceMs`: as of linkAll.
 */
export async function linkStream(orm: Orm, stream: string, now: Date, sinceMs = 0): Promise<number | null> {
  return unitOfWork(orm, platform, async (em) => {
    const [lock] = await em.execute<{ mine: boolean }[]>('select pg_try_advisory_xact_lock(hashtextextended(?, 1)) as mine', [stream]);
    if (!lock?.mine) return null;
    const [last] = await em.execute<{ position: string; hash: Buffer }[]>('select position, hash from event_link where stream = ? order by position desc limit 1', [stream]);
    const events = await em.execute<ChainedEvent[]>(
      `select ${chainedColumns} from event e where e.stream = ? and e.id >= ? and ${unlinked} order by e.id limit ${batch}`, [stream, idFrom(sinceMs)]);
    let previous = last?.hash ?? firstHash;
    let position = Number(last?.position ?? 0);
    const links = events.map((event) => {
      const link = { position: ++position, event_id: event.id, hash: linkHash(previous, event).toString('hex'), previous_hash: previous.toString('hex') };
      previous = Buffer.from(link.hash, 'hex');
      return link;
    });
    if (links.length > 0) {
      await em.execute(
        `insert into event_link (stream, position, event_id, hash, previous_hash, linked_at)
         select ?, v.position, v.event_id, decode(v.hash, 'hex'), decode(v.previous_hash, 'hex'), ?
         from jsonb_to_recordset(?::jsonb) as v(position bigint, event_id uuid, hash text, previous_hash text)`, [stream, now, JSON.stringify(links)]);
    }
    return links.length;
  });
}

/** Links whatever is there; answers how many events. `sinceMs` bounds the look by the events' own time. */
export async function linkAll(orm: Orm, now: () => Date, sinceMs = 0): Promise<number> {
  let linked = 0;
  for (;;) {
    let progress = 0;
    for (const stream of await streamsWithout(orm.em.fork(), idFrom(sinceMs))) progress += (await linkStream(orm, stream, now(), sinceMs)) ?? 0;
    if (progress === 0) return linked;
    linked += progress;
  }
}

/** The loop of one worker; several workers may run it at once. */
export class EventLinker {
  readonly #sources: Sources;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #sweptMs = -Infinity;
  #farMs = -Infinity;
  /** When the last look that left nothing began. */
  #linkedMs = -Infinity;
  #closed = false;

  private constructor(sources: Sources) {
    this.#sources = sources;
  }

  static async create(sources: Sources): Promise<EventLinker> {
    const linker = new EventLinker(sources);
    linker.#look();
    return linker;
  }

  #look(): void {
    this.#running = this.#link().catch((error: unknown) => this.#sources.log.error({ err: error }, 'events could not be linked'))
      .finally(() => { if (!this.#closed) this.#timer = setTimeout(() => this.#look(), lookEveryMs); });
  }

  async #link(): Promise<void> {
    const { orm, log, now } = this.#sources;
    const nowMs = now().getTime();
    const sweep = nowMs - this.#sweptMs >= sweepEveryMs;
    const far = nowMs - this.#farMs >= farEveryMs;
    const linked = await linkAll(orm, now, sweep ? 0 : far ? nowMs - farMs : this.#linkedMs - lateMs);
    if (sweep) this.#sweptMs = nowMs;
    if (sweep || far) this.#farMs = nowMs;
    this.#linkedMs = nowMs;
    if (linked > 0) log.debug({ linked }, 'events linked');
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
    if (this.#timer) clearTimeout(this.#timer);
  }
}
